"""The commands on subcontract orders that move no goods, and the two that end one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mock_server.manufacturing.decimals import ZERO, shown
from mock_server.manufacturing.documents import check_reference_free, next_free_number
from mock_server.manufacturing.refusals import Refused
from mock_server.manufacturing.request_body import Body
from mock_server.manufacturing.stock import SUBCONTRACT_CONSUMPTION, SUBCONTRACT_ORDER, Ledger, Source
from mock_server.manufacturing.subcontract_orders.balance import off_balance
from mock_server.manufacturing.subcontract_orders.body import (
    changed_order,
    frozen_member,
    new_order,
    with_plain_fields,
)
from mock_server.manufacturing.subcontract_orders.materials import asked_of, item_of
from mock_server.manufacturing.subcontract_orders.ports import SubcontractBook
from mock_server.manufacturing.subcontract_orders.records import (
    CANCELLED,
    COMPLETED,
    DRAFT,
    SubcontractOrder,
)
from mock_server.manufacturing.subcontract_orders.states import (
    ARCHIVABLE,
    ARCHIVE,
    CANCEL,
    COMPLETE,
    UPDATE,
    check_action,
    check_not_archived,
    refuse_action,
)
from mock_server.manufacturing.subcontract_orders.view import needs_now

ORDER_COMPLETED = "subcontract_order.completed"


def create(book: SubcontractBook, body: Body) -> SubcontractOrder:
    """Creates a Draft order; it reserves no stock."""
    order = new_order(book, body)
    if not order.order_number:
        order.order_number = next_free_number(book.next_subcontract_number, book.subcontract_number_taken)
    elif book.subcontract_number_taken(order.order_number):
        raise Refused("duplicate_number", f"{order.order_number} exists already.", pointer="/OrderNumber")
    _check_reference(book, order, None)
    book.put_subcontract_order(order, None)
    return order


def update(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """Applies an update body; one that changes nothing writes nothing and returns the order as it is.

    After the first issue only the expected date, the notes and the external reference may differ from what
    is stored, and nothing at all once the order is Completed or Cancelled.
    """
    check_not_archived(order, UPDATE)
    if order.status == DRAFT:
        after = changed_order(book, order, body)
    elif order.status in (COMPLETED, CANCELLED):
        raise refuse_action(order, UPDATE, "it can no longer change")
    else:
        member = frozen_member(order, body)
        if member is not None:
            raise refuse_action(order, UPDATE, f"{member} can no longer change")
        after = with_plain_fields(order, body)
    if after == order:
        return order
    _check_reference(book, after, order)
    return written(book, after, None)


def archive(book: SubcontractBook, ids: Iterable[str]) -> int:
    """Archives Draft, Completed and Cancelled orders; returns how many changed. Another one refuses all.

    Unknown and archived ones count 0; the status stays.
    """
    orders = _found(book, ids, archived=False)
    for order in orders:
        if order.status not in ARCHIVABLE:
            raise refuse_action(order, ARCHIVE, "it cannot be archived")
    for order in orders:
        written(book, replace(order, is_archived=True), None)
    return len(orders)


def restore(book: SubcontractBook, ids: Iterable[str]) -> int:
    """Takes orders out of the archive; returns how many changed. The status stays."""
    orders = _found(book, ids, archived=True)
    for order in orders:
        written(book, replace(order, is_archived=False), None)
    return len(orders)


def cancel(book: SubcontractBook, order: SubcontractOrder, body: Body | None = None) -> SubcontractOrder:
    """Cancels a Draft, or an order whose materials are all back and of which nothing was received.

    What is still out refuses it (`unreconciled_material`). A Draft keeps the materials that it showed.
    """
    check_action(order, CANCEL)
    _check_reconciled(order, "Return {} first.")
    after = replace(order, status=CANCELLED, cancelled_at=book.now, cancel_reason=(body or {}).get("Reason"))
    if not order.is_frozen:
        after.bom_version, needed = needs_now(book, order)
        after.materials, after.fixed_needs = needed.materials, needed.fixed
    return written(book, after, None)


def complete(book: SubcontractBook, order: SubcontractOrder, body: Body | None = None) -> SubcontractOrder:
    """Closes an order that is Received, or short with a reason, once every material is accounted for.

    A loss must be stated. It leaves the subcontractor at issue value and is expensed, never part of the cost
    of the goods; of several challans the oldest carry it.
    """
    check_action(order, COMPLETE)
    given = body or {}
    losses = asked_of(book, order, given.get("Losses") or [], "Losses", "LossQuantity")
    reason = given.get("Reason")
    if order.pending_quantity > 0 and not reason:
        raise Refused(
            "reason_required",
            f"{shown(order.pending_quantity)} of {shown(order.ordered_quantity)} are still pending:"
            f" state a Reason to complete {order.order_number} short.",
            pointer="/Reason",
        )
    for loss in losses:
        if loss.quantity > loss.material.balance_quantity:
            raise Refused(
                "quantity_exceeds_balance",
                f"{loss.material.item_code}: a loss of {shown(loss.quantity)} is more than the"
                f" {shown(loss.material.balance_quantity)} that are with the subcontractor.",
                pointer=loss.pointer,
            )
    lost = {loss.material.item_ref_id: loss.quantity for loss in losses}
    after, moved = off_balance(order, lost)
    _check_reconciled(after, "Return {} or state {} as a loss.")
    for material in after.materials:
        material.loss_quantity += lost.get(material.item_ref_id, ZERO)
    ledger, source = Ledger(book), Source(SUBCONTRACT_ORDER, order.id, order.order_number)
    for line in moved:
        item = item_of(book, line.item_ref_id)
        ledger.consume_at_subcontractor(item, line.quantity, line.value, SUBCONTRACT_CONSUMPTION, source)
    after.status, after.completed_at, after.completion_reason = COMPLETED, book.now, reason
    after.cost = replace(order.cost, loss=sum((line.value for line in moved), ZERO))
    return written(book, after, ORDER_COMPLETED)


def written(book: SubcontractBook, order: SubcontractOrder, event: str | None) -> SubcontractOrder:
    """Puts a copy of the order as its next revision, and returns it."""
    after = replace(
        order,
        revision=order.revision + 1,
        repository_version=order.repository_version + 1,
        updated_at=book.now,
    )
    book.put_subcontract_order(after, event)
    return after


def _check_reference(book: SubcontractBook, order: SubcontractOrder, before: SubcontractOrder | None) -> None:
    check_reference_free("subcontract order", order, before, book.subcontract_reference_taken)


def _check_reconciled(order: SubcontractOrder, way_out: str) -> None:
    for material in order.materials:
        balance = material.balance_quantity
        if balance > 0:
            are, what = ("is", "it") if balance <= 1 else ("are", "them")
            raise Refused(
                "unreconciled_material",
                f"{material.item_code}: {shown(balance)} {material.uom} {are} still with the subcontractor of"
                f" {order.order_number}. {way_out.format(what, what)}",
            )


def _found(book: SubcontractBook, ids: Iterable[str], *, archived: bool) -> list[SubcontractOrder]:
    found: dict[str, SubcontractOrder] = {}
    for order_id in ids:
        order = book.subcontract_order(order_id)
        if order is not None and order.is_archived is archived:
            found[order.id] = order
    return list(found.values())
