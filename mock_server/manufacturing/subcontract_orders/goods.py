"""What comes back from job work: finished goods and unused materials, at issue value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from mock_server.manufacturing.decimals import ZERO, shown
from mock_server.manufacturing.documents import write
from mock_server.manufacturing.members import Body, calendar_day
from mock_server.manufacturing.refusals import refuse_value
from mock_server.manufacturing.stock import (
    Ledger,
    MovementType,
    Place,
)
from mock_server.manufacturing.subcontract_orders.balance import (
    check_material,
    consumption_of,
    off_balance,
)
from mock_server.manufacturing.subcontract_orders.body import (
    figure,
    past_or_today,
)
from mock_server.manufacturing.subcontract_orders.challans import (
    counted_against,
    names_shown,
    references_of,
)
from mock_server.manufacturing.subcontract_orders.gate import check_accepted, check_gate, inspection_of
from mock_server.manufacturing.subcontract_orders.materials import (
    asked_of,
    check_room,
    item_of,
    source_of,
)
from mock_server.manufacturing.subcontract_orders.ports import SubcontractBook
from mock_server.manufacturing.subcontract_orders.receipt_cost import add_to_cost, cost_of_receipt
from mock_server.manufacturing.subcontract_orders.records import (
    Challan,
    MaterialReturn,
    SubcontractOrder,
    SubcontractReceipt,
    SubcontractStatus,
)
from mock_server.manufacturing.subcontract_orders.states import RECEIVE, RETURN, check_action
from mock_server.manufacturing.units import check_precision
from mock_server.refused import Refused

GOODS_RECEIVED = "subcontract_order.goods_received"


def receive_goods(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """Takes finished goods in: accepted ones to the store, rejected ones to quarantine.

    Material is consumed as the BOM says for everything received so far, or as the body states. Of its value
    the rejected goods carry their share by quantity, the accepted ones the rest, with service and additional
    cost.
    """
    receipt_date = calendar_day(body, "ReceiptDate")
    accepted, rejected = figure(body, "AcceptedQuantity"), figure(body, "RejectedQuantity")
    additional = figure(body, "AdditionalCost")
    if additional and not accepted:
        refuse_value("/AdditionalCost", "needs accepted goods to carry it")
    check_action(order, RECEIVE)
    check_room(order.receipts, "receipts")
    if not accepted and not rejected:
        raise Refused(
            "quantities_do_not_balance",
            f"Accepted 0 and rejected 0: a receipt of {order.order_number} takes something in.",
            pointer="/AcceptedQuantity",
        )
    check_precision(order.item_code, order.uom, accepted, "/AcceptedQuantity")
    check_precision(order.item_code, order.uom, rejected, "/RejectedQuantity")
    _check_ordered(order, accepted + rejected)
    used = asked_of(book, order, body.get("Materials") or [])
    named = _named_challans(order, body)
    inspection = inspection_of(book, order, body.get("InspectionRefId"))
    check_accepted(order, inspection, accepted)
    day = past_or_today(book, receipt_date, "ReceiptDate")
    consumption = consumption_of(order, used, accepted + rejected)
    counted = _counted(order, consumption, named, day, "ReceiptDate")
    check_gate(order, inspection, accepted)
    check_material(order, consumption)

    after, moved = off_balance(order, consumption, named)
    for material in after.materials:
        material.consumed_quantity += consumption.get(material.item_ref_id, ZERO)
    cost = cost_of_receipt(order, sum((each.value for each in moved), ZERO), accepted, rejected, additional)
    receipt = SubcontractReceipt(
        id=book.new_id(),
        receipt_date=day,
        supplier_document=body.get("SupplierDocument"),
        accepted_quantity=accepted,
        rejected_quantity=rejected,
        materials=moved,
        challan_numbers=names_shown(order.challans, counted, named),
        inspection_ref_id=inspection.id if inspection is not None else None,
        material_cost=cost.material,
        service_cost=cost.service,
        additional_cost=additional,
        rejected_material_cost=cost.rejected_material,
        unit_cost=cost.unit,
        posted_at=book.now,
    )
    after.receipts = [*order.receipts, receipt]
    after.accepted_quantity += accepted
    after.rejected_quantity += rejected
    after.pending_quantity -= accepted + rejected
    after.cost = add_to_cost(order.cost, cost, after.accepted_quantity)
    after.status = (
        SubcontractStatus.PARTIALLY_RECEIVED if after.pending_quantity else SubcontractStatus.RECEIVED
    )
    _post_receipt(book, after, receipt)
    return write(book, book.subcontract_orders, after, GOODS_RECEIVED)


def return_materials(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """Takes unused material back into the store at the value it was issued at; the status stays."""
    return_date = calendar_day(body, "ReturnDate")
    check_action(order, RETURN)
    check_room(order.returns, "returns")
    asked = asked_of(book, order, body["Materials"])
    for each in asked:
        balance = each.material.balance_quantity
        if each.quantity > balance:
            raise Refused(
                "quantity_exceeds_balance",
                f"{each.material.item_code}: {shown(each.quantity)} is more than the {shown(balance)}"
                " that are with the subcontractor.",
                pointer=each.pointer,
            )
    named = _named_challans(order, body)
    day = past_or_today(book, return_date, "ReturnDate")
    back = {each.material.item_ref_id: each.quantity for each in asked}
    counted = _counted(order, back, named, day, "ReturnDate")
    after, moved = off_balance(order, back, named)
    for material in after.materials:
        material.returned_quantity += back.get(material.item_ref_id, ZERO)
    ledger, source = Ledger(book), source_of(order)
    for line in moved:
        item = item_of(book, line.item_ref_id)
        ledger.receive(
            item, line.quantity, line.value, MovementType.SUBCONTRACT_RETURN, source, Place.SUBCONTRACTOR
        )
    shown_names = names_shown(order.challans, counted, named)
    document = body.get("SupplierDocument")
    returned = MaterialReturn(book.new_id(), day, document, moved, shown_names, book.now)
    after.returns = [*order.returns, returned]
    return write(book, book.subcontract_orders, after)


def _named_challans(order: SubcontractOrder, body: Body) -> list[str]:
    named: list[str] = list(body.get("ChallanNumbers") or [])
    known = references_of(order.challans)
    for index, number in enumerate(named):
        if number not in known:
            raise Refused(
                "unknown_reference",
                f"{order.order_number} has no challan {number}.",
                pointer=f"/ChallanNumbers/{index}",
            )
    return named


def _counted(
    order: SubcontractOrder, quantities: Mapping[str, Decimal], named: list[str], day: date, member: str
) -> list[Challan]:
    """The challans that a movement counts against, none of which may be dated after it."""
    counted = counted_against(order.challans, quantities, named)
    for challan in counted:
        if day < challan.challan_date:
            raise Refused(
                "date_not_allowed",
                f"{member} {day} is before challan {challan.challan_number} of {challan.challan_date},"
                " against which it counts.",
                pointer=f"/{member}",
            )
    return counted


def _check_ordered(order: SubcontractOrder, quantity: Decimal) -> None:
    if quantity > order.pending_quantity:
        raise Refused(
            "quantity_exceeds_ordered",
            f"{shown(order.received_quantity)} received before and {shown(quantity)} now are more than the"
            f" {shown(order.ordered_quantity)} ordered.",
            pointer="/AcceptedQuantity",
        )


def _post_receipt(book: SubcontractBook, order: SubcontractOrder, receipt: SubcontractReceipt) -> None:
    ledger, source = Ledger(book), source_of(order)
    for line in receipt.materials:
        item = item_of(book, line.item_ref_id)
        ledger.consume_at_subcontractor(
            item, line.quantity, line.value, MovementType.SUBCONTRACT_CONSUMPTION, source
        )
    item = item_of(book, order.item_ref_id)
    if receipt.accepted_quantity:
        value = receipt.material_cost + receipt.service_cost + receipt.additional_cost
        ledger.receive(item, receipt.accepted_quantity, value, MovementType.SUBCONTRACT_RECEIPT, source)
    if receipt.rejected_quantity:
        ledger.quarantine(
            item,
            receipt.rejected_quantity,
            receipt.rejected_material_cost,
            MovementType.SUBCONTRACT_RECEIPT,
            source,
        )
