"""Members of a request body as data: their names, how they are read, and what stands for null."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Final, TypeVar

from mock_server.manufacturing.decimals import number
from mock_server.manufacturing.refusals import refuse_value

Body = dict[str, Any]
R = TypeVar("R")


class _Keep(Enum):
    KEEP = "keep"


# As a default: null keeps what is there.
KEEP: Final = _Keep.KEEP


class Text:
    """A member that is taken as it is; `default` stands for null, and for what a new record begins with."""

    def __init__(self, name: str, default: Any = None) -> None:
        self.name = name
        self.attribute = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).removeprefix("_")
        self.default = default

    def read(self, given: Any) -> Any:
        """The value of what was given, which is not null."""
        return given


class Reference(Text):
    """The id of another record."""


class Number(Text):
    """A number, exact."""

    def read(self, given: Any) -> Decimal:
        """Reads the number by its value."""
        return number(given)


class Whole(Text):
    """A whole number."""

    def read(self, given: Any) -> int:
        """Reads it, also where it was written `3.0`."""
        return int(given)


class Flag(Text):
    """True or false."""

    def __init__(self, name: str, default: Any = False) -> None:
        super().__init__(name, default)

    def read(self, given: Any) -> bool:
        """Reads it."""
        return bool(given)


class Choice(Text):
    """One of the values of an enumeration."""

    def __init__(self, name: str, values: type[StrEnum], default: Any = None) -> None:
        super().__init__(name, default)
        self._values = values

    def read(self, given: Any) -> StrEnum:
        """The value, which the contract's schema has passed."""
        return self._values(given)


class Day(Text):
    """A day; one that no calendar has is refused as malformed."""

    def read(self, given: Any) -> date:
        """Reads it in the form 2026-06-15."""
        try:
            return date.fromisoformat(given)
        except ValueError:
            refuse_value(f"/{self.name}", "is not a day of the calendar")


def changed(record: R, body: Body, members: Iterable[Text], **defaults: Any) -> R:
    """A copy of the record with what a body gives: absent keeps, null goes back to the default.

    `defaults`, by attribute, are those that only the command knows.
    """
    values: dict[str, Any] = {}
    for member in members:
        if member.name not in body:
            continue
        given = body[member.name]
        if given is not None:
            values[member.attribute] = member.read(given)
        elif (default := defaults.get(member.attribute, member.default)) is not KEEP:
            values[member.attribute] = default
    return replace(record, **values)  # type: ignore[type-var]


def first_difference(record: object, body: Body, members: Iterable[Text]) -> str | None:
    """The first member by which a body would change the record; none where none would."""
    for member in members:
        if member.name in body:
            given = body[member.name]
            value = None if given is None else member.read(given)
            if value != getattr(record, member.attribute):
                return member.name
    return None


def calendar_day(body: Body, name: str) -> date | None:
    """A day of the body, or none."""
    given = body.get(name)
    return None if given is None else Day(name).read(given)


def number_or(value: int | float | Decimal | None, default: Decimal) -> Decimal:
    """The number, or the default of what is absent."""
    return default if value is None else number(value)


def optional_number(value: int | float | Decimal | None) -> Decimal | None:
    """The number, or none."""
    return None if value is None else number(value)
