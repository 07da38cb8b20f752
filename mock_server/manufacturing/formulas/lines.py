"""What the bodies of BOMs and recipes have in common: ids and units of their lines, and by-products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TypeVar

from mock_server.manufacturing.decimals import ONE, ZERO, number
from mock_server.manufacturing.documents import Book
from mock_server.manufacturing.formulas.bom import (
    BomByProduct,
    BomLine,
)
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.recipe import RecipeIngredient
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import Body, optional_number
from mock_server.manufacturing.refusals import unknown_item
from mock_server.refused import Refused

L = TypeVar("L", BomLine, RecipeIngredient)
_NOT_SAID = frozenset({"id", "line_number", "item_code", "item_name", "unit_cost", "line_cost"})


def claim_line_id(free: set[str], body: Body, index: int, noun: str = "Line", owner: str = "BOM") -> str:
    """The id that a line asks to keep, taken out of the free ones; empty where it asks for none."""
    line_id: str | None = body.get("id")
    if line_id is None:
        return ""
    if line_id not in free:
        raise Refused(
            "unknown_reference",
            f"{noun} {index + 1} has an id that is no {noun.lower()} of this {owner},"
            f" or that is given twice: {line_id}.",
            pointer=f"/{noun}s/{index}/id",
        )
    free.remove(line_id)
    return line_id


def content_of(line: BomLine | RecipeIngredient) -> tuple[object, ...]:
    """What a line says, without its id, its place, the names of its item and what it costs."""
    return tuple(getattr(line, each.name) for each in fields(line) if each.name not in _NOT_SAID)


def give_ids(book: Book, lines: Sequence[L], present: Sequence[L], free: set[str]) -> None:
    """Gives each line without an id that of a free present one that says the same, else a new one."""
    same: dict[tuple[object, ...], list[str]] = {}
    for line in present:
        if line.id in free:
            same.setdefault(content_of(line), []).append(line.id)
    for line in lines:
        if not line.id:
            ids = same.get(content_of(line))
            line.id = ids.pop(0) if ids else book.new_id()


def same_lines(before: Sequence[L], after: Sequence[L]) -> bool:
    """Whether two lists have the same lines in the same order."""
    return [(line.id, content_of(line)) for line in before] == [(line.id, content_of(line)) for line in after]


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


def read_by_products(lookup: Lookup, bodies: list[Body]) -> list[BomByProduct]:
    """The by-products of a body, each with the figure that its cost method needs."""
    products: list[BomByProduct] = []
    for index, body in enumerate(bodies):
        item = lookup.item(body["ItemRefId"])
        if item is None:
            raise unknown_item(body["ItemRefId"], f"/ByProducts/{index}/ItemRefId")
        method = body.get("CostMethod") or "None"
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
