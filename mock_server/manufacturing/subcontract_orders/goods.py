"""The goods of job work: materials out, finished goods and unused materials back, at issue value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mock_server.manufacturing.decimals import ZERO, shown
from mock_server.manufacturing.documents import next_free_number
from mock_server.manufacturing.formulas import SUBCONTRACT, Lookup
from mock_server.manufacturing.refusals import Refused, refuse_value
from mock_server.manufacturing.request_body import Body, calendar_day
from mock_server.manufacturing.stock import (
    SUBCONTRACT_CONSUMPTION,
    SUBCONTRACT_ISSUE,
    SUBCONTRACT_ORDER,
    SUBCONTRACT_RECEIPT,
    SUBCONTRACT_RETURN,
    SUBCONTRACTOR,
    Ledger,
    Shortage,
    Source,
    insufficient_stock,
)
from mock_server.manufacturing.subcontract_orders.balance import (
    check_material,
    consumption_of,
    names_of,
    off_balance,
)
from mock_server.manufacturing.subcontract_orders.body import (
    figure,
    past_or_today,
)
from mock_server.manufacturing.subcontract_orders.challans import (
    financial_year,
    return_due_date,
    with_challan,
)
from mock_server.manufacturing.subcontract_orders.commands import written
from mock_server.manufacturing.subcontract_orders.gate import check_accepted, check_gate, inspection_of
from mock_server.manufacturing.subcontract_orders.materials import (
    asked_of,
    item_of,
    requirements_of,
)
from mock_server.manufacturing.subcontract_orders.ports import SubcontractBook
from mock_server.manufacturing.subcontract_orders.receipt_cost import add_to_cost, cost_of_receipt
from mock_server.manufacturing.subcontract_orders.records import (
    MATERIALS_ISSUED,
    PARTIALLY_RECEIVED,
    RECEIVED,
    Challan,
    ChallanLine,
    MaterialReturn,
    SubcontractOrder,
    SubcontractReceipt,
)
from mock_server.manufacturing.subcontract_orders.states import ISSUE, RECEIVE, RETURN, check_action
from mock_server.manufacturing.units import check_whole

ISSUED = "subcontract_order.materials_issued"
GOODS_RECEIVED = "subcontract_order.goods_received"

# As many challans, receipts and returns as an order can show.
MAX_POSTINGS = 1000


def issue_materials(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """Sends materials out on one challan, at moving average; the first issue freezes the list of materials.

    All or nothing: too little of any material refuses it and lists every shortage (`insufficient_stock`).
    """
    challan_date = calendar_day(body, "ChallanDate")
    check_action(order, ISSUE)
    _check_room(order.challans, "challans")
    after = replace(order) if order.is_frozen else _frozen(book, order)
    asked = asked_of(book, after, body["Materials"])
    for each in asked:
        issued, required = each.material.issued_quantity, each.material.required_quantity
        if issued + each.quantity > required:
            raise Refused(
                "quantity_exceeds_required",
                f"{each.material.item_code}: {shown(issued)} issued before and {shown(each.quantity)} now"
                f" are more than the {shown(required)} required.",
                pointer=each.pointer,
            )
    day = past_or_today(book, challan_date, "ChallanDate")
    ledger = Ledger(book)
    short = [
        Shortage(each.material.item_ref_id, each.material.item_code, each.quantity, available)
        for each in asked
        if each.quantity > (available := ledger.available(each.material.item_ref_id))
    ]
    if short:
        raise insufficient_stock(f"Too little stock for {order.order_number}: {names_of(short)}.", short)
    number = _challan_number(book, body.get("ChallanNumber"), financial_year(day))
    source = _source(order)
    materials = {material.item_ref_id: material for material in after.materials}
    lines = []
    for each in asked:
        item = item_of(book, each.material.item_ref_id)
        movement = ledger.issue(item, each.quantity, SUBCONTRACT_ISSUE, source, SUBCONTRACTOR)
        lines.append(ChallanLine(item.id, item.item_code, each.quantity, movement.value, each.quantity))
        materials[item.id] = replace(
            each.material,
            issued_quantity=each.material.issued_quantity + each.quantity,
            balance_quantity=each.material.balance_quantity + each.quantity,
            balance_value=each.material.balance_value + movement.value,
        )
    challan = Challan(number, day, return_due_date(day), lines)
    after.materials = list(materials.values())
    after.challans = with_challan(after.challans, challan)
    if not order.is_frozen:
        after.status, after.issued_at = MATERIALS_ISSUED, book.now
    return written(book, after, ISSUED)


def receive_goods(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """Takes finished goods in: accepted ones to the store, rejected ones to quarantine.

    Material is consumed as the BOM says for everything received so far, or as the body states. Of its value
    the rejected goods carry their share by quantity, the accepted ones the rest, with service and additional
    cost.
    """
    receipt_date = calendar_day(body, "ReceiptDate")
    accepted, rejected = figure(body, "AcceptedQuantity"), figure(body, "RejectedQuantity")
    additional = figure(body, "AdditionalCost")
    if not accepted and not rejected:
        refuse_value("/AcceptedQuantity", "and RejectedQuantity may not both be 0")
    if additional and not accepted:
        refuse_value("/AdditionalCost", "needs accepted goods to carry it")
    check_action(order, RECEIVE)
    _check_room(order.receipts, "receipts")
    check_whole(order.item_code, order.uom, accepted, "/AcceptedQuantity")
    check_whole(order.item_code, order.uom, rejected, "/RejectedQuantity")
    _check_ordered(order, accepted + rejected)
    used = asked_of(book, order, body.get("Materials") or [])
    named = _named_challans(order, body)
    inspection = inspection_of(book, order, body.get("InspectionRefId"))
    check_accepted(order, inspection, accepted)
    day = past_or_today(book, receipt_date, "ReceiptDate")
    check_gate(order, inspection, accepted)
    consumption = consumption_of(order, used, accepted + rejected)
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
        challan_numbers=named,
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
    after.status = PARTIALLY_RECEIVED if after.pending_quantity else RECEIVED
    _post_receipt(book, after, receipt)
    return written(book, after, GOODS_RECEIVED)


def return_materials(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """Takes unused material back into the store at the value it was issued at; the status stays."""
    return_date = calendar_day(body, "ReturnDate")
    check_action(order, RETURN)
    _check_room(order.returns, "returns")
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
    after, moved = off_balance(order, back, named)
    for material in after.materials:
        material.returned_quantity += back.get(material.item_ref_id, ZERO)
    ledger, source = Ledger(book), _source(order)
    for line in moved:
        item = item_of(book, line.item_ref_id)
        ledger.receive(item, line.quantity, line.value, SUBCONTRACT_RETURN, source, SUBCONTRACTOR)
    returned = MaterialReturn(book.new_id(), day, body.get("SupplierDocument"), moved, named, book.now)
    after.returns = [*order.returns, returned]
    return written(book, after, None)


def _frozen(book: SubcontractBook, order: SubcontractOrder) -> SubcontractOrder:
    """A copy of a Draft order with the materials that its BOM names now."""
    lookup = Lookup(book)
    bom = lookup.bom(order.bom_ref_id)
    if bom is None or bom.type != SUBCONTRACT or bom.item_ref_id != order.item_ref_id:
        raise Refused(
            "wrong_bom_type",
            f"The BOM of {order.order_number} is no longer a Subcontract BOM of {order.item_code}:"
            " name another one.",
        )
    needed = requirements_of(lookup, bom, order.ordered_quantity)
    return replace(order, bom_version=bom.version, materials=needed.materials, fixed_needs=needed.fixed)


def _challan_number(book: SubcontractBook, given: str | None, series_year: str) -> str:
    if given is None:
        return next_free_number(
            lambda: book.next_challan_number(series_year),
            lambda number: book.challan_number_taken(series_year, number),
        )
    if book.challan_number_taken(series_year, given):
        raise Refused(
            "duplicate_number",
            f"Challan {given} exists already in the financial year {series_year}.",
            pointer="/ChallanNumber",
        )
    return given


def _named_challans(order: SubcontractOrder, body: Body) -> list[str]:
    named: list[str] = list(body.get("ChallanNumbers") or [])
    known = {challan.challan_number for challan in order.challans}
    for index, number in enumerate(named):
        if number not in known:
            raise Refused(
                "unknown_reference",
                f"{order.order_number} has no challan {number}.",
                pointer=f"/ChallanNumbers/{index}",
            )
    return named


def _check_ordered(order: SubcontractOrder, quantity: Decimal) -> None:
    if quantity > order.pending_quantity:
        raise Refused(
            "quantity_exceeds_ordered",
            f"{shown(order.received_quantity)} received before and {shown(quantity)} now are more than the"
            f" {shown(order.ordered_quantity)} ordered.",
            pointer="/AcceptedQuantity",
        )


def _post_receipt(book: SubcontractBook, order: SubcontractOrder, receipt: SubcontractReceipt) -> None:
    ledger, source = Ledger(book), _source(order)
    for line in receipt.materials:
        item = item_of(book, line.item_ref_id)
        ledger.consume_at_subcontractor(item, line.quantity, line.value, SUBCONTRACT_CONSUMPTION, source)
    item = item_of(book, order.item_ref_id)
    if receipt.accepted_quantity:
        value = receipt.material_cost + receipt.service_cost + receipt.additional_cost
        ledger.receive(item, receipt.accepted_quantity, value, SUBCONTRACT_RECEIPT, source)
    if receipt.rejected_quantity:
        ledger.quarantine(
            item, receipt.rejected_quantity, receipt.rejected_material_cost, SUBCONTRACT_RECEIPT, source
        )


def _check_room(postings: Sequence[object], what: str) -> None:
    if len(postings) >= MAX_POSTINGS:
        refuse_value("", f"would be more than the {MAX_POSTINGS} {what} that an order may have")


def _source(order: SubcontractOrder) -> Source:
    return Source(SUBCONTRACT_ORDER, order.id, order.order_number)
