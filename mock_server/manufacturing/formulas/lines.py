"""Lines and by-products of BOMs and recipes: how they are read, and what they must satisfy alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from mock_server.manufacturing.decimals import ONE, ZERO, number
from mock_server.manufacturing.documents import Book
from mock_server.manufacturing.formulas.bom import (
    BomByProduct,
    BomLine,
)
from mock_server.manufacturing.formulas.by_products import SALES_VALUE
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.recipe import AnyFormula, RecipeIngredient, content_of, same_lines
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import Body, optional_number
from mock_server.manufacturing.refusals import unknown_item
from mock_server.manufacturing.units import check_whole
from mock_server.refused import Refused

L = TypeVar("L", BomLine, RecipeIngredient)


class LineIds(Generic[L]):
    """The ids of the lines of a body: one keeps that of a present line which it names, or repeats."""

    def __init__(self, book: Book, present: Sequence[L], noun: str = "Line", owner: str = "BOM") -> None:
        self._book = book
        self._present: Sequence[L] = present
        self._free = {line.id for line in present}
        self._noun = noun
        self._owner = owner

    def claim(self, body: Body, index: int) -> str:
        """The id that a line asks to keep, each at most once; empty where it asks for none."""
        line_id: str | None = body.get("id")
        if line_id is None:
            return ""
        if line_id not in self._free:
            raise Refused(
                "unknown_reference",
                f"{self._noun} {index + 1} has an id that is no {self._noun.lower()} of this {self._owner},"
                f" or that is given twice: {line_id}.",
                pointer=f"/{self._noun}s/{index}/id",
            )
        self._free.remove(line_id)
        return line_id

    def settle(self, lines: list[L]) -> list[L]:
        """The lines with their ids; copies of the present ones where all of them say the same."""
        same: dict[tuple[object, ...], list[str]] = {}
        for line in self._present:
            if line.id in self._free:
                same.setdefault(content_of(line), []).append(line.id)
        for line in lines:
            if not line.id:
                ids = same.get(content_of(line))
                line.id = ids.pop(0) if ids else self._book.new_id()
        return [replace(line) for line in self._present] if same_lines(self._present, lines) else lines


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


def check_items_usable(lookup: Lookup, formula: AnyFormula) -> None:
    """Refuses a formula that comes back from the archive while an item of it is inactive."""
    used = [formula.item_ref_id]
    used += [line.item_ref_id for line in formula.lines]
    used += [product.item_ref_id for product in formula.by_products]
    for item_id in used:
        item = lookup.item(item_id)
        if item is not None and not item.is_usable:
            raise inactive(item, None, formula)


def check_by_products(lookup: Lookup, formula: AnyFormula, before: AnyFormula | None = None) -> None:
    """Refuses by-products of inactive or unstocked items, in another unit, or of a part of a whole unit.

    None is the output item itself (`output_repeated`), and cost is shared by sales value only where the
    output item has a selling price (`sales_price_required`, DEC-20). What an update has kept is not looked at
    again (DEC-22).
    """
    is_same = before is not None and before.item_ref_id == formula.item_ref_id
    kept = before.by_products if before is not None and is_same else ()
    for index, product in enumerate(formula.by_products):
        if product in kept:
            continue
        if product.item_ref_id == formula.item_ref_id:
            raise Refused(
                "output_repeated",
                f"{product.item_code} is what {formula.label} makes: it cannot be a by-product of itself.",
                pointer=f"/ByProducts/{index}/ItemRefId",
            )
        item = lookup.item(product.item_ref_id)
        if item is None:
            continue
        if not item.is_usable:
            raise inactive(item, f"/ByProducts/{index}/ItemRefId")
        if not item.track_inventory:
            raise Refused(
                "unknown_reference",
                f"{item.item_code} is not stocked: it cannot be received as a by-product.",
                pointer=f"/ByProducts/{index}/ItemRefId",
            )
        if product.uom != item.uom:
            raise Refused(
                "uom_mismatch",
                f"{item.item_code} is stocked in {item.uom}: a by-product cannot be in {product.uom}.",
                pointer=f"/ByProducts/{index}/Uom",
            )
        check_whole(item.item_code, item.uom, product.quantity, f"/ByProducts/{index}/Quantity")
    _check_selling_price(lookup, formula, kept)


def _check_selling_price(lookup: Lookup, formula: AnyFormula, kept: Sequence[BomByProduct]) -> None:
    main = lookup.item(formula.item_ref_id)
    if main is None or main.selling_price:
        return
    for index, product in enumerate(formula.by_products):
        if product.cost_method == SALES_VALUE and product not in kept:
            raise Refused(
                "sales_price_required",
                f"{main.item_code} has no SellingPrice: the cost cannot be shared by sales value.",
                pointer=f"/ByProducts/{index}/CostMethod",
            )


def inactive(item: Item, pointer: str | None, formula: AnyFormula | None = None) -> Refused:
    """The refusal of an item that documents may no longer refer to."""
    where = f" in {formula.label}" if formula is not None else ""
    return Refused(
        "inactive_item", f"{item.item_code}{where} is inactive and cannot be used.", pointer=pointer
    )
