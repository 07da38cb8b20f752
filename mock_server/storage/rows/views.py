"""Orders as they are read: the stored JSON, with what depends on the day or on a Draft's BOM filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_server.manufacturing.subcontract_orders import (
    SubcontractOrder,
    SubcontractView,
    shown_subcontract_order,
)
from mock_server.manufacturing.work_orders import DRAFT, WorkOrder, shown_work_order
from mock_server.storage.documents import mapper, owner
from mock_server.storage.rows.orders import SUBCONTRACT_ORDERS, WORK_ORDERS
from mock_server.wire import dumps

if TYPE_CHECKING:
    from mock_server.storage.book import SqlBook

# Columns that a view needs beside the body.
WORK_ORDER_COLUMNS = ("id", "status", "open_due")
SUBCONTRACT_COLUMNS = ("id", "status", "material_due", "delivery_due")


def work_order_body(book: SqlBook, order: WorkOrder) -> bytes:
    """The order as it is read now."""
    shown = shown_work_order(book, order)
    public = WORK_ORDERS.public(shown.order)
    return dumps({**public, **owner(book.session, book.tenant, order), "Overdue": shown.overdue})


def subcontract_order_body(book: SqlBook, order: SubcontractOrder) -> bytes:
    """The order as it is read now."""
    public = SUBCONTRACT_ORDERS.public(order)
    view = mapper(SubcontractView).public(shown_subcontract_order(book, order))
    return dumps({**public, **owner(book.session, book.tenant, order), **view})


def work_order_row(book: SqlBook, body: bytes, row: tuple[Any, ...]) -> bytes:
    """A stored order as it is read now; only a Draft is put together anew."""
    record_id, status, open_due = row
    if status == DRAFT:
        order = book.work_order(record_id)
        assert order is not None
        return work_order_body(book, order)
    return b'%s,"Overdue":%s}' % (body[:-1], _json(open_due, book))


def subcontract_order_row(book: SqlBook, body: bytes, row: tuple[Any, ...]) -> bytes:
    """A stored order as it is read now; only a Draft is put together anew."""
    record_id, status, material_due, delivery_due = row
    if status == DRAFT:
        order = book.subcontract_order(record_id)
        assert order is not None
        return subcontract_order_body(book, order)
    late = _json(material_due, book), _json(delivery_due, book)
    return b'%s,"Overdue":%s,"DeliveryOverdue":%s}' % (body[:-1], *late)


def _json(due: str | None, book: SqlBook) -> bytes:
    return b"true" if due is not None and due < book.today.isoformat() else b"false"
