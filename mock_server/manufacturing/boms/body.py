"""Turns a request body into a BOM record, with the defaults of what the body leaves out."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.decimals import ONE, ZERO, number
from mock_server.manufacturing.formulas import (
    DRAFT,
    MANUFACTURE,
    Bom,
    BomLine,
    BomOperation,
    Book,
    Lookup,
    claim_line_id,
    read_by_products,
    settle_unit,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.refusals import unknown_item
from mock_server.manufacturing.request_body import Body, calendar_day, number_or


def new_bom(book: Book, lookup: Lookup, body: Body, item: Item) -> Bom:
    """The record that a create body describes; its number is empty where the body names none."""
    now = book.now
    return Bom(
        id=book.new_id(),
        bom_number=body.get("BomNumber") or "",
        version=body.get("Version") or "1",
        revision=1,
        name=body.get("Name") or item.name,
        type=body.get("Type") or MANUFACTURE,
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        output_quantity=number_or(body.get("OutputQuantity"), ONE),
        uom=body.get("Uom") or item.uom,
        status=body.get("Status") or DRAFT,
        is_archived=False,
        effective_from=calendar_day(body, "EffectiveFrom"),
        effective_to=calendar_day(body, "EffectiveTo"),
        inspection_required=bool(body.get("InspectionRequired")),
        service_cost_per_unit=number_or(body.get("ServiceCostPerUnit"), ZERO),
        overhead_percent=number_or(body.get("OverheadPercent"), book.overhead_percent),
        other_overhead=number_or(body.get("OtherOverhead"), ZERO),
        lines=read_lines(book, lookup, body.get("Lines") or [], []),
        operations=_operations(body.get("Operations") or []),
        by_products=read_by_products(lookup, body.get("ByProducts") or []),
        notes=body.get("Notes"),
        external_reference=body.get("ExternalReference"),
        created_at=now,
        updated_at=now,
        created_by_user_ref_id=book.user_ref_id,
    )


def changed_bom(book: Book, lookup: Lookup, bom: Bom, body: Body, item: Item) -> Bom:
    """A copy of the BOM with what an update body gives: absent keeps, null goes back to the default."""
    after = replace(
        bom,
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        uom=item.uom,
        lines=(
            read_lines(book, lookup, body["Lines"] or [], bom.lines)
            if "Lines" in body
            else [replace(line) for line in bom.lines]
        ),
    )
    if "BomNumber" in body:
        after.bom_number = body["BomNumber"] or bom.bom_number
    if "Version" in body:
        after.version = body["Version"] or "1"
    if "Name" in body:
        after.name = body["Name"] or item.name
    if "Type" in body:
        after.type = body["Type"] or MANUFACTURE
    if "OutputQuantity" in body:
        after.output_quantity = number_or(body["OutputQuantity"], ONE)
    if "Uom" in body:
        after.uom = body["Uom"] or item.uom
    if "Status" in body:
        after.status = body["Status"] or bom.status
    if "EffectiveFrom" in body:
        after.effective_from = calendar_day(body, "EffectiveFrom")
    if "EffectiveTo" in body:
        after.effective_to = calendar_day(body, "EffectiveTo")
    if "InspectionRequired" in body:
        after.inspection_required = bool(body["InspectionRequired"])
    if "ServiceCostPerUnit" in body:
        after.service_cost_per_unit = number_or(body["ServiceCostPerUnit"], ZERO)
    if "OverheadPercent" in body:
        after.overhead_percent = number_or(body["OverheadPercent"], book.overhead_percent)
    if "OtherOverhead" in body:
        after.other_overhead = number_or(body["OtherOverhead"], ZERO)
    if "Operations" in body:
        after.operations = _operations(body["Operations"] or [])
    if "ByProducts" in body:
        after.by_products = read_by_products(lookup, body["ByProducts"] or [])
    if "Notes" in body:
        after.notes = body["Notes"]
    if "ExternalReference" in body:
        after.external_reference = body["ExternalReference"]
    return after


def read_lines(book: Book, lookup: Lookup, bodies: list[Body], present: list[BomLine]) -> list[BomLine]:
    """The lines of a body, numbered from 1; one may keep the id of a present line, each at most once."""
    free = {line.id for line in present}
    lines: list[BomLine] = []
    for index, body in enumerate(bodies):
        line_id = claim_line_id(book, free, body, index)
        item = lookup.item(body["ItemRefId"])
        if item is None:
            raise unknown_item(body["ItemRefId"], f"/Lines/{index}/ItemRefId")
        wastage = body.get("WastagePercent")
        factor = body.get("ConversionFactor")
        lines.append(
            BomLine(
                line_id,
                index + 1,
                item.id,
                item.item_code,
                item.name,
                number(body["Quantity"]),
                body.get("Uom") or item.uom,
                # 0 stands for "not given" until the units are compared; the contract allows no factor of 0.
                number(factor) if factor is not None else ZERO,
                number(wastage) if wastage is not None else item.scrap_percentage or ZERO,
                bool(body.get("IsFixedQuantity")),
                body.get("SubBomRefId"),
            )
        )
        settle_unit(lines[-1], item, index)
    return lines


def _operations(bodies: list[Body]) -> list[BomOperation]:
    return [
        BomOperation(
            body.get("Sequence") or index + 1,
            body.get("Name") or "",
            number_or(body.get("SetupMinutes"), ZERO),
            number_or(body.get("RunMinutesPerUnit"), ZERO),
            number_or(body.get("CostPerHour"), ZERO),
        )
        for index, body in enumerate(bodies)
    ]
