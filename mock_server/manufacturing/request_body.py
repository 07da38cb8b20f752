"""Reading the members of a request body that the contract's schemas have passed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from mock_server.manufacturing.decimals import number
from mock_server.manufacturing.refusals import refuse_value

Body = dict[str, Any]


def number_or(value: int | float | Decimal | None, default: Decimal) -> Decimal:
    """The number, or the default of what is absent."""
    return default if value is None else number(value)


def optional_number(value: int | float | Decimal | None) -> Decimal | None:
    """The number, or none."""
    return None if value is None else number(value)


def calendar_day(body: Body, name: str) -> date | None:
    """A day of the body, or none; one that no calendar has is refused as malformed."""
    value = body.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        refuse_value(f"/{name}", "is not a day of the calendar")
