"""What reports add up over completed work orders: the figures of one, and their sums."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from mock_server.manufacturing.decimals import ONE, ZERO, round_half_up
from mock_server.manufacturing.reports.by_products import expected_credit, products_of
from mock_server.manufacturing.reports.report import (
    actual_of,
    completed_at,
    percent,
    posting_date,
    standard_cost,
    variance_of,
)
from mock_server.manufacturing.work_orders import MINUTES_PLACES, WorkOrder, WorkOrderVariance

HOURS_PLACES = 2
_MICROSECONDS_PER_HOUR = 3_600_000_000
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


class ProductMade(NamedTuple):
    """What came of a completed order beside its main output: the credit expected for what was started."""

    item_ref_id: str
    expected_credit: Decimal
    credit: Decimal


@dataclass(slots=True)
class CompletedOrder:
    """What a completed order adds to the reports; products are by code."""

    order_id: str
    order_number: str
    item_ref_id: str
    item_code: str
    uom: str
    completed_at: datetime
    posting_date: date
    figures: ProductionFigures
    products: list[ProductMade]


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
    return ProductionFigures(
        completed_quantity=good,
        scrapped_quantity=scrap,
        planned_cost=order.planned_cost.total,
        standard_cost=standard_cost(order),
        material=actual.material,
        labour=actual.labour,
        overhead=actual.overhead,
        other_overhead=actual.other_overhead,
        by_product_credit=actual.by_product_credit,
        scrap_loss=actual.scrap_loss,
        total=actual.total,
        variance_material_price=variance.material_price,
        variance_material_usage=variance.material_usage,
        variance_labour_rate=variance.labour_rate,
        variance_labour_efficiency=variance.labour_efficiency,
        variance_overhead=variance.overhead,
        variance_by_product=variance.by_product,
        variance_yield_=variance.yield_,
        variance_total=variance.total,
        standard_minutes=standard_minutes(order),
        actual_minutes=sum((each.actual_minutes or ZERO for each in order.operations), ZERO),
        on_time_in_full=ONE if _is_on_time_in_full(order, posting_date(order)) else ZERO,
        yield_percent=percent(good, good + scrap),
        process_yield_percent=percent(good, order.started_quantity),
        scrap_percent=percent(scrap, good + scrap),
        lead_time_hours=_hours(order),
    )


def completed_order(order: WorkOrder) -> CompletedOrder:
    """What a completed order adds to the reports."""
    return CompletedOrder(
        order_id=order.id,
        order_number=order.number,
        item_ref_id=order.item_ref_id,
        item_code=order.item_code,
        uom=order.uom,
        completed_at=completed_at(order),
        posting_date=posting_date(order),
        figures=figures_of(order),
        products=[
            ProductMade(each.item_ref_id, expected_credit(order, each), each.actual_credit or ZERO)
            for each in products_of(order)
        ],
    )


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
