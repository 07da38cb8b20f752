"""Turns a request body into a BOM record, with the defaults of what the body leaves out."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.bom_records import DRAFT, MANUFACTURE, Bom, BomByProduct, BomLine, BomOperation
from mock_server.manufacturing.by_products import COST_SHARE, FIXED_RATE, SALES_VALUE
from mock_server.manufacturing.decimals import ONE, ZERO, number
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.lookup import Lookup
from mock_server.manufacturing.ports import Book
from mock_server.manufacturing.recipe_records import RecipeIngredient
from mock_server.manufacturing.refusals import Refused, refuse_value
from mock_server.manufacturing.request_body import Body, calendar_day, number_or, optional_number

_FIGURE_OF_METHOD = {FIXED_RATE: "Rate", COST_SHARE: "CostSharePercent", SALES_VALUE: "SalesPrice"}


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


def claim_line_id(
    book: Book, free: set[str], body: Body, index: int, noun: str = "Line", owner: str = "BOM"
) -> str:
    """The id that a line asks to keep, taken out of the free ones, or a new one."""
    line_id: str | None = body.get("id")
    if line_id is None:
        return book.new_id()
    if line_id not in free:
        raise Refused(
            "unknown_reference",
            f"{noun} {index + 1} has an id that is no {noun.lower()} of this {owner},"
            f" or that is given twice: {line_id}.",
            pointer=f"/{noun}s/{index}/id",
        )
    free.remove(line_id)
    return line_id


def settle_unit(line: BomLine | RecipeIngredient, item: Item, index: int, noun: str = "Line") -> None:
    """Sets the factor 1 in the item's own unit; in another one a factor must be given (`uom_mismatch`)."""
    if line.uom == item.uom:
        if line.conversion_factor not in (ZERO, ONE):
            raise Refused(
                "uom_mismatch",
                f"{noun} {index + 1} is in {item.uom}, the stock unit of {item.item_code}:"
                " a conversion factor must be 1.",
                pointer=f"/{noun}s/{index}/ConversionFactor",
            )
        line.conversion_factor = ONE
    elif not line.conversion_factor:
        raise Refused(
            "uom_mismatch",
            f"{item.item_code} is stocked in {item.uom}, {noun.lower()} {index + 1} is in {line.uom}:"
            f" give a ConversionFactor, the {item.uom} in one {line.uom}.",
            pointer=f"/{noun}s/{index}/Uom",
        )


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


def read_by_products(lookup: Lookup, bodies: list[Body]) -> list[BomByProduct]:
    """The by-products of a body; each must give the figure that its cost method needs."""
    products: list[BomByProduct] = []
    for index, body in enumerate(bodies):
        item = lookup.item(body["ItemRefId"])
        if item is None:
            raise unknown_item(body["ItemRefId"], f"/ByProducts/{index}/ItemRefId")
        method = body.get("CostMethod") or "None"
        figure = _FIGURE_OF_METHOD.get(method)
        if figure is not None and body.get(figure) is None:
            refuse_value(f"/ByProducts/{index}/{figure}", f"is required where CostMethod is {method}")
        products.append(
            BomByProduct(
                item.id,
                item.item_code,
                number(body["Quantity"]),
                body.get("Uom") or item.uom,
                body.get("Kind") or "ByProduct",
                method,
                optional_number(body.get("Rate")),
                optional_number(body.get("CostSharePercent")),
                optional_number(body.get("SalesPrice")),
            )
        )
    return products


def unknown_item(item_id: str, pointer: str) -> Refused:
    """The refusal of an item id that this entity does not have."""
    return Refused("unknown_reference", f"There is no item {item_id} in this entity.", pointer=pointer)
