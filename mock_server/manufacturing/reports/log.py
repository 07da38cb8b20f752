"""The port through which reports read completed work orders: those of one period, and perhaps of one item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mock_server.manufacturing.reports.by_products import ByProductTotals
from mock_server.manufacturing.reports.cost_analysis import MonthOfItem
from mock_server.manufacturing.reports.figures import ProductionSums
from mock_server.manufacturing.reports.report import Page, Place
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderByProduct


class ProductionLog(Protocol):
    """Completed orders, archived ones included. Pages are by `CompletedAt`, then number."""

    def orders(self, after: Place, limit: int) -> Page[WorkOrder]:
        """Orders that made the item."""

    def products(self, after: Place, limit: int) -> Page[tuple[WorkOrder, WorkOrderByProduct]]:
        """By-products, by code within an order; an item finds those of its orders, and itself as one."""

    def sums(self) -> ProductionSums:
        """Over all orders that made the item."""

    def product_sums(self) -> ByProductTotals:
        """Over all by-products that `products` finds."""

    def months(self) -> Sequence[MonthOfItem]:
        """The sums by item and month."""
