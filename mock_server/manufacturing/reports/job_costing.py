"""Job costing: what completed work orders should have cost, what they cost, and why the two differ."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from decimal import Decimal

from mock_server.manufacturing.reports.figures import ProductionSums
from mock_server.manufacturing.reports.report import (
    ReportOrder,
    actual_of,
    check_sums,
    heading,
    standard_cost,
    variance_of,
)
from mock_server.manufacturing.work_orders import (
    WorkOrder,
    WorkOrderActualCost,
    WorkOrderPlannedCost,
    WorkOrderVariance,
)


@dataclass(slots=True)
class JobCost(ReportOrder):
    """Planned cost, actual cost and variance of one order; standard cost is that of its good units."""

    planned_quantity: Decimal
    started_quantity: Decimal
    completed_quantity: Decimal
    scrapped_quantity: Decimal
    planned_cost: WorkOrderPlannedCost
    actual_cost: WorkOrderActualCost
    standard_cost: Decimal
    actual_unit_cost: Decimal | None
    variance: WorkOrderVariance


@dataclass(slots=True)
class JobCostTotals:
    """Sums over all rows; the total less the standard cost is the variance."""

    order_count: int
    planned_cost: Decimal
    standard_cost: Decimal
    material: Decimal
    labour: Decimal
    overhead: Decimal
    other_overhead: Decimal
    by_product_credit: Decimal
    scrap_loss: Decimal
    total: Decimal
    variance: WorkOrderVariance


_COSTS = tuple(each.name for each in fields(JobCostTotals) if each.name not in {"order_count", "variance"})


def job_cost(order: WorkOrder) -> JobCost:
    """The row of a completed order."""
    actual = actual_of(order)
    return JobCost(
        *heading(order),
        order.planned_quantity,
        order.started_quantity,
        order.completed_quantity,
        order.scrapped_quantity,
        order.planned_cost,
        actual,
        standard_cost(order),
        actual.actual_unit_cost,
        variance_of(order),
    )


def job_cost_totals(sums: ProductionSums) -> JobCostTotals:
    """The totals over all rows."""
    figures = sums.figures
    costs = {name: getattr(figures, name) for name in _COSTS}
    check_sums([*costs.values(), *astuple(figures.variance)])
    return JobCostTotals(order_count=sums.order_count, **costs, variance=figures.variance)
