"""Efficiency: yield, scrap, labour and delivery of completed work orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import ZERO, round_half_up
from mock_server.manufacturing.order_costs import MINUTES_PLACES
from mock_server.manufacturing.report_orders import (
    Report,
    ReportOrder,
    completed_at,
    heading,
    mean,
    percent,
    posting_date,
)
from mock_server.manufacturing.work_order_records import WorkOrder

_HOURS_PLACES = 2
_MICROSECONDS_PER_HOUR = 3_600_000_000


@dataclass(slots=True)
class OrderEfficiency(ReportOrder):
    """The ratios of one order; good is what was completed. Hours are by the calendar, nights included."""

    planned_quantity: Decimal
    started_quantity: Decimal
    completed_quantity: Decimal
    scrapped_quantity: Decimal
    yield_percent: Decimal | None
    process_yield_percent: Decimal | None
    scrap_percent: Decimal | None
    standard_minutes: Decimal
    actual_minutes: Decimal
    labour_efficiency_percent: Decimal | None
    due_date: date | None
    on_time_in_full: bool
    released_at: datetime | None
    lead_time_hours: Decimal | None


@dataclass(slots=True)
class EfficiencyTotals:
    """Yields, scrap and lead time are means of the rows' figures, nulls left out; minutes are summed."""

    order_count: int
    yield_percent: Decimal | None
    process_yield_percent: Decimal | None
    scrap_percent: Decimal | None
    standard_minutes: Decimal
    actual_minutes: Decimal
    labour_efficiency_percent: Decimal | None
    on_time_in_full_count: int
    on_time_in_full_percent: Decimal | None
    lead_time_hours: Decimal | None


def order_efficiency(order: WorkOrder) -> OrderEfficiency:
    """The row of a completed order."""
    good, scrap = order.completed_quantity, order.scrapped_quantity
    standard = standard_minutes(order)
    worked = sum((each.actual_minutes or ZERO for each in order.operations), ZERO)
    return OrderEfficiency(
        *heading(order),
        order.planned_quantity,
        order.started_quantity,
        good,
        scrap,
        percent(good, good + scrap),
        percent(good, order.started_quantity),
        percent(scrap, good + scrap),
        standard,
        worked,
        percent(standard, worked),
        order.due_date,
        good >= order.planned_quantity and (order.due_date is None or posting_date(order) <= order.due_date),
        order.released_at,
        _hours(order),
    )


def efficiency(orders: Iterable[WorkOrder]) -> Report[OrderEfficiency, EfficiencyTotals]:
    """One row per order, in the order given."""
    rows = [order_efficiency(order) for order in orders]
    standard = sum((row.standard_minutes for row in rows), ZERO)
    worked = sum((row.actual_minutes for row in rows), ZERO)
    in_full = sum(row.on_time_in_full for row in rows)
    totals = EfficiencyTotals(
        len(rows),
        mean(row.yield_percent for row in rows),
        mean(row.process_yield_percent for row in rows),
        mean(row.scrap_percent for row in rows),
        standard,
        worked,
        percent(standard, worked),
        in_full,
        percent(Decimal(in_full), Decimal(len(rows))),
        mean((row.lead_time_hours for row in rows), _HOURS_PLACES),
    )
    return Report(rows, totals)


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


def _hours(order: WorkOrder) -> Decimal | None:
    if order.released_at is None:
        return None
    # A clock that was set back in between gives no negative time.
    taken = max(timedelta(0), completed_at(order) - order.released_at)
    return round_half_up(Fraction(taken // timedelta(microseconds=1), _MICROSECONDS_PER_HOUR), _HOURS_PLACES)
