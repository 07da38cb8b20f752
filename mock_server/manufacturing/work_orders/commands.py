"""The commands on work orders that move no stock: create, update, archive, restore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mock_server.manufacturing.documents import check_reference_free, next_free_number
from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.refusals import Refused
from mock_server.manufacturing.request_body import Body
from mock_server.manufacturing.work_orders.body import (
    changed_draft,
    check_batch_size,
    check_dates,
    check_quantity,
    chosen_formula,
    frozen_member,
    new_order,
    usable_item,
    with_plain_fields,
)
from mock_server.manufacturing.work_orders.contents import with_contents
from mock_server.manufacturing.work_orders.ports import OrderBook
from mock_server.manufacturing.work_orders.records import DRAFT, WorkOrder
from mock_server.manufacturing.work_orders.states import ARCHIVE, UPDATE, check_action, not_allowed
from mock_server.manufacturing.work_orders.view import followed, source_of

# What an update may change; all else follows from it.
_CONTENT = (
    "work_order_number",
    "item_ref_id",
    "bom_ref_id",
    "recipe_ref_id",
    "inspection_required",
    "priority",
    "due_date",
    "planned_start_date",
    "planned_end_date",
    "lot_number",
    "planned_quantity",
    "notes",
    "external_reference",
)


def create(book: OrderBook, body: Body) -> WorkOrder:
    """Creates a Draft from a BOM or a recipe; nothing is reserved and no event is sent."""
    lookup = Lookup(book)
    item = usable_item(lookup, body["ItemRefId"])
    source = chosen_formula(book, lookup, item, body.get("BomRefId"), body.get("RecipeRefId"))
    order = new_order(book, body, item, source)
    check_quantity(order)
    check_dates(order)
    check_batch_size(source, order.planned_quantity)
    order = with_contents(lookup, order, source)
    if order.work_order_number:
        _check_number(book, order, None)
    else:
        order.work_order_number = next_free_number(book.next_work_order_number, book.work_order_number_taken)
    check_reference_free("work order", order, None, book.work_order_reference_taken)
    book.put_work_order(order, None)
    return order


def update(book: OrderBook, order: WorkOrder, body: Body) -> WorkOrder:
    """Applies an update body; one that changes nothing writes nothing and returns the order as it is.

    Once it is InProgress only notes, dates, priority and external reference may change, later nothing
    (`invalid_state_transition`).
    """
    check_action(order, UPDATE)
    lookup = Lookup(book)
    if order.status == DRAFT:
        after, source = changed_draft(book, lookup, order, body)
    else:
        member = frozen_member(order, body)
        if member is not None:
            raise not_allowed(order, UPDATE, f"{member} can no longer change")
        after, source = with_plain_fields(order, body), None
    if all(getattr(order, name) == getattr(after, name) for name in _CONTENT):
        return order
    check_quantity(after)
    check_dates(after)
    if order.status == DRAFT:
        if source is None and after.planned_quantity != order.planned_quantity:
            source = source_of(book, lookup, after)
        if source is not None:
            check_batch_size(source, after.planned_quantity)
            after = with_contents(lookup, after, source)
        else:
            after = followed(book, lookup, after)
    _check_number(book, after, order)
    check_reference_free("work order", after, order, book.work_order_reference_taken)
    write(book, after, None)
    return after


def archive(book: OrderBook, ids: Iterable[str]) -> int:
    """Archives the orders in the order given; returns how many changed. One InProgress refuses all.

    Unknown and archived ones count 0. The state of an order stays.
    """
    found = _found(book, ids, archived=False)
    for order in found:
        check_action(order, ARCHIVE)
    for order in found:
        write(book, replace(order, is_archived=True), None)
    return len(found)


def restore(book: OrderBook, ids: Iterable[str]) -> int:
    """Restores archived orders in the order given; returns how many changed. Others count 0."""
    found = _found(book, ids, archived=True)
    for order in found:
        write(book, replace(order, is_archived=False), None)
    return len(found)


def write(book: OrderBook, order: WorkOrder, event: str | None) -> None:
    """Puts a changed copy of an order as its next revision."""
    order.revision += 1
    order.repository_version += 1
    order.updated_at = book.now
    book.put_work_order(order, event)


def _found(book: OrderBook, ids: Iterable[str], *, archived: bool) -> list[WorkOrder]:
    found: dict[str, WorkOrder] = {}
    for order_id in ids:
        order = book.work_order(order_id)
        if order is not None and order.is_archived is archived:
            found[order.id] = order
    return list(found.values())


def _check_number(book: OrderBook, order: WorkOrder, before: WorkOrder | None) -> None:
    if before is not None and before.work_order_number == order.work_order_number:
        return
    if book.work_order_number_taken(order.work_order_number):
        raise Refused(
            "duplicate_number", f"{order.work_order_number} exists already.", pointer="/WorkOrderNumber"
        )
