"""Cancelling a work order: what was reserved is free again, and no stock moves."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.ledger import Ledger
from mock_server.manufacturing.lookup import Lookup
from mock_server.manufacturing.order_ports import OrderBook
from mock_server.manufacturing.order_states import CANCEL, check_action
from mock_server.manufacturing.order_view import followed
from mock_server.manufacturing.request_body import Body
from mock_server.manufacturing.work_order_records import CANCELLED, DRAFT, WorkOrder
from mock_server.manufacturing.work_orders import write

ORDER_CANCELLED = "work_order.cancelled"


def cancel_work_order(book: OrderBook, order: WorkOrder, body: Body | None) -> WorkOrder:
    """Draft or InProgress → Cancelled, with the reason where one is given; what the order shows is frozen."""
    check_action(order, CANCEL)
    frozen = followed(book, Lookup(book), order) if order.status == DRAFT else order
    ledger = Ledger(book)
    for allocation in order.allocations:
        ledger.release(allocation.item_ref_id, allocation.quantity)
    after = replace(
        frozen,
        status=CANCELLED,
        cancelled_at=book.now,
        cancel_reason=(body or {}).get("Reason"),
        materials=[replace(each, allocated_quantity=ZERO) for each in frozen.materials],
        allocations=[],
    )
    write(book, after, ORDER_CANCELLED)
    return after
