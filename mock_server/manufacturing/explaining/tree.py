"""A figure as a tree that can be sent: bounded, in plain numbers, with a name for every part."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import EXACT, QUANTITY_PLACES, round_half_up
from mock_server.manufacturing.explaining.figure import Figure, Operation, Source

# Nodes of one tree.
MOST_NODES = 10_000
# Digits after the point of a number that needs more, or has no end.
SHOWN_PLACES = 2 * QUANTITY_PLACES
# A label that is put together from those of the parts, and from how many of them, how deep.
_LONGEST_LABEL = 120
_MOST_PARTS = 3
_DEEPEST = 3
_SIGNS = {
    Operation.SUM: " + ",
    Operation.DIFFERENCE: " − ",  # noqa: RUF001
    Operation.PRODUCT: " × ",  # noqa: RUF001
    Operation.QUOTIENT: " ÷ ",
}
_NAMES = {
    Operation.SUM: "Sum",
    Operation.DIFFERENCE: "Difference",
    Operation.PRODUCT: "Product",
    Operation.QUOTIENT: "Quotient",
    Operation.ROUNDED: "Rounded",
    Operation.LEAST: "No more than",
    Operation.GREATEST: "No less than",
}


@dataclass(slots=True)
class Rounding:
    """What rounding made of an exact value, and what it left: `exact` = `to` + `residue`."""

    exact: Fraction
    to: Fraction

    @property
    def residue(self) -> Fraction:
        """What was left: more than 0 where it was rounded down."""
        return self.exact - self.to


@dataclass(slots=True)
class Node:
    """A figure and its parts; `omitted` is the number of parts that the tree had no room for."""

    label: str
    value: Fraction
    unit: str
    operation: Operation
    source: Source | None = None
    rounding: Rounding | None = None
    parts: list[Node] = field(default_factory=list)
    omitted: int = 0


@dataclass(slots=True)
class Tree:
    """The tree of a figure; `count` is the number of its nodes."""

    root: Node
    count: int
    is_complete: bool


def tree_of(figure: Figure, depth: int, nodes: int) -> Tree:
    """The tree, level by level, as far as depth and number of nodes allow; all parts of a node or none."""
    root = _node(figure)
    waiting = deque([(root, _shown(figure), 1)])
    count, is_complete = 1, True
    while waiting:
        node, of, level = waiting.popleft()
        if not of.parts:
            continue
        if level >= depth or count + len(of.parts) > nodes:
            node.omitted = len(of.parts)
            is_complete = False
            continue
        for part in of.parts:
            below = _node(part)
            node.parts.append(below)
            waiting.append((below, _shown(part), level + 1))
        count += len(of.parts)
    return Tree(root, count, is_complete)


def _shown(figure: Figure) -> Figure:
    """The figure itself, or what it was made from where rounding has left nothing."""
    while figure.operation is Operation.ROUNDED and figure.parts[0].value == figure.value:
        figure = figure.parts[0]
    return figure


def _node(figure: Figure) -> Node:
    of = _shown(figure)
    rounding = Rounding(of.parts[0].value, of.value) if of.operation is Operation.ROUNDED else None
    unit = str(figure.measure) if figure.measure is not None else ""
    return Node(_label(figure), figure.value, unit, of.operation, of.source, rounding)


def _label(figure: Figure) -> str:
    """Its own name, or one that is put together from its parts."""
    told = _told(figure, _DEEPEST)
    return told if told and len(told) <= _LONGEST_LABEL else _NAMES[figure.operation]


def _told(figure: Figure, levels: int) -> str:
    """The name of a figure by those of its parts; empty where these are too many, or too deep."""
    while not figure.label and figure.operation is Operation.ROUNDED:
        figure = figure.parts[0]
    if figure.label or figure.operation is Operation.CONSTANT:
        return figure.label or written(figure.value)
    sign = _SIGNS.get(figure.operation)
    if sign is None or not levels or len(figure.parts) > _MOST_PARTS:
        return ""
    names = [_told(part, levels - 1) for part in figure.parts]
    if not all(names):
        return ""
    if figure.operation in (Operation.PRODUCT, Operation.QUOTIENT):
        names = [
            f"({name})" if is_sum else name
            for name, is_sum in zip(names, map(_is_bare_sum, figure.parts), strict=True)
        ]
    return sign.join(names)


def _is_bare_sum(figure: Figure) -> bool:
    """Whether a part is told as a sum or difference, which must stand in brackets within a product."""
    while not figure.label and figure.operation is Operation.ROUNDED:
        figure = figure.parts[0]
    return not figure.label and figure.operation in (Operation.SUM, Operation.DIFFERENCE)


def is_decimal(value: Fraction) -> bool:
    """Whether a decimal of so many digits as are shown is all of it."""
    return bool(10**SHOWN_PLACES % value.denominator == 0)


def written(value: Fraction) -> str:
    """A number as a decimal, half-up at 12 digits after the point where it has more."""
    if is_decimal(value):
        number = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    else:
        number = round_half_up(value, SHOWN_PLACES)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
