"""Reports read from rows are the reports worked out from the orders themselves."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.clock import Clock, Ids
from mock_server.manufacturing.reports import Period, Place
from mock_server.manufacturing.reports.figures import completed_order
from mock_server.manufacturing.reports.log import ProductionLog
from mock_server.storage import SqlBook
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.tenancy import Tenant
from tests.manufacturing.order_log import MemoryLog
from tests.manufacturing.order_shop import box_shop, released

TENANT = Tenant(1, "org", "ent", "Org", "Ent", "IN", "INR", "UTC", Decimal(20))
START = datetime.fromisoformat("2026-01-30T08:00:00+00:00")

completions = st.tuples(st.integers(0, 70), st.integers(0, 6), st.integers(0, 6), st.integers(0, 100))
days = st.integers(0, 70).map(lambda count: START.date() + timedelta(days=count))


def book_of(database: SqliteDatabase, tenant: Tenant) -> SqlBook:
    """The book of an entity."""
    clock = Clock(START)
    return SqlBook(database.session, tenant, clock, Ids(clock, "a test"), "a test")


def read(log: ProductionLog, size: int) -> list[Any]:
    """All that a log tells, its pages of a size put together."""
    found: list[Any] = [log.sums(), log.product_sums(), sorted(log.months())]
    for page in (log.orders, log.products):
        rows: list[Any] = []
        end: Place | None = Place()
        while end is not None:
            part = page(end, size)
            rows += part.rows
            end = part.end
        found.append(rows)
    return found


@given(st.lists(completions, max_size=6), days, days, st.sampled_from([None, "BOX", "SAWDUST", "GLUE"]))
@settings(max_examples=60)
def test_rows_tell_what_the_orders_tell(
    plans: list[tuple[int, int, int, int]], start: date, end: date, item: str | None
) -> None:
    """INV-G8: for any period and item, sums, months and pages are those of the orders."""
    book = box_shop()
    for day, good, scrap, dust in plans:
        book._now = START + timedelta(days=day)
        book.today = book._now.date()
        members: dict[str, Any] = {"ByProducts": [{"ItemRefId": "SAWDUST", "ActualQuantity": dust}]}
        book.complete(released(book, planned=13), good, ScrappedQuantity=scrap or 1, **members)

    with closing(SqliteDatabase()) as database:

        def write() -> None:
            kept = book_of(database, TENANT)
            for order in book.work_orders.values():
                kept.work_orders.put(order)
                for _ in range(2):
                    kept.production.add(completed_order(order))

        database.transact(write)
        period = Period(start, end)
        log = book_of(database, TENANT).production.within(period, item)
        assert read(log, 2) == read(MemoryLog(book.work_orders.values(), period, item), 100)
        other = Tenant(2, "org", "other", "Org", "Other", "IN", "INR", "UTC", Decimal(20))
        assert book_of(database, other).production.within(period, item).sums().order_count == 0, "INV-G1"
