"""What was sent, what came of it, and what a line of the certificate says by it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unusable(ValueError):
    """The script cannot be played with what was given; the message is a sentence."""


class Outcome(StrEnum):
    """How a line ended; the value is how it is called."""

    PASS = "pass"
    FAIL = "fail"
    UNSEEN = "not seen"


@dataclass(frozen=True)
class Evidence:
    """One thing that was tried: what was sent, what was wanted, and what was seen."""

    sent: str
    wanted: str
    seen: str
    is_right: bool
    event_id: str | None = None
    size: int | None = None
    status: int | None = None
    ms: int | None = None
    answer: str = ""


@dataclass(frozen=True)
class LineResult:
    """A line of the certificate, with the reason where it could not be seen."""

    number: int
    title: str
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Certificate:
    """What a receiver does with the script, line by line."""

    target: str
    started_at: str
    contract_version: str
    burst: int
    sees_events: bool
    lines: tuple[LineResult, ...]

    @property
    def is_passed(self) -> bool:
        """Whether no line failed."""
        return not self.count(Outcome.FAIL)

    def count(self, outcome: Outcome) -> int:
        """How many lines ended so."""
        return sum(line.outcome is outcome for line in self.lines)
