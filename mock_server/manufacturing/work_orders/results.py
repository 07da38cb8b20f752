"""What came of a completed work order: its actual cost, its credits and its variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.work_orders.costs import (
    Gross,
    Hours,
    actual_cost,
    check_amounts,
    labour,
    minutes_of,
)
from mock_server.manufacturing.work_orders.records import (
    SnapshotWork,
    WorkOrder,
    WorkOrderActualCost,
    WorkOrderSnapshot,
)
from mock_server.manufacturing.work_orders.variances import Labour, variance


def settle(order: WorkOrder, snapshot: WorkOrderSnapshot, work: Sequence[Labour]) -> WorkOrderActualCost:
    """Fills in what follows from quantities, materials and work of an order that is not yet in the book."""
    spent = sum((material.cost for material in order.materials), ZERO)
    hours = [Hours(each.actual_minutes, each.actual_rate, each.overhead_percent) for each in work]
    ratio = Fraction(order.started_quantity) / Fraction(order.planned_quantity)
    gross = Gross(Fraction(spent), *labour(hours), Fraction(snapshot.other_overhead) * ratio)
    shares = [Fraction(share) for share in snapshot.shares]
    actual, order.by_products = actual_cost(
        order.work_order_number, gross, order.by_products, shares, order.completed_quantity
    )
    order.actual_cost = actual
    order.variance = variance(order, actual, work)
    check_amounts(order.work_order_number, astuple(order.variance), [])
    return actual


def standard_minutes(number: str, work: SnapshotWork, ratio: Fraction) -> Decimal:
    """Minutes that an operation should take for part of what was planned: set-up whole, run in part."""
    return minutes_of(number, Fraction(work.setup_minutes), Fraction(work.run_minutes) * ratio)


def work_done(order: WorkOrder, snapshot: WorkOrderSnapshot) -> list[Labour]:
    """The work of a completed order against its standard, as it was when the order was completed."""
    ratio = Fraction(order.started_quantity) / Fraction(order.planned_quantity)
    return [
        Labour(
            ZERO if operation.actual_minutes is None else operation.actual_minutes,
            standard_minutes(order.work_order_number, each, ratio),
            operation.cost_per_hour
            if operation.actual_cost_per_hour is None
            else operation.actual_cost_per_hour,
            operation.cost_per_hour,
            each.overhead_percent,
        )
        for operation, each in zip(order.operations, snapshot.work, strict=True)
    ]
