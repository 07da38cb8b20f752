"""What the commands on work orders need: formulas, stock, inspections, and the orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from mock_server.manufacturing.documents import Collection
from mock_server.manufacturing.formulas import Catalogue, FormulaBook
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.stock import StockBook
from mock_server.manufacturing.work_orders.records import WorkOrder


class OrderCatalogue(Catalogue, Protocol):
    """A catalogue that knows what day it is; enough to show an order."""

    @property
    def today(self) -> date:
        """The day in the entity's time zone."""


class Gate(Protocol):
    """The inspections as far as they let an order go on."""

    def completed(self, order_id: str, /) -> Sequence[Inspection]:
        """The order's Completed inspections by completion time, then id; archived ones count."""

    def unfinished(self, order_id: str, /) -> Sequence[Inspection]:
        """The order's Open inspections, of whatever lot."""


class OrderBook(StockBook, FormulaBook, OrderCatalogue, Protocol):
    """A book that also keeps work orders."""

    @property
    def inspections(self) -> Gate: ...
    @property
    def work_orders(self) -> Collection[WorkOrder]: ...
