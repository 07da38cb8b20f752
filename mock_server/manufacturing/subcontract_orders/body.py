"""Turns a request body into a Draft subcontract order, and checks what it refers to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from mock_server.manufacturing.decimals import EXACT, MAX_AMOUNT, ZERO, number, shown
from mock_server.manufacturing.documents import begun
from mock_server.manufacturing.formulas import Bom, BomType, Lookup
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import (
    KEEP,
    Body,
    Day,
    Flag,
    Number,
    Reference,
    Text,
    calendar_day,
    changed,
)
from mock_server.manufacturing.refusals import too_much, unknown_item
from mock_server.manufacturing.subcontract_orders.materials import (
    item_of,
    requirements_of,
)
from mock_server.manufacturing.subcontract_orders.ports import SubcontractBook
from mock_server.manufacturing.subcontract_orders.records import (
    SubcontractOrder,
)
from mock_server.manufacturing.units import check_precision
from mock_server.manufacturing.vendors import Vendor
from mock_server.refused import Refused

# What may change in every open state, and what the first issue fixes.
PLAIN_MEMBERS = (Day("ExpectedDate"), Text("Notes"), Text("ExternalReference"))
_FIGURES = (Flag("InspectionRequired"), Number("OrderedQuantity", KEEP), Number("RatePerUnit", KEEP))
FROZEN_MEMBERS = (
    Reference("SubcontractorRefId"),
    Reference("ItemRefId"),
    Reference("BomRefId"),
    *_FIGURES,
)


def new_order(book: SubcontractBook, body: Body) -> SubcontractOrder:
    """The order that a create body describes, checked; its number is empty where the body names none."""
    # The day is read first: one that no calendar has is a malformed body, whatever else is wrong.
    expected = calendar_day(body, "ExpectedDate")
    vendor = subcontractor(book, body["SubcontractorRefId"])
    lookup = Lookup(book)
    item = _item(lookup, body["ItemRefId"])
    bom = _bom(lookup, item, body.get("BomRefId"))
    rate, inspection = body.get("RatePerUnit"), body.get("InspectionRequired")
    ordered = number(body["OrderedQuantity"])
    order = SubcontractOrder(
        **begun(book),
        order_number=body.get("OrderNumber") or "",
        subcontractor_ref_id=vendor.id,
        subcontractor_name=vendor.display_name,
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        bom_ref_id=bom.id,
        bom_version=bom.version,
        ordered_quantity=ordered,
        pending_quantity=ordered,
        uom=item.uom,
        rate_per_unit=number(rate) if rate is not None else bom.service_cost_per_unit,
        expected_date=expected,
        inspection_required=bool(inspection) if inspection is not None else bom.inspection_required,
        notes=body.get("Notes"),
        external_reference=body.get("ExternalReference"),
    )
    check_quantity(lookup, order, bom)
    return order


def changed_order(book: SubcontractBook, order: SubcontractOrder, body: Body) -> SubcontractOrder:
    """A copy of a Draft order with what an update body gives; only what changes is checked.

    Another item takes its own Active BOM, unless the body names one; null asks for the Active one.
    """
    after = changed(order, body, PLAIN_MEMBERS)
    if "SubcontractorRefId" in body and body["SubcontractorRefId"] != order.subcontractor_ref_id:
        vendor = subcontractor(book, body["SubcontractorRefId"])
        after.subcontractor_ref_id, after.subcontractor_name = vendor.id, vendor.display_name
    lookup = Lookup(book)
    item_id = body.get("ItemRefId", order.item_ref_id)
    is_other_item = item_id != order.item_ref_id
    bom_id = body.get("BomRefId", None if is_other_item else order.bom_ref_id)
    bom = lookup.bom(bom_id) if bom_id is not None else None
    if is_other_item or bom_id != order.bom_ref_id:
        item = _item(lookup, item_id) if is_other_item else item_of(book, item_id)
        bom = _bom(lookup, item, bom_id)
        after.item_ref_id, after.item_code, after.item_name = item.id, item.item_code, item.name
        after.uom = item.uom
        after.bom_ref_id, after.bom_version = bom.id, bom.version
    after = changed(after, body, _FIGURES)
    after.pending_quantity = after.ordered_quantity
    if after.ordered_quantity != order.ordered_quantity:
        _item(lookup, after.item_ref_id)
    before = (order.bom_ref_id, order.ordered_quantity, order.rate_per_unit)
    if bom is not None and (after.bom_ref_id, after.ordered_quantity, after.rate_per_unit) != before:
        check_quantity(lookup, after, bom)
    return after


def subcontractor(book: SubcontractBook, vendor_id: str) -> Vendor:
    """The vendor, who must do job work and not be archived (`unknown_reference`)."""
    vendor = book.vendors.get(vendor_id)
    if vendor is None:
        message = f"There is no vendor {vendor_id} in this entity."
    elif not vendor.is_subcontractor:
        message = f"{vendor.vendor_code} is not a subcontractor."
    elif vendor.is_archived:
        message = f"{vendor.vendor_code} is archived."
    else:
        return vendor
    raise Refused("unknown_reference", message, pointer="/SubcontractorRefId")


def _item(lookup: Lookup, item_id: str) -> Item:
    item = lookup.item(item_id)
    if item is None:
        raise unknown_item(item_id, "/ItemRefId")
    if not item.is_usable:
        raise Refused("inactive_item", f"{item.item_code} is inactive.", pointer="/ItemRefId")
    return item


def _bom(lookup: Lookup, item: Item, bom_id: str | None) -> Bom:
    """The BOM named, else the item's Active one; it must be for job work on this item, and not archived."""
    if bom_id is None:
        bom = lookup.active_bom(item.id)
        if bom is None:
            raise Refused("bom_not_active", f"{item.item_code} has no Active BOM.", pointer="/ItemRefId")
    else:
        bom = lookup.bom(bom_id)
        if bom is None:
            raise Refused(
                "unknown_reference", f"There is no BOM {bom_id} in this entity.", pointer="/BomRefId"
            )
    check_bom(bom, item.id, item.item_code)
    if bom.is_archived:
        raise Refused("bom_not_active", f"{bom.label} is archived.", pointer="/BomRefId")
    return bom


