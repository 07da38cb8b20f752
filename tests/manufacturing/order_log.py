"""Reports over orders in memory: the log that storage keeps, added up in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any, Generic, TypeVar

from mock_server.manufacturing.reports import (
    RATIOS,
    Page,
    Period,
    Place,
    ProductionFigures,
    ProductionSums,
    completed_at,
    figures_of,
    posting_date,
)
from mock_server.manufacturing.reports import production as production_reports
from mock_server.manufacturing.reports.by_products import (
    ByProductTotals,
    ByProductYield,
    ProductSums,
    expected_credit,
    products_of,
)
from mock_server.manufacturing.reports.cost_analysis import MonthOfItem, ProductionCost, ProductionCostTotals
from mock_server.manufacturing.reports.efficiency import EfficiencyTotals, OrderEfficiency
from mock_server.manufacturing.reports.job_costing import JobCost, JobCostTotals
from mock_server.manufacturing.reports.log import ProductionLog
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderStatus

T = TypeVar("T")
Row = TypeVar("Row")
Totals = TypeVar("Totals")


class MemoryLog:
    """The completed orders among those given."""

    def __init__(self, orders: Iterable[WorkOrder], period: Period, item: str | None = None) -> None:
        found = [
            order
            for order in orders
            if order.status == WorkOrderStatus.COMPLETED and period.start <= posting_date(order) <= period.end
        ]
        found.sort(key=lambda order: (completed_at(order), order.work_order_number))
        self._making = [order for order in found if item in (None, order.item_ref_id)]
        self._products = [
            (order, place)
            for order in found
            for place, product in enumerate(products_of(order))
            if item in (None, order.item_ref_id, product.item_ref_id)
        ]

    def orders(self, after: Place, limit: int) -> Page[WorkOrder]:
        return _page(self._making, after, limit)

    def products(self, after: Place, limit: int) -> Page[tuple[WorkOrder, int]]:
        return _page(self._products, after, limit)

    def sums(self) -> ProductionSums:
        return _sums(self._making)

    def product_sums(self) -> ProductSums:
        made = [(order, products_of(order)[place]) for order, place in self._products]
        expected = sum((expected_credit(*each) for each in made), Decimal(0))
        credit = sum((each.actual_credit or Decimal(0) for _, each in made), Decimal(0))
        return ProductSums(len(made), expected, credit)

    def months(self) -> list[MonthOfItem]:
        def key(order: WorkOrder) -> tuple[str, str, str, str]:
            return order.item_ref_id, order.item_code, order.uom, posting_date(order).isoformat()[:7]

        groups = groupby(sorted(self._making, key=key), key)
        return [MonthOfItem(*heading, _sums(list(group))) for heading, group in groups]


def _page(rows: list[T], after: Place, limit: int) -> Page[T]:
    end = after.line + limit
    return Page(rows[after.line : end], Place("", end) if end < len(rows) else None)


def _sums(orders: list[WorkOrder]) -> ProductionSums:
    figures = [figures_of(order) for order in orders]
    names = [each.name for each in fields(ProductionFigures)]
    columns = {name: [getattr(each, name) for each in figures] for name in names}
    known = {name: [value for value in column if value is not None] for name, column in columns.items()}
    summed = ProductionFigures(*(sum(known[name], Decimal(0)) for name in names))
    return ProductionSums(len(orders), summed, {name: len(known[name]) for name in RATIOS})


@dataclass
class Whole(Generic[Row, Totals]):
    """All rows of a report."""

    rows: list[Row]
    totals: Totals


def _whole(
    build: Callable[[ProductionLog, Place, int], Any],
    orders: Iterable[WorkOrder],
    period: Period,
    item: str | None = None,
) -> Any:
    """The report, read in pages of two."""
    log, place, rows = MemoryLog(orders, period, item), Place(), []
    while True:
        report = build(log, place, 2)
        rows += report.page.rows
        if report.page.end is None:
            return Whole(rows, report.totals)
        place = report.page.end


_Build = Callable[..., Whole[Row, Totals]]
job_costing_report: _Build[JobCost, JobCostTotals] = partial(_whole, production_reports.job_costing_report)
by_products_report: _Build[ByProductYield, ByProductTotals] = partial(
    _whole, production_reports.by_products_report
)
cost_analysis_report: _Build[ProductionCost, ProductionCostTotals] = partial(
    _whole, production_reports.cost_analysis_report
)
efficiency_report: _Build[OrderEfficiency, EfficiencyTotals] = partial(
    _whole, production_reports.efficiency_report
)
