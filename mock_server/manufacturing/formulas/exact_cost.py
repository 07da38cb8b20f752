"""The exact cost of a formula, kept beside its rounded figures so that nested costs never round twice."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mock_server.refused import Refused

NOTHING = Fraction(0)
# About 2,400 digits: beyond it an exact figure costs more than it can be worth.
MAX_BITS = 8192


def added(*parts: Fraction) -> Fraction:
    """The sum. Most parts of most formulas are 0, and adding that to a fraction costs as much as any sum."""
    total = NOTHING
    for part in parts:
        if part:
            total = total + part if total else part
    return total


@dataclass(slots=True)
class ExactCost:
    """Cost of making: `unit` when made in the formula's own output quantity.

    A phantom is made inside its consumer's order, in any quantity: `per_unit` times need + `per_order`. Where
    by-products share that, `gross` is its cost before them and `once` the part of that which is per order.
    """

    unit: Fraction
    per_unit: Fraction
    per_order: Fraction
    gross: Fraction | None = None
    once: Fraction = NOTHING


def pack(cost: ExactCost) -> str:
    """Writes the cost as text for storage: one fraction; three where there is a cost per order, or five."""
    if cost.gross is not None:
        parts = (cost.unit, cost.per_unit, cost.per_order, cost.gross, cost.once)
        return " ".join(_pack(part) for part in parts)
    if not cost.per_order:
        return _pack(cost.unit)
    return f"{_pack(cost.unit)} {_pack(cost.per_unit)} {_pack(cost.per_order)}"


def unpack(text: str) -> ExactCost:
    """Reads what `pack` wrote."""
    unit, _, rest = text.partition(" ")
    exact = _unpack(unit)
    if not rest:
        return ExactCost(exact, exact, NOTHING)
    return ExactCost(exact, *(_unpack(part) for part in rest.split(" ")))


def _pack(value: Fraction) -> str:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise Refused("explosion_too_large", "The cost of this structure has too many digits to be exact.")
    return f"{value.numerator}/{value.denominator}"


def _unpack(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(int(top), int(bottom))
