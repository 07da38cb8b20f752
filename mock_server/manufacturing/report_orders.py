"""What all reports on production share: period, the orders that they are about, percentages, means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

from mock_server.manufacturing import reports
from mock_server.manufacturing.decimals import ZERO, round_half_up
from mock_server.manufacturing.refusals import Refused
from mock_server.manufacturing.work_order_records import COMPLETED, WorkOrder, WorkOrderActualCost

Row = TypeVar("Row")
Totals = TypeVar("Totals")

_DEFAULT_DAYS = 90
_PERCENT_PLACES = 2
# The largest percentage that the contract can show; a larger one is cut off there.
MAX_PERCENT = Decimal(999999999)


class Period(NamedTuple):
    """Posting dates, both inclusive."""

    start: date
    end: date


@dataclass(slots=True)
class Report(Generic[Row, Totals]):
    """All rows of a report in their order, and the totals over them."""

    rows: list[Row]
    totals: Totals


@dataclass(slots=True)
class ReportOrder:
    """The completed work order that a row is about."""

    work_order_ref_id: str
    work_order_number: str
    item_ref_id: str
    item_code: str
    uom: str
    lot_number: str | None
    completed_at: datetime
    posting_date: date


def period_of(today: date, start: date | None, end: date | None) -> Period:
    """The period asked for: up to today, and 90 days long, where nothing is said.

    One that ends before it begins is refused (`date_not_allowed`).
    """
    last = end if end is not None else today
    reach = timedelta(days=min(_DEFAULT_DAYS, last.toordinal()) - 1)
    first = start if start is not None else last - reach
    if last < first:
        raise Refused(
            "date_not_allowed",
            f"`to` must not be before `from`: {last} is before {first}.",
            pointer="/query/to",
        )
    return Period(first, last)


def completed_in(orders: Iterable[WorkOrder], period: Period) -> list[WorkOrder]:
    """The orders completed in the period, archived ones included, by `CompletedAt`, then number."""
    found = [
        order
        for order in orders
        if order.status == COMPLETED and period.start <= posting_date(order) <= period.end
    ]
    return sorted(found, key=lambda order: (completed_at(order), order.work_order_number))


def posting_date(order: WorkOrder) -> date:
    """The business day of a completed order's movements; of one that moved nothing, its day in UTC."""
    if order.stock_movements:
        return order.stock_movements[0].posting_date
    return completed_at(order).date()


def completed_at(order: WorkOrder) -> datetime:
    """When a completed order was completed."""
    if order.completed_at is None:
        raise LookupError(f"{order.work_order_number} is not completed")
    return order.completed_at


def actual_of(order: WorkOrder) -> WorkOrderActualCost:
    """What a completed order has cost."""
    if order.actual_cost is None:
        raise LookupError(f"{order.work_order_number} has no actual cost")
    return order.actual_cost


def standard_cost(order: WorkOrder) -> Decimal:
    """What the good units of a completed order should have cost: actual less variance, to the last digit."""
    variance = order.variance.total if order.variance is not None else ZERO
    return actual_of(order).total - variance


def heading(order: WorkOrder) -> tuple[str, str, str, str, str, str | None, datetime, date]:
    """The fields of `ReportOrder`, in their order."""
    return (
        order.id,
        order.work_order_number,
        order.item_ref_id,
        order.item_code,
        order.uom,
        order.lot_number,
        completed_at(order),
        posting_date(order),
    )


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Part of a whole in percent, 2 decimals half-up, within the contract's bounds; null where it is 0."""
    value = reports.percent(part, whole)
    return None if value is None else max(-MAX_PERCENT, min(MAX_PERCENT, value))


def mean(values: Iterable[Decimal | None], places: int = _PERCENT_PLACES) -> Decimal | None:
    """The mean of the values that there are, half-up; null where there are none."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return round_half_up(Fraction(sum(known, ZERO)) / len(known), places)
