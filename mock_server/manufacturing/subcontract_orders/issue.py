"""Materials out: the first issue freezes what an order needs, each issue goes out on a challan."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.decimals import MAX_QUANTITY, shown
from mock_server.manufacturing.documents import write
from mock_server.manufacturing.formulas import BomType, Lookup
from mock_server.manufacturing.members import Body, calendar_day
from mock_server.manufacturing.refusals import too_much
from mock_server.manufacturing.stock import (
    Ledger,
    MovementType,
    Place,
    Shortage,
    insufficient_stock,
)
from mock_server.manufacturing.subcontract_orders.balance import (
    names_of,
)
from mock_server.manufacturing.subcontract_orders.body import (
    past_or_today,
)
from mock_server.manufacturing.subcontract_orders.challans import (
    financial_year,
    generated_number,
    return_due_date,
    with_challan,
)
from mock_server.manufacturing.subcontract_orders.materials import (
    asked_of,
    check_room,
    item_of,
    requirements_of,
    source_of,
)
from mock_server.manufacturing.subcontract_orders.ports import SubcontractBook
from mock_server.manufacturing.subcontract_orders.records import (
    Challan,
    ChallanLine,
    SubcontractOrder,
    SubcontractStatus,
)
from mock_server.manufacturing.subcontract_orders.states import ISSUE, check_action
from mock_server.refused import Refused

ISSUED = "subcontract_order.materials_issued"


def issue_materials(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """Sends materials out on one challan, at moving average; the first issue freezes the list of materials.

    All or nothing: too little of any material refuses it and lists every shortage (`insufficient_stock`).
    """
    challan_date = calendar_day(body, "ChallanDate")
    check_action(order, ISSUE)
    check_room(order.challans, "challans")
    after = replace(order) if order.is_frozen else _frozen(book, order)
    asked = asked_of(book, after, body["Materials"])
    for each in asked:
        issued, returned = each.material.issued_quantity, each.material.returned_quantity
        if issued - returned + each.quantity > each.material.required_quantity:
            back = f", {shown(returned)} returned" if returned else ""
            raise Refused(
                "quantity_exceeds_required",
                f"{each.material.item_code}: {shown(issued)} issued before{back} and {shown(each.quantity)}"
                f" now are more than the {shown(each.material.required_quantity)} required.",
                pointer=each.pointer,
            )
        if issued + each.quantity > MAX_QUANTITY:
            raise too_much(f"All issues of {each.material.item_code} together are too much")
    day = past_or_today(book, challan_date, "ChallanDate")
    ledger = Ledger(book)
    ledger.load(each.material.item_ref_id for each in asked)
    short = [
        Shortage(each.material.item_ref_id, each.material.item_code, each.quantity, available)
        for each in asked
        if each.quantity > (available := ledger.available(each.material.item_ref_id))
    ]
    if short:
        raise insufficient_stock(f"Too little stock for {order.order_number}: {names_of(short)}.", short)
    number = _challan_number(book, body.get("ChallanNumber"), financial_year(day))
    book.challans.keep(financial_year(day), number)
    source = source_of(order)
    materials = {material.item_ref_id: material for material in after.materials}
    lines = []
    for each in asked:
        item = item_of(book, each.material.item_ref_id)
        movement = ledger.issue(
            item, each.quantity, MovementType.SUBCONTRACT_ISSUE, source, Place.SUBCONTRACTOR
        )
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
        after.status, after.issued_at = SubcontractStatus.MATERIALS_ISSUED, book.now
    return write(book, book.subcontract_orders, after, ISSUED)


def _frozen(book: SubcontractBook, order: SubcontractOrder) -> SubcontractOrder:
    """A copy of a Draft order with the materials that its BOM names now."""
    lookup = Lookup(book)
    bom = lookup.bom(order.bom_ref_id)
    if bom is None or bom.type != BomType.SUBCONTRACT or bom.item_ref_id != order.item_ref_id:
        raise Refused(
            "wrong_bom_type",
            f"The BOM of {order.order_number} is no longer a Subcontract BOM of {order.item_code}:"
            " name another one.",
        )
    needed = requirements_of(lookup, bom, order.ordered_quantity)
    return replace(order, bom_version=bom.version, materials=needed.materials, fixed_needs=needed.fixed)


def _challan_number(book: SubcontractBook, given: str | None, series_year: str) -> str:
    if given is None:
        number = generated_number(series_year, book.challans.count(series_year))
        while book.challans.taken(series_year, number):
            number = generated_number(series_year, book.challans.count(series_year))
        return number
    if book.challans.taken(series_year, given):
        raise Refused(
            "duplicate_number",
            f"Challan {given} exists already in the financial year {series_year}.",
            pointer="/ChallanNumber",
        )
    return given
