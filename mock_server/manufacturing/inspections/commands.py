"""The commands on quality inspections: create, update, complete, archive, restore. They move no stock."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.manufacturing import documents
from mock_server.manufacturing.decimals import number, shown
from mock_server.manufacturing.documents import Lifecycle, begun, check_identity, not_allowed, write
from mock_server.manufacturing.inspections.body import changed_inspection, check_lot, read_criteria, stated
from mock_server.manufacturing.inspections.ports import InspectedOrder, InspectionBook
from mock_server.manufacturing.inspections.readings import first_unread, verdict
from mock_server.manufacturing.inspections.records import (
    FAILED,
    SUBCONTRACT_RECEIPT,
    Inspection,
    InspectionCriterion,
    InspectionStatus,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import Body
from mock_server.refused import Refused

CREATED = "quality_inspection.created"
COMPLETED = "quality_inspection.completed"

_OPEN = InspectionStatus.OPEN
# The archive takes one in any state.
LIFECYCLE = Lifecycle[InspectionStatus](
    ("update", {_OPEN: _OPEN}), ("complete", {_OPEN: InspectionStatus.COMPLETED})
)

# Orders in these states have nothing left to decide by an inspection.
_ENDED = frozenset({"Completed", "Cancelled"})


def create(book: InspectionBook, body: Body) -> Inspection:
    """Opens an inspection of one lot of an order; the lot may have one open inspection at a time."""
    criteria = read_criteria(book, body["Criteria"])
    order = _order_of(book, body)
    if order.status in _ENDED:
        text = f"{order.number} is {order.status}: it can no longer be inspected."
        raise not_allowed(text, order.status, "inspect", [])
    item = _item_of(book, body, order)
    inspection = _new_inspection(book, body, item, criteria)
    check_lot(item, inspection)
    check_identity(book.inspections, inspection)
    present = book.inspections.open(order.id, inspection.lot_number)
    if present:
        lot = f", lot {inspection.lot_number}," if inspection.lot_number is not None else ""
        raise Refused(
            "open_inspection_exists",
            f"{order.number}{lot} has an open inspection already, {present[0].number}.",
        )
    book.inspections.put(inspection, CREATED)
    return inspection


def update(book: InspectionBook, inspection: Inspection, body: Body) -> Inspection:
    """Records readings, quantities and the disposition of an Open inspection, and judges each reading.

    A body that changes nothing writes nothing and returns the inspection as it is.
    """
    _check_action(inspection, "update", "it can no longer be updated")
    after = changed_inspection(inspection, body)
    if after == inspection:
        return inspection
    check_lot(book.items.get(inspection.item_ref_id), after)
    check_identity(book.inspections, after, inspection)
    return write(book, book.inspections, after)


def complete(book: InspectionBook, inspection: Inspection, body: Body | None = None) -> Inspection:
    """Takes the last words, works out the result from the readings and freezes the inspection.

    A result in the body counts for nothing. Failed goods and rejected ones need a disposition and a reason.
    """
    _check_action(inspection, "complete", "it cannot be completed")
    after = changed_inspection(inspection, body or {})
    check_lot(book.items.get(inspection.item_ref_id), after)
    unread = first_unread(after)
    if unread is not None:
        criterion, sample = unread
        raise Refused(
            "inspection_incomplete",
            f"{criterion.name} has no reading for sample {sample}.",
            pointer="/Readings",
        )
    _check_balance(after)
    after.result = verdict(after.criteria, after.readings)
    _check_disposition(after)
    after.status = InspectionStatus.COMPLETED
    after.completed_at = book.now
    return write(book, book.inspections, after, COMPLETED)


def archive(book: InspectionBook, ids: Iterable[str]) -> int:
    """Archives inspections in the order given; returns how many changed. An Open one becomes Cancelled.

    Unknown and archived ones count 0.
    """
    return documents.archive(book, book.inspections, ids, lambda inspection: None, _closed)


def restore(book: InspectionBook, ids: Iterable[str]) -> int:
    """Takes inspections out of the archive; returns how many changed. The status stays as it is."""
    return documents.restore(book, book.inspections, ids)


def _closed(inspection: Inspection) -> dict[str, InspectionStatus]:
    is_open = inspection.status == InspectionStatus.OPEN
    return {"status": InspectionStatus.CANCELLED if is_open else inspection.status}


def _order_of(book: InspectionBook, body: Body) -> InspectedOrder:
    """The order that the type calls for."""
    is_subcontract = body["Type"] == SUBCONTRACT_RECEIPT
    wanted = "SubcontractOrderRefId" if is_subcontract else "WorkOrderRefId"
    order = (book.subcontract_orders if is_subcontract else book.work_orders).get(body[wanted])
    if order is None:
        kind = "subcontract order" if is_subcontract else "work order"
        raise Refused("unknown_reference", f"No {kind} has this id.", pointer=f"/{wanted}")
    return order


def _item_of(book: InspectionBook, body: Body, order: InspectedOrder) -> Item:
    item_id = body.get("ItemRefId") or order.item_ref_id
    item = book.items.get(item_id)
    if item is None:
        raise Refused("unknown_reference", "No item has this id.", pointer="/ItemRefId")
    if item_id != order.item_ref_id:
        raise Refused(
            "unknown_reference", f"{order.number} does not make {item.item_code}.", pointer="/ItemRefId"
        )
    return item


def _new_inspection(
    book: InspectionBook, body: Body, item: Item, criteria: list[InspectionCriterion]
) -> Inspection:
    return Inspection(
        **begun(book),
        inspection_number=body.get("InspectionNumber") or "",
        type=body["Type"],
        work_order_ref_id=body.get("WorkOrderRefId"),
        subcontract_order_ref_id=body.get("SubcontractOrderRefId"),
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        lot_number=body.get("LotNumber"),
        lot_quantity=number(body["LotQuantity"]),
        uom=item.uom,
        sample_size=int(body["SampleSize"]),
        criteria=criteria,
        remarks=body.get("Remarks"),
        notes=body.get("Notes"),
        external_reference=body.get("ExternalReference"),
    )


def _check_action(inspection: Inspection, action: str, consequence: str) -> None:
    allowed = LIFECYCLE.allowed(inspection.status)
    if action not in allowed:
        text = f"{inspection.inspection_number} is {inspection.status}: {consequence}."
        raise not_allowed(text, inspection.status, action, allowed)


def _check_balance(inspection: Inspection) -> None:
    total = stated(inspection)
    if total != inspection.lot_quantity:
        raise Refused(
            "quantities_do_not_balance",
            f"Accepted {shown(inspection.accepted_quantity)}, rejected {shown(inspection.rejected_quantity)}"
            f" and on hold {shown(inspection.on_hold_quantity)} add up to {shown(total)};"
            f" the lot is {shown(inspection.lot_quantity)}.",
            pointer="/AcceptedQuantity",
        )


def _check_disposition(inspection: Inspection) -> None:
    """Only where goods were rejected or the result is Failed must it be said what happens, and why."""
    if not inspection.rejected_quantity and inspection.result != FAILED:
        return
    if inspection.disposition and (inspection.disposition_reason or "").strip():
        return
    member = "DispositionReason" if inspection.disposition else "Disposition"
    what = "The inspection failed"
    if inspection.rejected_quantity:
        what = f"{shown(inspection.rejected_quantity)} {inspection.uom} was rejected"
    raise Refused(
        "disposition_required", f"{what}: state Disposition and DispositionReason.", pointer=f"/{member}"
    )
