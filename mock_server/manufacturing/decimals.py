"""Exact arithmetic: decimals at the edges, fractions inside, one rounding at the end."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction

# Raises instead of rounding, so that a product of many long factors can never lose a digit unseen.
EXACT = Context(
    prec=4000, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact]
)

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)

AMOUNT_PLACES = 2
UNIT_COST_PLACES = 6
QUANTITY_PLACES = 6
SIGNIFICANT_DIGITS = 15

# The largest figures that the contract can show.
MAX_AMOUNT = Decimal(9999999999999)
MAX_UNIT_COST = Decimal(999999999)
MAX_QUANTITY = Decimal(999999999)


Exact = Decimal | Fraction


def number(value: int | float | Decimal) -> Decimal:
    """Reads a JSON number by its value, never with an exponent; a float by its shortest decimal form."""
    if type(value) is int:
        return Decimal(value)
    decimal = value if isinstance(value, Decimal) else Decimal(repr(value))
    exponent = decimal.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return EXACT.quantize(decimal, ONE)
    return decimal


def is_whole(value: Decimal) -> bool:
    """Tells whether the value has no fraction."""
    return value == EXACT.to_integral_value(value)


def fits(value: Decimal, places: int) -> bool:
    """Tells whether a value needs at most so many decimals and 15 digits; trailing zeros do not count."""
    if not value.is_finite():
        return False
    _, digits, exponent = EXACT.normalize(value).as_tuple()
    return isinstance(exponent, int) and -exponent <= places and len(digits) <= SIGNIFICANT_DIGITS


def round_half_up(value: Exact, places: int) -> Decimal:
    """Rounds to so many decimals, halves away from zero (20.625 at 2 is 20.63)."""
    if isinstance(value, Decimal):
        return EXACT.scaleb(_half_up_decimal(value, places), -places)
    top, bottom = value.numerator, value.denominator
    magnitude = (2 * abs(top) * 10**places + bottom) // (2 * bottom)
    return EXACT.scaleb(Decimal(magnitude if top >= 0 else -magnitude), -places)


def _half_up_decimal(value: Decimal, places: int) -> Decimal:
    return EXACT.scaleb(value, places).to_integral_value(rounding=ROUND_HALF_UP)


def round_up(value: Exact, places: int) -> Decimal:
    """Rounds to so many decimals towards positive infinity."""
    top, bottom = value.as_integer_ratio()
    return EXACT.scaleb(Decimal(-(-top * 10**places // bottom)), -places)


def amount(value: Exact) -> Decimal:
    """Rounds an amount of money to 2 decimals, half-up."""
    return round_half_up(value, AMOUNT_PLACES)


def unit_cost(value: Exact) -> Decimal:
    """Rounds a cost per unit to 6 decimals, half-up."""
    return round_half_up(value, UNIT_COST_PLACES)


def shown(value: Decimal) -> str:
    """Writes a number for a message: no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


PERCENT_PLACES = 2


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Part of a whole in percent, 2 decimals half-up; null where the whole is 0."""
    if not whole:
        return None
    return round_half_up(Fraction(part) * 100 / Fraction(whole), PERCENT_PLACES)
