"""The quality gate of job work: where the order says so, goods are accepted on an inspection only."""

from __future__ import annotations

from decimal import Decimal

from mock_server.manufacturing.decimals import ZERO, shown
from mock_server.manufacturing.inspections import Inspection, InspectionStatus
from mock_server.manufacturing.subcontract_orders.ports import SubcontractBook
from mock_server.manufacturing.subcontract_orders.records import SubcontractOrder
from mock_server.refused import Refused


def inspection_of(
    book: SubcontractBook, order: SubcontractOrder, inspection_id: str | None
) -> Inspection | None:
    """The inspection that a receipt names, which must be one of this order (`unknown_reference`)."""
    if inspection_id is None:
        return None
    inspection = book.inspections.get(inspection_id)
    if inspection is None:
        message = f"There is no inspection {inspection_id} in this entity."
    elif inspection.subcontract_order_ref_id != order.id:
        message = f"{inspection.inspection_number} is not an inspection of {order.order_number}."
    else:
        return inspection
    raise Refused("unknown_reference", message, pointer="/InspectionRefId")


def check_accepted(order: SubcontractOrder, inspection: Inspection | None, accepted: Decimal) -> None:
    """Refuses more than the inspection accepted, all receipts on it together (`quantity_exceeds_accepted`).

    An inspection that does not open the gate is left to `check_gate`.
    """
    if not _is_needed(order, accepted) or inspection is None or not inspection.opens_gate:
        return
    before = sum(
        (each.accepted_quantity for each in order.receipts if each.inspection_ref_id == inspection.id), ZERO
    )
    if before + accepted > inspection.accepted_quantity:
        raise Refused(
            "quantity_exceeds_accepted",
            f"{inspection.inspection_number} accepted {shown(inspection.accepted_quantity)};"
            f" {shown(before + accepted)} cannot be accepted on it.",
            pointer="/AcceptedQuantity",
        )


def check_gate(order: SubcontractOrder, inspection: Inspection | None, accepted: Decimal) -> None:
    """Refuses goods on no completed inspection (`quality_pending`) or on a failed one (`quality_failed`)."""
    if not _is_needed(order, accepted):
        return
    if inspection is not None and inspection.status != InspectionStatus.COMPLETED:
        raise Refused(
            "quality_pending",
            f"{inspection.inspection_number} of {order.order_number} is {inspection.status}:"
            " goods are accepted on a completed inspection.",
            pointer="/InspectionRefId",
        )
    if inspection is None:
        raise Refused(
            "quality_pending",
            f"{order.order_number} requires an inspection: name a completed one in InspectionRefId.",
        )
    if not inspection.opens_gate:
        disposition = f" with disposition {inspection.disposition}" if inspection.disposition else ""
        raise Refused(
            "quality_failed",
            f"{inspection.inspection_number} is {inspection.result}{disposition}:"
            " these goods cannot be accepted.",
        )


def _is_needed(order: SubcontractOrder, accepted: Decimal) -> bool:
    return order.inspection_required and accepted > 0