def check_bom(bom: Bom, item_id: str, item_code: str) -> None:
    """Refuses a BOM of another item (`unknown_reference`) or of another type (`wrong_bom_type`)."""
    if bom.item_ref_id != item_id:
        raise Refused(
            "unknown_reference",
            f"{bom.label} makes {bom.item_code}, not {item_code}.",
            pointer="/BomRefId",
        )
    if bom.type != BomType.SUBCONTRACT:
        raise Refused(
            "wrong_bom_type",
            f"{bom.label} is of type {bom.type}; a subcontract order needs a Subcontract BOM.",
            pointer="/BomRefId",
        )


def check_quantity(lookup: Lookup, order: SubcontractOrder, bom: Bom) -> None:
    """Refuses a fraction of a whole unit, and needs or a price too large to be shown."""
    check_precision(order.item_code, order.uom, order.ordered_quantity, "/OrderedQuantity")
    requirements_of(lookup, bom, order.ordered_quantity)
    if EXACT.multiply(order.rate_per_unit, order.ordered_quantity) > MAX_AMOUNT:
        raise too_much(f"The service for {shown(order.ordered_quantity)} {order.uom} costs too much")


def past_or_today(book: SubcontractBook, day: date | None, name: str) -> date:
    """The day of a posting, today where none is given; one in the future is refused (`date_not_allowed`)."""
    today = book.today
    if day is None:
        return today
    if day > today:
        raise Refused(
            "date_not_allowed", f"{name} {day} is in the future; today is {today}.", pointer=f"/{name}"
        )
    return day


def figure(body: Body, name: str) -> Decimal:
    """A number of the body, 0 where it is absent."""
    value = body.get(name)
    return ZERO if value is None else number(value)
