"""The commands on subcontract orders that move no goods, and the two that end one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mock_server.manufacturing import documents
from mock_server.manufacturing.decimals import ZERO, shown
from mock_server.manufacturing.documents import check_identity, write
from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.members import Body, changed, first_difference
from mock_server.manufacturing.refusals import listed
from mock_server.manufacturing.stock import DocumentType, Ledger, MovementType, Source
from mock_server.manufacturing.subcontract_orders.balance import off_balance
from mock_server.manufacturing.subcontract_orders.body import (
    FROZEN_MEMBERS,
    PLAIN_MEMBERS,
    changed_order,
    new_order,
)
from mock_server.manufacturing.subcontract_orders.materials import asked_of, item_of
from mock_server.manufacturing.subcontract_orders.ports import SubcontractBook
from mock_server.manufacturing.subcontract_orders.records import SubcontractOrder, SubcontractStatus
from mock_server.manufacturing.subcontract_orders.states import (
    CANCEL,
    COMPLETE,
    UPDATE,
    check_action,
    check_archivable,
    check_not_archived,
    refuse_action,
)
from mock_server.manufacturing.subcontract_orders.view import needs_now
from mock_server.refused import Refused

COMPLETED = "subcontract_order.completed"


def create(book: SubcontractBook, body: Body) -> SubcontractOrder:
    """Creates a Draft order; it reserves no stock."""
    order = new_order(book, body)
    check_identity(book.subcontract_orders, order)
    book.subcontract_orders.put(order)
    return order


def update(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """Applies an update body; one that changes nothing writes nothing and returns the order as it is.

    After the first issue only the expected date, the notes and the external reference may differ from what
    is stored, and nothing at all once the order is Completed or Cancelled.
    """
    check_not_archived(order, UPDATE)
    if order.status == SubcontractStatus.DRAFT:
        after = changed_order(book, order, body)
    elif order.status in (SubcontractStatus.COMPLETED, SubcontractStatus.CANCELLED):
        raise refuse_action(order, UPDATE, "it can no longer change")
    else:
        member = first_difference(order, body, FROZEN_MEMBERS)
        if member is not None:
            raise refuse_action(order, UPDATE, f"{member} can no longer change")
        after = changed(order, body, PLAIN_MEMBERS)
    if after == order:
        return order
    check_identity(book.subcontract_orders, after, order)
    return write(book, book.subcontract_orders, after)


def archive(book: SubcontractBook, ids: Iterable[str]) -> int:
    """Archives Draft, Completed and Cancelled orders; returns how many changed. Another one refuses all.

    Unknown and archived ones count 0; the status stays.
    """
    return documents.archive(book, book.subcontract_orders, ids, check_archivable)


def restore(book: SubcontractBook, ids: Iterable[str]) -> int:
    """Takes orders out of the archive; returns how many changed. The status stays."""
    return documents.restore(book, book.subcontract_orders, ids)


def cancel(book: SubcontractBook, order: SubcontractOrder, body: Body | None = None) -> SubcontractOrder:
    """Cancels a Draft, or an order whose materials are all back and of which nothing was received.

    What is still out refuses it (`unreconciled_material`). A Draft keeps the materials that it showed.
    """
    check_action(order, CANCEL)
    _check_reconciled(order, "Return {} first.")
    after = replace(
        order,
        status=SubcontractStatus.CANCELLED,
        cancelled_at=book.now,
        cancel_reason=(body or {}).get("Reason"),
    )
    if not order.is_frozen:
        after.bom_version, needed = needs_now(Lookup(book), order)
        after.materials, after.fixed_needs = needed.materials, needed.fixed
    return write(book, book.subcontract_orders, after)


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
    ledger, source = Ledger(book), Source(DocumentType.SUBCONTRACT_ORDER, order.id, order.order_number)
    for line in moved:
        item = item_of(book, line.item_ref_id)
        ledger.consume_at_subcontractor(
            item, line.quantity, line.value, MovementType.SUBCONTRACT_CONSUMPTION, source
        )
    after.status, after.completed_at, after.completion_reason = SubcontractStatus.COMPLETED, book.now, reason
    after.cost = replace(order.cost, loss=sum((line.value for line in moved), ZERO))
    return write(book, book.subcontract_orders, after, COMPLETED)


def _check_reconciled(order: SubcontractOrder, way_out: str) -> None:
    held = [material for material in order.materials if material.balance_quantity > 0]
    if not held:
        return
    is_one = len(held) == 1 and held[0].balance_quantity <= 1
    are, what = ("is", "it") if is_one else ("are", "them")
    told = [f"{each.item_code}: {shown(each.balance_quantity)} {each.uom}" for each in held]
    raise Refused(
        "unreconciled_material",
        f"{listed(told)} {are} still with the subcontractor of {order.order_number}."
        f" {way_out.format(what, what)}",
    )
