"""Exact arithmetic and its one rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.manufacturing.decimals import EXACT, fits, number, round_half_up, round_up, shown
from mock_server.manufacturing.units import to_uom

values = st.decimals(min_value=-(10**12), max_value=10**12, places=9, allow_nan=False, allow_infinity=False)


def test_half_is_rounded_away_from_zero_and_not_to_even() -> None:
    assert round_half_up(Decimal("20.625"), 2) == Decimal("20.63")
    assert round_half_up(Fraction(41, 2), 0) == 21
    assert round_half_up(Decimal("-20.625"), 2) == round_half_up(Fraction(-165, 8), 2) == Decimal("-20.63")


@given(values, st.integers(0, 6))
def test_a_decimal_and_its_fraction_round_alike(value: Decimal, places: int) -> None:
    rounded = round_half_up(value, places)
    assert rounded == round_half_up(Fraction(value), places)
    assert abs(Fraction(rounded) - Fraction(value)) <= Fraction(1, 2 * 10**places)


@given(st.fractions(min_value=0, max_value=10**9), st.sampled_from(["NOS", "SET", "PAIR", "kg", "m", "L"]))
def test_inv_d3_rounding_to_a_unit_stays_within_its_precision(exact: Fraction, uom: str) -> None:
    """INV-D3: whole units are rounded up by less than one, others by at most half of the last digit.

    DEC-18: a need above 0 is one step of the unit at least.
    """
    rounded = Fraction(to_uom(exact, uom))
    if uom in ("NOS", "SET", "PAIR"):
        assert rounded.denominator == 1
        assert exact <= rounded < exact + 1
    else:
        assert (rounded * 1000).denominator == 1
        assert abs(rounded - exact) <= Fraction(1, 2000) or (exact < Fraction(1, 2000) and rounded > 0)
    assert bool(rounded) is bool(exact)


@given(values)
def test_rounding_up_never_falls_below(value: Decimal) -> None:
    assert value <= round_up(value, 2) < EXACT.add(value, Decimal("0.01"))
    assert round_up(Fraction(value), 2) == round_up(value, 2)


@pytest.mark.parametrize(
    ("text", "places", "expected"),
    [
        ("1.500000000", 1, True),
        ("1.23", 1, False),
        ("1E+3", 0, True),
        ("123456789012345", 0, True),
        ("1234567890123456", 0, False),
        ("NaN", 6, False),
        ("Infinity", 6, False),
    ],
)
def test_a_number_fits_by_its_value(text: str, places: int, expected: bool) -> None:
    assert fits(Decimal(text), places) is expected


def test_json_numbers_are_read_by_value() -> None:
    assert [str(number(value)) for value in (7, 0.1, Decimal("1E+3"), Decimal("2.50"))] == [
        "7",
        "0.1",
        "1000",
        "2.50",
    ]
    assert shown(Decimal("2.500000")) == "2.5"
    assert shown(Decimal("100")) == "100"
