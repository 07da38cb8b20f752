"""Exact numbers: fractions inside, rounded half up where the rules round."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

Number = int | Decimal | Fraction
ZERO = Fraction(0)
MAX_QUANTITY = 999_999_999
MAX_UNIT_COST = 999_999_999
MAX_AMOUNT = 9_999_999_999_999
WHOLE_UNITS = frozenset({"NOS", "SET", "PAIR"})
QUANTITY_PLACES = 3


def half_up(value: Number, places: int) -> Fraction:
    """The nearest number with so many decimals; the middle goes away from zero."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**places + Fraction(1, 2)
    return Fraction(floor(scaled), 10**places) * (1 if exact >= 0 else -1)


def money(value: Number) -> Fraction:
    """An amount of money."""
    return half_up(value, 2)


def unit_cost(value: Number) -> Fraction:
    """A cost of one unit."""
    return half_up(value, 6)


def in_units(value: Number, uom: str) -> Fraction:
    """A requirement in a stock unit: whole units up, the others half up at 3 decimals; never to nothing."""
    if uom in WHOLE_UNITS:
        return Fraction(ceil(value))
    return max(half_up(value, QUANTITY_PLACES), Fraction(1, 10**QUANTITY_PLACES) if value > 0 else ZERO)


def out_units(value: Number, uom: str) -> Fraction:
    """What comes out in a stock unit, half up: only a need is rounded up."""
    return half_up(value, 0 if uom in WHOLE_UNITS else QUANTITY_PLACES)


def minutes(value: Number) -> Fraction:
    """A time in minutes."""
    return half_up(value, 6)


def fits(value: Number, uom: str) -> bool:
    """Whether a quantity can be counted in the unit."""
    return uom not in WHOLE_UNITS or Fraction(value).denominator == 1


def is_stockable(value: Number, uom: str) -> bool:
    """Whether a quantity of stock is no finer than its unit (DEC-18)."""
    return half_up(value, 0 if uom in WHOLE_UNITS else QUANTITY_PLACES) == value


def wire(value: Number) -> int | float:
    """A number as JSON has it; every number of the contract survives the way through a double."""
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else float(exact)


def number(value: Any) -> Fraction:
    """A number that was read."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, Fraction)):
        raise AssertionError(f"{value!r} is no number")
    return Fraction(value)
