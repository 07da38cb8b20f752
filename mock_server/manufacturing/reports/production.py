"""The four reports on production, over the completed work orders of a period. Totals cover all rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mock_server.manufacturing.reports.by_products import (
    ByProductTotals,
    ByProductYield,
    by_product_totals,
    by_product_yield,
    products_of,
)
from mock_server.manufacturing.reports.cost_analysis import (
    ProductionCost,
    ProductionCostTotals,
    production_cost_totals,
    production_costs,
)
from mock_server.manufacturing.reports.efficiency import (
    EfficiencyTotals,
    OrderEfficiency,
    efficiency_totals,
    order_efficiency,
)
from mock_server.manufacturing.reports.figures import completed_order
from mock_server.manufacturing.reports.job_costing import JobCost, JobCostTotals, job_cost, job_cost_totals
from mock_server.manufacturing.reports.log import ProductionLog, ReportBook
from mock_server.manufacturing.reports.report import Page, Place, Report
from mock_server.manufacturing.work_orders import WorkOrder

T = TypeVar("T")
Row = TypeVar("Row")
Build = Callable[[ProductionLog, Place, int], Report[Any, Any]]


def job_costing_report(log: ProductionLog, after: Place, limit: int) -> Report[JobCost, JobCostTotals]:
    """Planned cost, actual cost and variance, one row per order."""
    return Report(_rows(log.orders(after, limit), job_cost), job_cost_totals(log.sums()))


def by_products_report(
    log: ProductionLog, after: Place, limit: int
) -> Report[ByProductYield, ByProductTotals]:
    """Expected and actual output beside the main one, one row per order and by-product."""
    page = _rows(log.products(after, limit), _product_row)
    return Report(page, by_product_totals(log.product_sums()))


def cost_analysis_report(
    log: ProductionLog, after: Place, limit: int
) -> Report[ProductionCost, ProductionCostTotals]:
    """Cost by element, one row per item and calendar month."""
    rows, end = production_costs(log.months()), after.line + limit
    page = Page(rows[after.line : end], Place("", end) if end < len(rows) else None)
    return Report(page, production_cost_totals(log.sums()))


def efficiency_report(
    log: ProductionLog, after: Place, limit: int
) -> Report[OrderEfficiency, EfficiencyTotals]:
    """Yield, scrap, labour and delivery, one row per order."""
    return Report(_rows(log.orders(after, limit), order_efficiency), efficiency_totals(log.sums()))


def _rows(page: Page[T], row: Callable[[T], Row]) -> Page[Row]:
    return Page([row(each) for each in page.rows], page.end)


def _product_row(found: tuple[WorkOrder, int]) -> ByProductYield:
    order, place = found
    return by_product_yield(order, products_of(order)[place])


def log_completion(book: ReportBook, order: WorkOrder) -> WorkOrder:
    """Adds an order that was just completed to the reports, in the same transaction; returns it."""
    book.production.add(completed_order(order))
    return order
