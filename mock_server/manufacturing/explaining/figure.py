"""A number that remembers how it came about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from mock_server.manufacturing.explaining.measures import MINUTES_PER_HOUR, RATIO, Measure

Number = int | Decimal | Fraction


class Operation(StrEnum):
    """How a figure comes from its parts."""

    LEAF = "leaf"
    CONSTANT = "constant"
    SUM = "sum"
    DIFFERENCE = "difference"
    PRODUCT = "product"
    QUOTIENT = "quotient"
    ROUNDED = "rounded"
    LEAST = "least"
    GREATEST = "greatest"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure stands that was not worked out: a movement, a record, or a setting."""

    type: str
    id: str | None = None
    number: str | None = None
    revision: int | None = None
    pointer: str | None = None


class Figure:
    """An exact number, the operation and the parts that it came from; a leaf has a source instead.

    It stands wherever the rules calculate with decimals and fractions: with one of either it makes another
    figure. Compared, and as true or false, it is its value.
    """

    __slots__ = ("label", "measure", "operation", "parts", "source", "value")

    def __init__(
        self,
        value: Fraction,
        operation: Operation,
        parts: tuple[Figure, ...] = (),
        measure: Measure | None = None,
        label: str = "",
        source: Source | None = None,
    ) -> None:
        self.value = value
        self.operation = operation
        self.parts = parts
        self.measure = measure
        self.label = label
        self.source = source

    def named(self, label: str) -> Figure:
        """The figure, with a label where it has none yet."""
        if not self.label:
            self.label = label
        return self

    def __repr__(self) -> str:
        return f"Figure({self.value}, {self.operation}, {self.label!r})"

    def __deepcopy__(self, memo: object) -> Figure:
        return self

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        known = _value(other)
        return NotImplemented if known is None else self.value == known

    def __lt__(self, other: Any) -> bool:
        return self._compared(other, Fraction.__lt__)

    def __le__(self, other: Any) -> bool:
        return self._compared(other, Fraction.__le__)

    def __gt__(self, other: Any) -> bool:
        return self._compared(other, Fraction.__gt__)

    def __ge__(self, other: Any) -> bool:
        return self._compared(other, Fraction.__ge__)

    def _compared(self, other: Any, compare: Callable[[Fraction, Fraction], bool]) -> bool:
        known = _value(other)
        return NotImplemented if known is None else compare(self.value, known)

    def __add__(self, other: Any) -> Figure:
        return added(self, figure_of(other))

    def __radd__(self, other: Any) -> Figure:
        return added(figure_of(other), self)

    def __sub__(self, other: Any) -> Figure:
        return subtracted(self, figure_of(other))

    def __rsub__(self, other: Any) -> Figure:
        return subtracted(figure_of(other), self)

    def __mul__(self, other: Any) -> Figure:
        return multiplied(self, figure_of(other))

    def __rmul__(self, other: Any) -> Figure:
        return multiplied(figure_of(other), self)

    def __truediv__(self, other: Any) -> Figure:
        return divided(self, figure_of(other))

    def __rtruediv__(self, other: Any) -> Figure:
        return divided(figure_of(other), self)

    def __neg__(self) -> Figure:
        return subtracted(figure_of(0), self)

    def __abs__(self) -> Figure:
        return self if self.value >= 0 else -self

    def as_integer_ratio(self) -> tuple[Figure, int]:
        """Itself over 1, so that what is made of the two still knows where it comes from."""
        return self, 1


def leaf(value: Number, label: str, measure: Measure, source: Source | None = None) -> Figure:
    """A figure that was not worked out."""
    return Figure(Fraction(value), Operation.LEAF, (), measure, label, source)


def figure_of(value: Any) -> Figure:
    """The figure, or a number of the rules themselves as one."""
    if isinstance(value, Figure):
        return value
    return Figure(Fraction(value), Operation.CONSTANT)


def _value(other: object) -> Fraction | None:
    if isinstance(other, Figure):
        return other.value
    return Fraction(other) if isinstance(other, int | Decimal | Fraction) else None


def _is(figure: Figure, number: int) -> bool:
    """Whether it is this number of the rules, which adds or multiplies nothing."""
    return figure.operation is Operation.CONSTANT and figure.value == number


def added(first: Figure, second: Figure) -> Figure:
    """The sum; one that goes on with an unnamed sum is the same sum."""
    if _is(first, 0):
        return second
    if _is(second, 0):
        return first
    parts = (*_going_on(first, Operation.SUM), second)
    return Figure(first.value + second.value, Operation.SUM, parts, _common(first, second))


def subtracted(first: Figure, second: Figure) -> Figure:
    """The difference: the first part less all others."""
    if _is(second, 0):
        return first
    parts = (*_going_on(first, Operation.DIFFERENCE), second)
    return Figure(first.value - second.value, Operation.DIFFERENCE, parts, _common(first, second))


def multiplied(first: Figure, second: Figure) -> Figure:
    """The product."""
    if _is(first, 0) or _is(second, 0):
        return figure_of(0)
    if _is(first, 1):
        return second
    if _is(second, 1):
        return first
    parts = (*_going_on(first, Operation.PRODUCT), second)
    return Figure(first.value * second.value, Operation.PRODUCT, parts, _times(first, second))


def divided(first: Figure, second: Figure) -> Figure:
    """The quotient: the first part by the second."""
    if _is(second, 1):
        return first
    if _is(second, 60):
        second = Figure(second.value, Operation.CONSTANT, (), MINUTES_PER_HOUR, "Minutes in an hour")
    elif _is(second, 100):
        second.named("Per cent")
    quotient = first.value / second.value
    return Figure(quotient, Operation.QUOTIENT, (first, second), _times(first, second, -1))


def _going_on(first: Figure, operation: Operation) -> tuple[Figure, ...]:
    return first.parts if first.operation is operation and not first.label else (first,)


def _common(first: Figure, second: Figure) -> Measure | None:
    """What two figures are both counted in; a bare 0 or 1 goes with anything."""
    if first.measure is None or second.measure is None:
        return first.measure if second.measure is None else second.measure
    return first.measure if first.measure == second.measure else None


def _times(first: Figure, second: Figure, sign: int = 1) -> Measure | None:
    if first.measure is None and second.measure is None:
        return None
    return (first.measure or RATIO).times(second.measure or RATIO, sign)
