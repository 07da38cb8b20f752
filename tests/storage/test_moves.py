"""What others write moves a record's time and count, and however many follow: one statement (DEC-21)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from mock_server.clock import Clock, Ids
from mock_server.manufacturing import Item, boms, work_orders
from mock_server.manufacturing.work_orders import WorkOrder
from mock_server.storage import SqlBook, Statement
from mock_server.storage.dialects import later
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.tables import items
from mock_server.storage.tenancy import Tenant
from mock_server.wire import instant

TENANT = Tenant(1, "org", "ent", "Org", "Ent", "IN", "INR", "UTC", Decimal(20))
START = datetime.fromisoformat("2026-01-30T08:00:00+00:00")
CLOCK = Clock(START)
IDS = Ids(CLOCK, "a test")


def book_of(database: SqliteDatabase) -> SqlBook:
    """The book of one transaction."""
    return SqlBook(database.session, TENANT, CLOCK, IDS, "a test")


def shop(database: SqliteDatabase, drafts: int) -> tuple[str, list[str]]:
    """A BOM and Draft orders of it."""
    book = book_of(database)
    for code in ("PART", "WHOLE"):
        book.items.put(Item(code, code, code, "NOS", standard_cost=Decimal(5), created_at=START))
    body = {"Name": "n", "ItemRefId": "WHOLE", "Status": "Active", "Lines": lines(1)}
    bom = boms.create(book, body)
    orders = [work_orders.create(book, {"ItemRefId": "WHOLE", "PlannedQuantity": 1}) for _ in range(drafts)]
    return bom.id, [order.id for order in orders]


def lines(quantity: int) -> list[dict[str, Any]]:
    return [{"ItemRefId": "PART", "Quantity": quantity}]


def statements(database: SqliteDatabase, bom_id: str) -> list[str]:
    """What an update of the BOM sends to the database."""
    book = book_of(database)
    bom = book.boms.get(bom_id)
    assert bom is not None
    sent: list[str] = []
    database.session.driver.set_trace_callback(sent.append)
    boms.update(book, bom, {"Lines": lines(7)})
    database.session.driver.set_trace_callback(None)
    return sent


def read(database: SqliteDatabase, order_id: str) -> tuple[WorkOrder, str]:
    rows = book_of(database).work_orders
    order = rows.get(order_id)
    assert order is not None
    return order, rows.tag(order)


def test_all_drafts_are_moved_by_one_statement_however_many_follow(database: SqliteDatabase) -> None:
    few, many = SqliteDatabase(), database
    counts = []
    for each, drafts in ((few, 1), (many, 40)):
        bom_id, orders = shop(each, drafts)
        sent = statements(each, bom_id)
        counts.append(len(sent))
        assert sum("UPDATE work_orders" in text for text in sent) == 1
        for order_id in orders:
            order, tag = read(each, order_id)
            assert (tag, order.revision, order.updated_at) == ("1.1", 1, START + timedelta(milliseconds=1))
    few.close()
    assert counts[0] == counts[1], "the work does not grow with the orders that follow"


def test_a_write_of_its_own_begins_to_count_anew_and_is_later_than_what_moved_it(
    database: SqliteDatabase,
) -> None:
    bom_id, [order_id] = shop(database, 1)
    statements(database, bom_id)
    book = book_of(database)
    order = book.work_orders.get(order_id)
    assert order is not None
    after = work_orders.update(book, order, {"Notes": "n"})
    assert book.work_orders.tag(after) == "2"
    assert after.updated_at == START + timedelta(milliseconds=2)


def test_an_item_moves_once_in_a_transaction_however_often_its_stock_changes(
    database: SqliteDatabase,
) -> None:
    shop(database, 0)
    book = book_of(database)
    before = book.items.get("PART")
    assert before is not None
    for _ in range(3):
        book.items.refresh("PART")
    after = book_of(database).items.get("PART")
    assert after is not None
    assert after.updated_at == max(START, before.updated_at + timedelta(milliseconds=1))
    found = book_of(database).items.find("PART")
    assert found is not None
    assert found[1] == "1.1"


@pytest.mark.parametrize("moment", ["08:00:00.000", "08:59:59.999", "23:59:59.999", "08:00:00.001"])
def test_one_millisecond_later_is_exact(database: SqliteDatabase, moment: str) -> None:
    before = datetime.fromisoformat(f"2026-02-28T{moment}+00:00")
    book = book_of(database)
    book.items.put(Item("I", "I", "I", "NOS", created_at=before, updated_at=before))
    statement = Statement(select(later(items.c.updated_at, bindparam("now"))))
    for now, expected in ((START, before + timedelta(milliseconds=1)), (before + timedelta(days=1),) * 2):
        assert database.session.one(statement, {"now": instant(now)}) == (instant(expected),)
