"""The ports through which completed work orders get into the reports, and reports read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mock_server.manufacturing.reports.by_products import ProductSums
from mock_server.manufacturing.reports.cost_analysis import MonthOfItem
from mock_server.manufacturing.reports.figures import CompletedOrder, ProductionSums
from mock_server.manufacturing.reports.report import Page, Period, Place
from mock_server.manufacturing.work_orders import WorkOrder


class ProductionLog(Protocol):
    """Completed orders, archived ones included. Pages are by `CompletedAt`, then number."""

    def orders(self, after: Place, limit: int) -> Page[WorkOrder]:
        """Orders that made the item."""

    def products(self, after: Place, limit: int) -> Page[tuple[WorkOrder, int]]:
        """By-products by place in `products_of`; an item finds those of its orders, and itself as one."""

    def sums(self) -> ProductionSums:
        """Over all orders that made the item."""

    def product_sums(self) -> ProductSums:
        """Over all by-products that `products` finds."""

    def months(self) -> Sequence[MonthOfItem]:
        """The sums by item and month."""


class Production(Protocol):
    """What reports know of the production of one entity."""

    def add(self, completed: CompletedOrder, /) -> None:
        """Takes in a completed order."""

    def within(self, period: Period, item_ref_id: str | None, /) -> ProductionLog:
        """The orders of a period, and of one item where it is given."""


class ReportBook(Protocol):
    """A book that keeps what reports need."""

    @property
    def production(self) -> Production: ...
