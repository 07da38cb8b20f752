"""What a BOM must satisfy before it may be written, in the order in which it is checked."""

from __future__ import annotations

from mock_server.manufacturing.decimals import EXACT, is_whole, shown
from mock_server.manufacturing.formulas import (
    Bom,
    BomType,
    Credits,
    FormulaStatus,
    Lookup,
    check_acyclic,
    check_by_products,
    check_items_usable,
    check_shares,
    costing,
    inactive,
    lifecycle,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.refusals import refuse_value
from mock_server.manufacturing.units import check_whole, is_whole_unit
from mock_server.refused import Refused


def check_output(item: Item, bom_type: str) -> None:
    """Refuses an output item that is inactive, or that is not stocked although the BOM is no phantom."""
    if not item.is_usable:
        raise inactive(item, "/ItemRefId")
    check_stocked(item, bom_type)


def check_stocked(item: Item, bom_type: str) -> None:
    """Refuses an output item that is not stocked although the BOM is no phantom (`wrong_bom_type`)."""
    if not item.track_inventory and bom_type != BomType.PHANTOM:
        raise Refused(
            "wrong_bom_type",
            f"{item.item_code} is not stocked: its BOM must be of type {BomType.PHANTOM}, not {bom_type}.",
            pointer="/Type",
        )


def check_content(lookup: Lookup, bom: Bom, before: Bom | None = None) -> Credits:
    """Applies the content rules that follow the output item's own; returns the by-product credits.

    With `before`, what the BOM has kept of it is not held against other records again (DEC-22).
    """
    if not bom.lines:
        refuse_value("/Lines", "must have at least one line")
    _check_header(lookup, bom)
    for index in lifecycle.changed_lines(before, bom):
        _check_line(lookup, bom, index)
    check_by_products(lookup, bom, before)
    _check_service_and_dates(bom)
    credits = costing.credits_of_formula(lookup, bom)
    if before is None or not lifecycle.same_shares(before, bom):
        check_shares(credits)
    if before is None or not lifecycle.same_graph(before, bom):
        check_acyclic(lookup, bom)
    return credits


def check_usable(lookup: Lookup, bom: Bom) -> None:
    """Refuses a BOM that comes back from the archive while an item or a pinned BOM of it is out of use."""
    check_items_usable(lookup, bom)
    for line in bom.lines:
        pinned = lookup.bom(line.sub_bom_ref_id) if line.sub_bom_ref_id is not None else None
        if pinned is not None and pinned.is_archived:
            raise _pin_archived(pinned, f"{bom.label}, line {line.line_number}", None)


def _check_header(lookup: Lookup, bom: Bom) -> None:
    item = lookup.item(bom.item_ref_id)
    if item is None:
        return
    if bom.uom != item.uom:
        raise Refused(
            "uom_mismatch",
            f"{item.item_code} is stocked in {item.uom}: its BOM cannot be in {bom.uom}.",
            pointer="/Uom",
        )
    check_whole(item.item_code, item.uom, bom.output_quantity, "/OutputQuantity")


def _check_line(lookup: Lookup, bom: Bom, index: int) -> None:
    line = bom.lines[index]
    item = lookup.item(line.item_ref_id)
    if item is None:
        return
    if not item.is_usable:
        raise inactive(item, f"/Lines/{index}/ItemRefId")
    if is_whole_unit(item.uom):
        stock = EXACT.multiply(line.quantity, line.conversion_factor)
        if not is_whole(stock):
            raise Refused(
                "fractional_quantity",
                f"{item.item_code} is counted in {item.uom}:"
                f" {shown(stock)} in line {index + 1} is not a whole number.",
                pointer=f"/Lines/{index}/Quantity",
            )
    if line.sub_bom_ref_id is None:
        return
    pointer = f"/Lines/{index}/SubBomRefId"
    pinned = lookup.bom(line.sub_bom_ref_id)
    if pinned is None:
        raise Refused(
            "unknown_reference", f"There is no BOM {line.sub_bom_ref_id} in this entity.", pointer=pointer
        )
    if pinned.item_ref_id != item.id:
        raise Refused(
            "unknown_reference",
            f"{pinned.label} makes {pinned.item_code}, not {item.item_code}: line {index + 1} cannot pin it.",
            pointer=pointer,
        )
    if pinned.status == FormulaStatus.ARCHIVED:
        raise _pin_archived(pinned, f"Line {index + 1}", pointer)


def _check_service_and_dates(bom: Bom) -> None:
    if bom.service_cost_per_unit and bom.type != BomType.SUBCONTRACT:
        raise Refused(
            "wrong_bom_type",
            f"A service cost belongs to a BOM of type {BomType.SUBCONTRACT}; this one is of type {bom.type}:"
            " send ServiceCostPerUnit 0, or the other type.",
            pointer="/ServiceCostPerUnit",
        )
    start, end = bom.effective_from, bom.effective_to
    if start is not None and end is not None and start >= end:
        raise Refused(
            "date_not_allowed",
            f"EffectiveTo {end} must be after EffectiveFrom {start}:"
            " it is the first day that no longer counts.",
            pointer="/EffectiveTo",
        )


def _pin_archived(pinned: Bom, where: str, pointer: str | None) -> Refused:
    return Refused("bom_not_active", f"{where} pins {pinned.label}, which is archived.", pointer=pointer)
