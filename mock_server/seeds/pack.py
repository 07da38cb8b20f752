"""A seed pack as it was read: entities, each with what it holds and the steps that follow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mock_server.seeds.marked import Marked
from mock_server.seeds.spots import Spot

_TODAY = "today"
# As the contract has it of a day.
RELATIVE_DAY = re.compile(r"today([+-][0-9]{1,5})?")


@dataclass(frozen=True)
class Entry:
    """An item or vendor: the body that creates it, and what the pack says beside."""

    pointer: str
    body: dict[str, Any]
    id: str | None = None
    stock: Any = None


@dataclass
class PackStep:
    """One request: the operation, the name of the record that it is done on, its body.

    Once it is checked, the body is as the server reads it, and the texts at its spots stand beside.
    """

    pointer: str
    do: str
    on: str | None
    day: str | None
    body: dict[str, Any] | None
    spots: list[Spot] = field(default_factory=list)


@dataclass(frozen=True)
class PackEntity:
    """One entity; `head` is the body that creates it."""

    pointer: str
    head: dict[str, Any]
    opening_day: str | None
    items: list[Entry]
    vendors: list[Entry]
    steps: list[PackStep]


@dataclass(frozen=True)
class Pack:
    """All of it; `marked` knows where each part stands in the text."""

    marked: Marked
    as_of: date | None
    entities: list[PackEntity]

    @property
    def name(self) -> str:
        """What the text is called, such as its file."""
        return self.marked.name

    def day(self, text: str, today: date) -> date:
        """The day that a text of the pack means; a ValueError or OverflowError where no calendar has it."""
        if text.startswith(_TODAY):
            return today + timedelta(days=int(text.removeprefix(_TODAY) or 0))
        day = date.fromisoformat(text)
        return day if self.as_of is None else day + (today - self.as_of)
