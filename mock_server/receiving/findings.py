"""What an examination finds, and values that come with what must have gone wrong for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Mistake(StrEnum):
    """What receivers get wrong; the value is how it is called."""

    RESERIALISED = "re-serialised JSON"
    LINES = "changed line ends"
    ENCODING = "wrong encoding"
    WRAPPED = "wrapped body"
    TRUNCATED = "truncated body"
    NOT_JSON = "changed body"
    SECRET_FORM = "misread secret"
    OTHER_SECRET = "another secret"
    SIGNATURE_FORM = "misread signature"
    OTHER_SCHEME = "another scheme"
    ID = "mixed up id"
    TIME_UNIT = "wrong unit of time"
    STALE = "stale time"
    FUTURE = "time in the future"


@dataclass(frozen=True)
class Finding:
    """One mistake, and a sentence on what is seen of it here and what to do."""

    mistake: Mistake
    detail: str

    def __str__(self) -> str:
        return f"{self.mistake}: {self.detail}"


class Variant(NamedTuple, Generic[T]):
    """A value as it may have been meant, and what went wrong if it was."""

    value: T
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether a delivery is to be accepted.

    Findings that are proven make the signature fit once they are undone; others are what it looks like.
    """

    fits: bool
    findings: tuple[Finding, ...] = ()
    is_proven: bool = True
    notes: tuple[str, ...] = ()
