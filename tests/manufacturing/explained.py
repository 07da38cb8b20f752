"""What must hold of every figure that is explained, and what it must be equal to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from math import prod
from typing import Any

from mock_server.manufacturing.explaining import Figure, Operation

# What is stored beside what is shown.
_INTERNAL = {"snapshot", "exact_cost", "cost_rollup_state"}


def figures_in(explained: Any, own: Any, at: str = "") -> Iterator[tuple[str, Figure]]:
    """The figures of an explained record with their places; each of its values is that of the record."""
    if isinstance(explained, Figure):
        assert explained.value == own, f"{at}: {explained.value}, not {own}"
        yield at, explained
    elif isinstance(explained, list):
        for place, pair in enumerate(zip(explained, own, strict=True)):
            yield from figures_in(*pair, f"{at}/{place}")
    elif is_dataclass(explained):
        for each in fields(explained):
            if each.name not in _INTERNAL:
                pair = getattr(explained, each.name), getattr(own, each.name)
                yield from figures_in(*pair, f"{at}/{each.name}")
    else:
        assert explained == own, f"{at}: {explained}, not {own}"


def check(figure: Figure, seen: dict[int, Figure]) -> None:
    """Works the figure out anew from its parts, and these from theirs; `seen` are those that were."""
    if id(figure) in seen:
        return
    seen[id(figure)] = figure
    parts = [part.value for part in figure.parts]
    match figure.operation:
        case Operation.LEAF | Operation.CONSTANT:
            assert not parts
            return
        case Operation.SUM:
            worked_out = sum(parts, Fraction(0))
        case Operation.DIFFERENCE:
            worked_out = parts[0] - sum(parts[1:])
        case Operation.PRODUCT:
            worked_out = prod(parts, start=Fraction(1))
        case Operation.QUOTIENT:
            [top, bottom] = parts
            worked_out = top / bottom
        case Operation.LEAST:
            worked_out = min(parts)
        case Operation.GREATEST:
            worked_out = max(parts)
        case Operation.ROUNDED:
            [exact] = parts
            worked_out = _rounded(exact, figure.value)
    assert figure.value == worked_out, figure
    if figure.operation in (Operation.SUM, Operation.DIFFERENCE):
        units = {part.measure for part in figure.parts if part.operation is not Operation.CONSTANT}
        assert len(units) <= 1, f"{figure} adds {units}"
    for part in figure.parts:
        check(part, seen)


def _rounded(exact: Fraction, rounded: Fraction) -> Fraction:
    """The rounded value, where it is one: half-up at 0 to 6 decimals, or up to a whole, or one least step."""
    for places in (0, 2, 3, 6):
        scaled = abs(exact) * 10**places
        half_up = Fraction(int(scaled + Fraction(1, 2)), 10**places)
        if rounded == (half_up if exact >= 0 else -half_up):
            return rounded
    assert rounded == -(-exact.numerator // exact.denominator), f"{exact} was rounded to {rounded}"
    return rounded


def checked(explained: Any, own: Any) -> dict[str, Figure]:
    """The figures of an explained record by place, each equal to the record's and worked out anew."""
    found = dict(figures_in(explained, own))
    seen: dict[int, Figure] = {}
    for figure in found.values():
        check(figure, seen)
    return found


def leaves_of(figure: Figure) -> Iterator[Figure]:
    """The leaves below a figure."""
    if figure.operation is Operation.LEAF:
        yield figure
    for part in figure.parts:
        yield from leaves_of(part)
