"""How much of a BOM's output the stock that is available allows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from mock_server.manufacturing.boms.explosion import Need
from mock_server.manufacturing.decimals import MAX_QUANTITY
from mock_server.manufacturing.formulas import Catalogue
from mock_server.manufacturing.units import to_uom, uom_places

_MOST = int(MAX_QUANTITY)


class OnShelf(Protocol):
    """The stock of one item."""

    @property
    def on_hand(self) -> Decimal: ...
    @property
    def available(self) -> Decimal: ...


class Shelves(Protocol):
    """The stock of one entity."""

    def get(self, item_id: str, /) -> OnShelf: ...
    def load(self, item_ids: Iterable[str], /) -> None:
        """Reads that of several items at once."""


class StockedCatalogue(Catalogue, Protocol):
    """A catalogue that knows what stock there is."""

    @property
    def stock(self) -> Shelves: ...


def most_units(need: Need, uom: str, available: Decimal) -> int:
    """The most whole units of output whose need, rounded as a requirement, is available of one item."""
    if not need.variable:
        return _MOST if to_uom(need.fixed, uom) <= available else 0
    places = uom_places(uom)
    step = Fraction(1, 10**places)
    whole = floor(Fraction(available) / step) * step
    if whole < step:
        # A requirement above 0 is one step of the unit at least (DEC-18).
        return 0
    if not places:
        most = floor((whole - need.fixed) / need.variable)
    else:
        # Half a step more than there is would be rounded up.
        most = ceil((whole + step / 2 - need.fixed) / need.variable) - 1
    return max(0, min(most, _MOST))
