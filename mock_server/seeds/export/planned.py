"""The steps of a pack in the making: each knows when it is done, and what it does to available stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

# What is done first on one day. Everything of an order is done in the order of its own steps.
FORMULA, CREATE, RELEASE, ISSUE, INSPECT, RECEIVE = range(6)


class Moment(NamedTuple):
    """A day and what is done first on it; it does not know more, so that what is played is told again."""

    day: str
    rank: int
    depth: int = 0


@dataclass(frozen=True)
class Planned:
    """One step of the record `owner`; `effects` are changes of the available stock by item."""

    moment: Moment
    owner: tuple[str, str]
    number: str
    place: int
    step: dict[str, Any]
    effects: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def order(self) -> tuple[Any, ...]:
        """By which the steps of a pack are sorted."""
        return (self.moment, self.owner[0], self.number, self.place)


class Chain:
    """The steps of one record, each not before the one before it."""

    def __init__(self, kind: str, record_id: str, number: str, not_before: Moment) -> None:
        self.steps: list[Planned] = []
        self.last = not_before
        self._owner = (kind, record_id)
        self._number = number

    def add(
        self,
        moment: Moment,
        do: str,
        on: str | None = None,
        body: dict[str, Any] | None = None,
        effects: Mapping[str, Decimal] | None = None,
    ) -> None:
        """Adds a step."""
        self.last = max(self.last, moment)
        step: dict[str, Any] = {"do": do}
        if on is not None:
            step["on"] = on
        if body:
            step["body"] = body
        self.steps.append(Planned(self.last, self._owner, self._number, len(self.steps), step, effects or {}))
