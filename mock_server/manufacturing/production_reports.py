"""The four reports on production, over the completed work orders of a period."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.manufacturing.by_product_yields import ByProductTotals, ByProductYield, by_product_yields
from mock_server.manufacturing.job_costs import JobCost, JobCostTotals, job_costs
from mock_server.manufacturing.order_efficiency import EfficiencyTotals, OrderEfficiency, efficiency
from mock_server.manufacturing.production_costs import ProductionCost, ProductionCostTotals, production_costs
from mock_server.manufacturing.report_orders import Period, Report, completed_in
from mock_server.manufacturing.work_order_records import WorkOrder


def job_costing_report(
    orders: Iterable[WorkOrder], period: Period, item_ref_id: str | None = None
) -> Report[JobCost, JobCostTotals]:
    """Planned cost, actual cost and variance, one row per order; an item limits it to what it is made by.

    Archived orders count, others than Completed do not. Totals cover all rows.
    """
    return job_costs(_making(completed_in(orders, period), item_ref_id))


def by_products_report(
    orders: Iterable[WorkOrder], period: Period, item_ref_id: str | None = None
) -> Report[ByProductYield, ByProductTotals]:
    """Expected and actual output beside the main one, one row per order and by-product.

    An item finds rows as the main output or as the by-product. Totals cover all rows.
    """
    return by_product_yields(completed_in(orders, period), item_ref_id)


def cost_analysis_report(
    orders: Iterable[WorkOrder], period: Period, item_ref_id: str | None = None
) -> Report[ProductionCost, ProductionCostTotals]:
    """Cost by element, one row per item and calendar month. Totals cover all rows."""
    return production_costs(_making(completed_in(orders, period), item_ref_id))


def efficiency_report(
    orders: Iterable[WorkOrder], period: Period, item_ref_id: str | None = None
) -> Report[OrderEfficiency, EfficiencyTotals]:
    """Yield, scrap, labour and delivery, one row per order. Totals cover all rows."""
    return efficiency(_making(completed_in(orders, period), item_ref_id))


def _making(orders: list[WorkOrder], item_ref_id: str | None) -> list[WorkOrder]:
    if item_ref_id is None:
        return orders
    return [order for order in orders if order.item_ref_id == item_ref_id]
