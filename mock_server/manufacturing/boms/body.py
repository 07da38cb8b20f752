"""Turns a request body into a BOM record, with the defaults of what the body leaves out."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.decimals import ONE, ZERO, number
from mock_server.manufacturing.documents import begun
from mock_server.manufacturing.formulas import (
    Bom,
    BomLine,
    BomOperation,
    BomType,
    FormulaBook,
    FormulaStatus,
    LineIds,
    Lookup,
    read_by_products,
    settle_unit,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import KEEP, Body, Choice, Day, Flag, Number, Text, changed, number_or
from mock_server.manufacturing.refusals import unknown_item

MEMBERS = (
    Text("BomNumber", KEEP),
    Text("Version", "1"),
    Text("Name"),
    Choice("Type", BomType, BomType.MANUFACTURE),
    Number("OutputQuantity", ONE),
    Text("Uom"),
    Choice("Status", FormulaStatus, KEEP),
    Day("EffectiveFrom"),
    Day("EffectiveTo"),
    Flag("InspectionRequired"),
    Number("ServiceCostPerUnit", ZERO),
    Number("OverheadPercent"),
    Number("OtherOverhead", ZERO),
    Text("Notes"),
    Text("ExternalReference"),
)


def new_bom(book: FormulaBook, lookup: Lookup, body: Body, item: Item) -> Bom:
    """The record that a create body describes; its number is empty where the body names none."""
    blank = Bom(
        **begun(book),
        name=item.name,
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        uom=item.uom,
        overhead_percent=book.overhead_percent,
    )
    return changed_bom(book, lookup, blank, body, item)


def changed_bom(book: FormulaBook, lookup: Lookup, bom: Bom, body: Body, item: Item) -> Bom:
    """A copy of the BOM with what a body gives: absent keeps, null goes back to the default."""
    of_item = bom
    if item.id != bom.item_ref_id:
        of_item = replace(
            bom, item_ref_id=item.id, item_code=item.item_code, item_name=item.name, uom=item.uom
        )
    overhead = book.overhead_percent
    after = changed(of_item, body, MEMBERS, name=item.name, uom=item.uom, overhead_percent=overhead)
    after.lines = [replace(line) for line in bom.lines]
    if "Lines" in body:
        after.lines = read_lines(book, lookup, body["Lines"] or [], bom.lines)
    if "Operations" in body:
        after.operations = _operations(body["Operations"] or [])
    if "ByProducts" in body:
        after.by_products = read_by_products(lookup, body["ByProducts"] or [])
    return after


def read_lines(
    book: FormulaBook, lookup: Lookup, bodies: list[Body], present: list[BomLine]
) -> list[BomLine]:
    """The lines of a body, numbered from 1; one keeps the id of a present line that it names or repeats."""
    ids = LineIds(book, present)
    lines: list[BomLine] = []
    for index, body in enumerate(bodies):
        line_id = ids.claim(body, index)
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
    return ids.settle(lines)


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
