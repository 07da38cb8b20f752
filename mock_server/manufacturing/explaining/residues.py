"""What a record keeps of a figure beside what can be worked out from the rest of it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from mock_server.manufacturing.explaining.figure import Figure, Operation, Source, figure_of, leaf
from mock_server.manufacturing.explaining.measures import RATIO


def kept(figure: Any, own: Decimal | None, label: str, source: Source) -> Any:
    """The figure, and where the record has another number the difference as a leaf."""
    if own is None or figure is None:
        return own
    known = figure_of(figure)
    if known.value == own:
        return figure
    rest = leaf(Fraction(own) - known.value, label, known.measure or RATIO, source)
    if known.operation is Operation.CONSTANT:
        return rest
    return Figure(known.value + rest.value, Operation.SUM, (known, rest), known.measure, known.label)
