"""What all reports on production share: period, the orders that they are about, percentages, means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from mock_server.manufacturing import decimals
from mock_server.manufacturing.decimals import MAX_AMOUNT, MAX_QUANTITY
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderActualCost, WorkOrderVariance
from mock_server.refused import Refused

Row = TypeVar("Row")
Totals = TypeVar("Totals")

_DEFAULT_DAYS = 90
# The largest percentage that the contract can show; a larger one is cut off there.
MAX_PERCENT = Decimal(999999999)
# The largest sum of minutes that the contract can show.
MAX_SUMMED_MINUTES = Decimal(999999999)


class Period(NamedTuple):
    """Posting dates, both inclusive."""

    start: date
    end: date


def check_sums(
    amounts: Iterable[Decimal], quantities: Iterable[Decimal] = (), minutes: Iterable[Decimal] = ()
) -> None:
    """Refuses sums over orders that the contract cannot show (`explosion_too_large`). Source: assumed."""
    bounds = ((amounts, MAX_AMOUNT), (quantities, MAX_QUANTITY), (minutes, MAX_SUMMED_MINUTES))
    if any(abs(each) > bound for figures, bound in bounds for each in figures):
        raise Refused(
            "explosion_too_large",
            "The sums of this report are too large to be shown: ask for a shorter period or for one item.",
        )


class Place(NamedTuple):
    """Where a row stands among all of a report: by its order, then by the line within the order."""

    order: str = ""
    line: int = 0


class Page(NamedTuple, Generic[Row]):
    """Some rows in their order, and the place of the last one where there are more."""

    rows: list[Row]
    end: Place | None


@dataclass(slots=True)
class Report(Generic[Row, Totals]):
    """A page of a report, and the totals over all its rows."""

    page: Page[Row]
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


def posting_date(order: WorkOrder) -> date:
    """The business day of a completed order, in the entity's time zone, whether or not it moved stock."""
    if order.posted_on is None:
        raise LookupError(f"{order.work_order_number} is not completed")
    return order.posted_on


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


def variance_of(order: WorkOrder) -> WorkOrderVariance:
    """Why a completed order did not cost what it should have."""
    if order.variance is None:
        raise LookupError(f"{order.work_order_number} has no variance")
    return order.variance


def standard_cost(order: WorkOrder) -> Decimal:
    """What the good units of a completed order should have cost: actual less variance, to the last digit."""
    return actual_of(order).total - variance_of(order).total


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
    value = decimals.percent(part, whole)
    return None if value is None else max(-MAX_PERCENT, min(MAX_PERCENT, value))
