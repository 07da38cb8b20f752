"""Units of measure: how fine a quantity of one may be, and how a need of it is rounded."""

from __future__ import annotations

from decimal import Decimal

from mock_server.manufacturing.decimals import (
    Exact,
    fits,
    is_whole,
    round_half_up,
    round_up,
    shown,
)
from mock_server.refused import Refused

WHOLE_UNITS = frozenset({"NOS", "SET", "PAIR"})
FRACTIONAL_PLACES = 3


# The least quantity of a unit that is not counted in whole pieces.
_STEP = Decimal(1).scaleb(-FRACTIONAL_PLACES)


def is_whole_unit(uom: str) -> bool:
    """Tells whether the unit is counted in whole pieces (NOS, SET, PAIR)."""
    return uom in WHOLE_UNITS


def uom_places(uom: str) -> int:
    """Decimals of a unit of measure: 0 for whole units, otherwise 3, also for units that no rule names."""
    return 0 if uom in WHOLE_UNITS else FRACTIONAL_PLACES


def to_uom(value: Exact, uom: str) -> Decimal:
    """Rounds a requirement to its unit: whole units up, all others half-up at 3 decimals.

    A requirement above 0 is one step of the unit at least, so that nothing is made from nothing (DEC-18).
    """
    if uom in WHOLE_UNITS:
        return round_up(value, 0)
    rounded = round_half_up(value, FRACTIONAL_PLACES)
    return rounded if rounded or value <= 0 else _STEP


def expected_output(quantity: Exact, uom: str) -> Decimal:
    """Rounds what should come out to its unit, half-up: only a need is rounded up. Source: assumed."""
    return round_half_up(quantity, uom_places(uom))


def check_whole(code: str, uom: str, quantity: Decimal, pointer: str | None = None) -> None:
    """Refuses a fraction of a whole unit (`fractional_quantity`); `pointer` names the member at fault."""
    if is_whole_unit(uom) and not is_whole(quantity):
        message = f"{code} is counted in {uom}: {shown(quantity)} is not a whole number."
        raise Refused("fractional_quantity", message, pointer=pointer)


def check_precision(code: str, uom: str, quantity: Decimal, pointer: str | None = None) -> None:
    """Refuses a quantity of stock that is finer than its unit (`fractional_quantity`, DEC-18)."""
    check_whole(code, uom, quantity, pointer)
    if not fits(quantity, FRACTIONAL_PLACES):
        message = f"{code} is kept in {uom} with {FRACTIONAL_PLACES} decimals: {shown(quantity)} is finer."
        raise Refused("fractional_quantity", message, pointer=pointer)
