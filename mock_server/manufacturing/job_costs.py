"""Job costing: what completed work orders should have cost, what they cost, and why the two differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.report_orders import (
    Report,
    ReportOrder,
    actual_of,
    heading,
    standard_cost,
)
from mock_server.manufacturing.work_order_records import (
    WorkOrder,
    WorkOrderActualCost,
    WorkOrderPlannedCost,
    WorkOrderVariance,
)

_ELEMENTS = tuple(each.name for each in fields(WorkOrderVariance))
_COSTS = ("material", "labour", "overhead", "other_overhead", "by_product_credit", "scrap_loss", "total")


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

    order_count: int = 0
    planned_cost: Decimal = ZERO
    standard_cost: Decimal = ZERO
    material: Decimal = ZERO
    labour: Decimal = ZERO
    overhead: Decimal = ZERO
    other_overhead: Decimal = ZERO
    by_product_credit: Decimal = ZERO
    scrap_loss: Decimal = ZERO
    total: Decimal = ZERO
    variance: WorkOrderVariance = field(default_factory=lambda: WorkOrderVariance(*[ZERO] * len(_ELEMENTS)))


def job_cost(order: WorkOrder) -> JobCost:
    """The row of a completed order."""
    actual, variance = actual_of(order), order.variance
    if variance is None:
        raise LookupError(f"{order.work_order_number} has no variance")
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
        variance,
    )


def job_costs(orders: Iterable[WorkOrder]) -> Report[JobCost, JobCostTotals]:
    """One row per order, in the order given."""
    rows = [job_cost(order) for order in orders]
    totals = JobCostTotals(order_count=len(rows))
    for row in rows:
        totals.planned_cost += row.planned_cost.total
        totals.standard_cost += row.standard_cost
        for name in _COSTS:
            setattr(totals, name, getattr(totals, name) + getattr(row.actual_cost, name))
        for name in _ELEMENTS:
            summed = getattr(totals.variance, name) + getattr(row.variance, name)
            setattr(totals.variance, name, summed)
    return Report(rows, totals)
