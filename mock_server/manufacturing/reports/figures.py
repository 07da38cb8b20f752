"""What reports add up over completed work orders: the figures of one, and their sums."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mock_server.manufacturing.decimals import ONE, ZERO, round_half_up
from mock_server.manufacturing.work_orders import MINUTES_PLACES
from mock_server.manufacturing.reports.report import (
    actual_of,
    completed_at,
    percent,
    posting_date,
    standard_cost,
    variance_of,
)
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderVariance

HOURS_PLACES = 2
_MICROSECONDS_PER_HOUR = 3_600_000_000
_COSTS = ("material", "labour", "overhead", "other_overhead", "by_product_credit", "scrap_loss", "total")
_ELEMENTS = tuple(each.name for each in fields(WorkOrderVariance))
# Figures that an order may lack; their mean is over the orders that have them.
RATIOS = ("yield_percent", "process_yield_percent", "scrap_percent", "lead_time_hours")


@dataclass(slots=True)
class ProductionFigures:
    """Quantities, costs and times of one completed order, or their sums over several."""

    completed_quantity: Decimal
    scrapped_quantity: Decimal
    planned_cost: Decimal
    standard_cost: Decimal
    material: Decimal
    labour: Decimal
    overhead: Decimal
    other_overhead: Decimal
    by_product_credit: Decimal
    scrap_loss: Decimal
    total: Decimal
    variance_material_price: Decimal
    variance_material_usage: Decimal
    variance_labour_rate: Decimal
    variance_labour_efficiency: Decimal
    variance_overhead: Decimal
    variance_by_product: Decimal
    variance_yield_: Decimal
    variance_total: Decimal
    standard_minutes: Decimal
    actual_minutes: Decimal
    on_time_in_full: Decimal
    yield_percent: Decimal | None
    process_yield_percent: Decimal | None
    scrap_percent: Decimal | None
    lead_time_hours: Decimal | None

    @property
    def variance(self) -> WorkOrderVariance:
        """The variance by element."""
        return WorkOrderVariance(*(getattr(self, f"variance_{name}") for name in _ELEMENTS))


@dataclass(slots=True)
class ProductionSums:
    """Sums over completed orders; `known` tells how many of them have each ratio."""

    order_count: int
    figures: ProductionFigures
    known: dict[str, int]

    def mean(self, ratio: str, places: int) -> Decimal | None:
        """The mean of a ratio, half-up; null where no order has it."""
        count = self.known[ratio]
        if not count:
            return None
        return round_half_up(Fraction(getattr(self.figures, ratio)) / count, places)


def figures_of(order: WorkOrder) -> ProductionFigures:
    """The figures of a completed order."""
    good, scrap = order.completed_quantity, order.scrapped_quantity
    actual, variance = actual_of(order), variance_of(order)
    values: list[Any] = [
        good,
        scrap,
        order.planned_cost.total,
        standard_cost(order),
        *(getattr(actual, name) for name in _COSTS),
        *(getattr(variance, name) for name in _ELEMENTS),
        standard_minutes(order),
        sum((each.actual_minutes or ZERO for each in order.operations), ZERO),
        ONE if _is_on_time_in_full(order, posting_date(order)) else ZERO,
        percent(good, good + scrap),
        percent(good, order.started_quantity),
        percent(scrap, good + scrap),
        _hours(order),
    ]
    return ProductionFigures(*values)


def standard_minutes(order: WorkOrder) -> Decimal:
    """Standard minutes of the good quantity, by what release has fixed: run in proportion, set-up whole."""
    if order.snapshot is None or not order.completed_quantity:
        return ZERO
    ratio = Fraction(order.completed_quantity) / Fraction(order.planned_quantity)
    minutes = sum(
        (Fraction(each.setup_minutes) + Fraction(each.run_minutes) * ratio for each in order.snapshot.work),
        Fraction(0),
    )
    return round_half_up(minutes, MINUTES_PLACES)


def _is_on_time_in_full(order: WorkOrder, posted: date) -> bool:
    is_on_time = order.due_date is None or posted <= order.due_date
    return is_on_time and order.completed_quantity >= order.planned_quantity


def _hours(order: WorkOrder) -> Decimal | None:
    if order.released_at is None:
        return None
    # A clock that was set back in between gives no negative time.
    taken = max(timedelta(0), completed_at(order) - order.released_at)
    return round_half_up(Fraction(taken // timedelta(microseconds=1), _MICROSECONDS_PER_HOUR), HOURS_PLACES)
