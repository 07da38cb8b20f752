"""What the state machine draws: quantities, costs, bodies."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from contract_tests.factory.exact import WHOLE_UNITS

UOMS = ("NOS", "kg", "L", "m", "SET", "PAIR")
COSTS = st.integers(0, 500_000).map(lambda n: Fraction(n, 1000))
PRICES = st.integers(1, 100_000).map(lambda n: Fraction(n, 100))
WASTAGE = st.sampled_from(
    [Fraction(0), Fraction(2), Fraction(5, 2), Fraction(10), Fraction(25), Fraction(1, 3)]
).map(lambda p: Fraction(round(p * 10**6), 10**6))
MINUTES = st.sampled_from([Fraction(n, 2) for n in range(0, 61)])
RATES = st.integers(1, 60_000).map(lambda n: Fraction(n, 100))
# Values that no quantity may have; each is refused as malformed.
BAD_QUANTITIES: list[Any] = [0, -1, -0.001, Decimal("0.0000001"), 10**13, "1", "", True, None, [], "NaN"]
BAD_TEXTS = (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"0x10", b"1_000", b"01", b"1.5.5")


def quantities(uom: str, largest: int = 50) -> st.SearchStrategy[Fraction]:
    """A quantity that can be counted in a unit, more than 0."""
    if uom in WHOLE_UNITS:
        return st.integers(1, largest).map(Fraction)
    return st.integers(1, largest * 1000).map(lambda n: Fraction(n, 1000))


def stock_quantities(uom: str) -> st.SearchStrategy[Fraction]:
    """A quantity to bring in; now and then a very large or a very small one."""
    usual = st.integers(10, 2000).map(Fraction)
    least = Fraction(1) if uom in WHOLE_UNITS else Fraction(1, 1000)
    odd = st.sampled_from([least, Fraction(10**6)])
    return st.one_of(usual, usual, quantities(uom, 500), odd)


def part_of(whole: Fraction, uom: str) -> st.SearchStrategy[Fraction]:
    """A part of a quantity, from 0 to all of it, that can be counted."""
    places = 1 if uom in WHOLE_UNITS else 1000
    return st.integers(0, int(whole * places)).map(lambda n: Fraction(n, places))
