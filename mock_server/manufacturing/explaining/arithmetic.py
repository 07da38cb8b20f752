"""The arithmetic of the rules, on figures: where none takes part, it is that of the rules themselves."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mock_server.manufacturing import decimals
from mock_server.manufacturing.explaining.figure import Figure, Operation, figure_of


def fraction(top: Any = 0, bottom: Any = None) -> Any:
    """A fraction, in place of the class."""
    if bottom is None:
        return top if isinstance(top, Figure) else Fraction(top)
    if isinstance(top, Figure) or isinstance(bottom, Figure):
        return figure_of(top) / figure_of(bottom)
    return Fraction(top, bottom)


class Exactly:
    """In place of the decimal context that never rounds."""

    def __getattr__(self, name: str) -> Any:
        return getattr(decimals.EXACT, name)

    def add(self, first: Any, second: Any) -> Any:
        """The sum."""
        return first + second if _any(first, second) else decimals.EXACT.add(first, second)

    def multiply(self, first: Any, second: Any) -> Any:
        """The product."""
        return first * second if _any(first, second) else decimals.EXACT.multiply(first, second)

    def scaleb(self, value: Any, places: int) -> Any:
        """The value with its point moved to the left."""
        return value / 10**-places if _any(value) else decimals.EXACT.scaleb(value, places)


def round_half_up(value: Any, places: int) -> Any:
    """The rounded figure, which knows the exact one."""
    return _rounded(value, places, decimals.round_half_up)


def round_up(value: Any, places: int) -> Any:
    """The figure rounded up, which knows the exact one."""
    return _rounded(value, places, decimals.round_up)


def amount(value: Any) -> Any:
    """An amount of money at 2 decimals."""
    return round_half_up(value, decimals.AMOUNT_PLACES)


def unit_cost(value: Any) -> Any:
    """A cost per unit at 6 decimals."""
    return round_half_up(value, decimals.UNIT_COST_PLACES)


def percent(part: Any, whole: Any) -> Any:
    """Part of a whole in percent at 2 decimals."""
    if not _any(part, whole):
        return decimals.percent(part, whole)
    if not whole:
        return None
    share = figure_of(part) * 100 / figure_of(whole)
    return round_half_up(share, decimals.PERCENT_PLACES)


def shown(value: Any) -> str:
    """A number for a message."""
    return str(value.value) if isinstance(value, Figure) else decimals.shown(value)


def least(*values: Any, **options: Any) -> Any:
    """In place of `min`: where a limit was reached it is told, and else the figure stands as it is."""
    return _chosen(builtins.min, Operation.LEAST, values, options)


def greatest(*values: Any, **options: Any) -> Any:
    """In place of `max`."""
    return _chosen(builtins.max, Operation.GREATEST, values, options)


def whole(value: Any) -> Any:
    """In place of `int`, for what is whole already."""
    return value if isinstance(value, Figure) else int(value)


def _chosen(choose: Callable[..., Any], operation: Operation, values: Any, options: Any) -> Any:
    if options or not _any(*values):
        return choose(*values, **options)
    parts = [figure_of(value) for value in values]
    chosen = choose(parts, key=lambda each: each.value)
    worked_out = [part for part in parts if part.operation is not Operation.CONSTANT]
    if operation is Operation.LEAST and chosen is parts[0]:
        return values[0]
    if chosen.value == worked_out[0].value:
        return worked_out[0]
    return Figure(chosen.value, operation, tuple(parts), worked_out[0].measure)


def _rounded(value: Any, places: int, rule: Callable[[Any, int], Decimal]) -> Any:
    if not isinstance(value, Figure):
        return rule(value, places)
    rounded = Fraction(rule(value.value, places))
    if value.operation is Operation.CONSTANT:
        return figure_of(rounded)
    # Also where it leaves nothing: what was rounded is a figure of its own, and no part of the next sum.
    return Figure(rounded, Operation.ROUNDED, (value,), value.measure)


def _any(*values: Any) -> bool:
    return any(isinstance(value, Figure) for value in values)
