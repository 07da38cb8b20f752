"""The materials of a subcontract order: what it needs, and what a request moves of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mock_server.manufacturing.decimals import MAX_QUANTITY, QUANTITY_PLACES, number, round_half_up, shown
from mock_server.manufacturing.formulas import Bom, Lookup, order_needs
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.refusals import refuse_value, too_much
from mock_server.manufacturing.stock import DocumentType, Source
from mock_server.manufacturing.subcontract_orders.ports import SubcontractBook
from mock_server.manufacturing.subcontract_orders.records import (
    FixedNeed,
    SubcontractMaterial,
    SubcontractOrder,
)
from mock_server.manufacturing.units import check_precision, to_uom
from mock_server.refused import Refused

# As many challans, receipts and returns as an order can show.
MAX_POSTINGS = 1000


@dataclass(slots=True)
class Requirements:
    """What an ordered quantity needs, in the order of the BOM's lines, and the fixed parts of it."""

    materials: list[SubcontractMaterial]
    fixed: list[FixedNeed]


@dataclass(slots=True)
class Asked:
    """What a request says of one material: its entries added up, and where the last of them stands."""

    material: SubcontractMaterial
    quantity: Decimal
    pointer: str


def requirements_of(lookup: Lookup, bom: Bom, ordered: Decimal) -> Requirements:
    """The need per item, one level with phantoms opened, rounded once to the item's unit.

    Refuses figures beyond the contract's bounds (`explosion_too_large`).
    """
    found = Requirements([], [])
    for need in order_needs.formula_of_bom(lookup, bom, ordered).needs:
        item = lookup.item(need.item_ref_id)
        if item is None:
            continue
        required = to_uom(need.variable + need.fixed, item.uom)
        if required > MAX_QUANTITY:
            raise too_much(f"{shown(ordered)} {bom.uom} of {bom.item_code} need too much {item.item_code}")
        found.materials.append(SubcontractMaterial(item.id, item.item_code, item.name, item.uom, required))
        fixed = min(required, round_half_up(need.fixed, QUANTITY_PLACES))
        if fixed:
            found.fixed.append(FixedNeed(item.id, fixed))
    return found


def asked_of(
    book: SubcontractBook,
    order: SubcontractOrder,
    entries: Sequence[dict[str, Any]],
    member: str = "Materials",
    quantity_member: str = "Quantity",
) -> list[Asked]:
    """Reads the entries of a request per material, in the order of the order's own list.

    Refuses an item that is no material of the order (`unknown_reference`), and a fraction of a whole unit.
    """
    by_item = {material.item_ref_id: material for material in order.materials}
    asked: dict[str, Asked] = {}
    for index, entry in enumerate(entries):
        material = by_item.get(entry["ItemRefId"])
        if material is None:
            item = book.items.get(entry["ItemRefId"])
            name = item.item_code if item is not None else entry["ItemRefId"]
            raise Refused(
                "unknown_reference",
                f"{name} is not a material of {order.order_number}.",
                pointer=f"/{member}/{index}/ItemRefId",
            )
        quantity = number(entry[quantity_member])
        pointer = f"/{member}/{index}/{quantity_member}"
        check_precision(material.item_code, material.uom, quantity, pointer)
        known = asked.get(material.item_ref_id)
        if known is None:
            asked[material.item_ref_id] = Asked(material, quantity, pointer)
        else:
            known.quantity += quantity
            known.pointer = pointer
    return [asked[item_id] for item_id in by_item if item_id in asked]


def item_of(book: SubcontractBook, item_id: str) -> Item:
    """The item of a stored order, which is never taken away."""
    item = book.items.get(item_id)
    assert item is not None, f"{item_id} is in an order and not in the book"
    return item


def check_room(postings: Sequence[object], what: str) -> None:
    """Refuses one more challan, receipt or return than an order can show."""
    if len(postings) >= MAX_POSTINGS:
        refuse_value("", f"would be more than the {MAX_POSTINGS} {what} that an order may have")


def source_of(order: SubcontractOrder) -> Source:
    """The order as what posts a movement."""
    return Source(DocumentType.SUBCONTRACT_ORDER, order.id, order.order_number)
