"""The commands on work orders that move no stock: create, update, archive, restore."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.manufacturing import documents
from mock_server.manufacturing.documents import check_identity, write
from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.members import Body, changed, first_difference
from mock_server.manufacturing.work_orders.body import (
    FROZEN_MEMBERS,
    PLAIN_MEMBERS,
    changed_draft,
    check_batch_size,
    check_dates,
    check_quantity,
    chosen_formula,
    new_order,
    usable_item,
)
from mock_server.manufacturing.work_orders.contents import with_contents
from mock_server.manufacturing.work_orders.ports import OrderBook
from mock_server.manufacturing.work_orders.records import WorkOrder, WorkOrderStatus
from mock_server.manufacturing.work_orders.states import ARCHIVE, UPDATE, check_action, not_allowed
from mock_server.manufacturing.work_orders.view import followed, source_of


def create(book: OrderBook, body: Body) -> WorkOrder:
    """Creates a Draft from a BOM or a recipe; nothing is reserved and no event is sent."""
    lookup = Lookup(book)
    item = usable_item(lookup, body["ItemRefId"])
    source = chosen_formula(lookup, item, body.get("BomRefId"), body.get("RecipeRefId"))
    order = new_order(book, body, item, source)
    check_quantity(order)
    check_dates(order)
    check_batch_size(source, order.planned_quantity)
    order = with_contents(lookup, order, source)
    check_identity(book.work_orders, order)
    book.work_orders.put(order)
    return order


def update(book: OrderBook, order: WorkOrder, body: Body) -> WorkOrder:
    """Applies an update body; one that changes nothing writes nothing and returns the order as it is.

    A Draft looks at its item again where quantity or formula change. Once it is InProgress only notes, dates,
    priority and external reference may change, later nothing (`invalid_state_transition`).
    """
    check_action(order, UPDATE)
    lookup = Lookup(book)
    is_draft, source = order.status == WorkOrderStatus.DRAFT, None
    if is_draft:
        after, source = changed_draft(lookup, order, body)
    else:
        member = first_difference(order, body, FROZEN_MEMBERS)
        if member is not None:
            raise not_allowed(order, UPDATE, f"{member} can no longer change")
        after = changed(order, body, PLAIN_MEMBERS)
    names = [member.attribute for member in (*PLAIN_MEMBERS, *FROZEN_MEMBERS)]
    if all(getattr(order, name) == getattr(after, name) for name in names):
        return order
    is_resized = after.planned_quantity != order.planned_quantity
    if is_draft and is_resized:
        usable_item(lookup, after.item_ref_id)
    check_quantity(after)
    check_dates(after)
    if is_draft:
        if source is None and is_resized:
            source = source_of(lookup, after)
        if source is not None:
            check_batch_size(source, after.planned_quantity)
            after = with_contents(lookup, after, source)
        else:
            after = followed(lookup, after)
    check_identity(book.work_orders, after, order)
    return write(book, book.work_orders, after)


def archive(book: OrderBook, ids: Iterable[str]) -> int:
    """Archives the orders in the order given; returns how many changed. One InProgress refuses all.

    Unknown and archived ones count 0. The state of an order stays.
    """
    return documents.archive(book, book.work_orders, ids, lambda order: check_action(order, ARCHIVE))


def restore(book: OrderBook, ids: Iterable[str]) -> int:
    """Restores archived orders in the order given; returns how many changed. Others count 0."""
    return documents.restore(book, book.work_orders, ids)
