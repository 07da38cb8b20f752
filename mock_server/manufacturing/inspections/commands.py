"""The commands on quality inspections: create, update, complete, archive, restore. They move no stock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mock_server.manufacturing.decimals import number, shown
from mock_server.manufacturing.documents import check_reference_free, next_free_number
from mock_server.manufacturing.inspections.body import changed_inspection, check_lot, read_criteria, stated
from mock_server.manufacturing.inspections.ports import InspectedOrder, InspectionBook
from mock_server.manufacturing.inspections.readings import first_unread, verdict
from mock_server.manufacturing.inspections.records import (
    CANCELLED,
    COMPLETED,
    FAILED,
    OPEN,
    SUBCONTRACT_RECEIPT,
    Inspection,
    InspectionCriterion,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.refusals import Refused, refuse_value
from mock_server.manufacturing.request_body import Body

CREATED = "quality_inspection.created"
INSPECTION_COMPLETED = "quality_inspection.completed"

# Orders in these states have nothing left to decide by an inspection.
_ENDED = frozenset({"Completed", "Cancelled"})


def create(book: InspectionBook, body: Body) -> Inspection:
    """Opens an inspection of one lot of an order; the lot may have one open inspection at a time."""
    criteria = read_criteria(book, body["Criteria"])
    order, order_number = _order_of(book, body)
    if order.status in _ENDED:
        raise Refused(
            "invalid_state_transition",
            f"{order_number} is {order.status}: it can no longer be inspected.",
            from_=order.status,
            action="inspect",
            allowed=[],
        )
    item = _item_of(book, body, order, order_number)
    inspection = _new_inspection(book, body, item, criteria)
    check_lot(item, inspection)
    if not inspection.inspection_number:
        inspection.inspection_number = next_free_number(
            book.next_inspection_number, book.inspection_number_taken
        )
    elif book.inspection_number_taken(inspection.inspection_number):
        raise Refused(
            "duplicate_number", f"{inspection.inspection_number} exists already.", pointer="/InspectionNumber"
        )
    check_reference_free("inspection", inspection, None, book.inspection_reference_taken)
    present = book.open_inspections(order.id, inspection.lot_number)
    if present:
        lot = f", lot {inspection.lot_number}," if inspection.lot_number is not None else ""
        raise Refused(
            "open_inspection_exists",
            f"{order_number}{lot} has an open inspection already, {present[0].inspection_number}.",
        )
    book.put_inspection(inspection, CREATED)
    return inspection


def update(book: InspectionBook, inspection: Inspection, body: Body) -> Inspection:
    """Records readings, quantities and the disposition of an Open inspection, and judges each reading.

    A body that changes nothing writes nothing and returns the inspection as it is.
    """
    _refuse_unless_open(inspection, "update", "it can no longer be updated")
    after = changed_inspection(inspection, body)
    if after == inspection:
        return inspection
    check_lot(book.item(inspection.item_ref_id), after)
    check_reference_free("inspection", after, inspection, book.inspection_reference_taken)
    _write(book, after, None)
    return after


def complete(book: InspectionBook, inspection: Inspection, body: Body | None = None) -> Inspection:
    """Takes the last words, works out the result from the readings and freezes the inspection.

    A result in the body counts for nothing. Failed goods and rejected ones need a disposition and a reason.
    """
    _refuse_unless_open(inspection, "complete", "it cannot be completed")
    after = changed_inspection(inspection, body or {})
    check_lot(book.item(inspection.item_ref_id), after)
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
    after.status = COMPLETED
    after.completed_at = book.now
    _write(book, after, INSPECTION_COMPLETED)
    return after


def archive(book: InspectionBook, ids: Iterable[str]) -> int:
    """Archives inspections in the order given; returns how many changed. An Open one becomes Cancelled.

    Unknown and archived ones count 0.
    """
    modified = 0
    for inspection_id in ids:
        inspection = book.inspection(inspection_id)
        if inspection is None or inspection.is_archived:
            continue
        status = CANCELLED if inspection.status == OPEN else inspection.status
        _write(book, replace(inspection, status=status, is_archived=True), None)
        modified += 1
    return modified


def restore(book: InspectionBook, ids: Iterable[str]) -> int:
    """Takes inspections out of the archive; returns how many changed. The status stays as it is."""
    modified = 0
    for inspection_id in ids:
        inspection = book.inspection(inspection_id)
        if inspection is None or not inspection.is_archived:
            continue
        _write(book, replace(inspection, is_archived=False), None)
        modified += 1
    return modified


def _order_of(book: InspectionBook, body: Body) -> tuple[InspectedOrder, str]:
    """The order that the type calls for, and its number."""
    is_subcontract = body["Type"] == SUBCONTRACT_RECEIPT
    wanted, other = "WorkOrderRefId", "SubcontractOrderRefId"
    if is_subcontract:
        wanted, other = other, wanted
    if body.get(other) is not None:
        refuse_value(f"/{other}", f"does not go with Type {body['Type']}")
    order_id = body.get(wanted)
    if order_id is None:
        refuse_value(f"/{wanted}", f"is required where Type is {body['Type']}")
    if is_subcontract:
        job = book.subcontract_order(order_id)
        if job is not None:
            return job, job.order_number
        raise _unknown_order("subcontract order", wanted)
    order = book.work_order(order_id)
    if order is not None:
        return order, order.work_order_number
    raise _unknown_order("work order", wanted)


def _unknown_order(kind: str, member: str) -> Refused:
    return Refused("unknown_reference", f"No {kind} has this id.", pointer=f"/{member}")


def _item_of(book: InspectionBook, body: Body, order: InspectedOrder, order_number: str) -> Item:
    item_id = body.get("ItemRefId") or order.item_ref_id
    item = book.item(item_id)
    if item is None:
        raise Refused("unknown_reference", "No item has this id.", pointer="/ItemRefId")
    if item_id != order.item_ref_id:
        raise Refused(
            "unknown_reference", f"{order_number} does not make {item.item_code}.", pointer="/ItemRefId"
        )
    return item


def _new_inspection(
    book: InspectionBook, body: Body, item: Item, criteria: list[InspectionCriterion]
) -> Inspection:
    return Inspection(
        id=book.new_id(),
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
        status=OPEN,
        revision=1,
        is_archived=False,
        remarks=body.get("Remarks"),
        notes=body.get("Notes"),
        external_reference=body.get("ExternalReference"),
        created_at=book.now,
        updated_at=book.now,
        readings=[],
        defects=[],
        created_by_user_ref_id=book.user_ref_id,
    )


def _refuse_unless_open(inspection: Inspection, action: str, consequence: str) -> None:
    if inspection.status != OPEN:
        raise Refused(
            "invalid_state_transition",
            f"{inspection.inspection_number} is {inspection.status}: {consequence}.",
            from_=inspection.status,
            action=action,
            allowed=[],
        )


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


def _write(book: InspectionBook, inspection: Inspection, event: str | None) -> None:
    inspection.revision += 1
    inspection.repository_version += 1
    inspection.updated_at = book.now
    book.put_inspection(inspection, event)
