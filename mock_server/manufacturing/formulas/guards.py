"""What BOMs and recipes must satisfy alike before they are written."""

from __future__ import annotations

from collections.abc import Sequence

from mock_server.manufacturing.formulas.bom import BomByProduct
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.recipe import AnyFormula
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.units import check_whole
from mock_server.refused import Refused


def check_items_usable(lookup: Lookup, formula: AnyFormula) -> None:
    """Refuses a formula that comes back from the archive while an item of it is inactive."""
    used = [formula.item_ref_id]
    used += [line.item_ref_id for line in formula.lines]
    used += [product.item_ref_id for product in formula.by_products]
    for item_id in used:
        item = lookup.item(item_id)
        if item is not None and not item.is_usable:
            raise inactive(item, None, formula)


def check_by_products(
    lookup: Lookup, by_products: Sequence[BomByProduct], kept: Sequence[BomByProduct] = ()
) -> None:
    """Refuses by-products of inactive or unstocked items, in another unit, or of a part of a whole unit.

    Those that an update has kept are not looked at again.
    """
    for index, product in enumerate(by_products):
        if product in kept:
            continue
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


def inactive(item: Item, pointer: str | None, formula: AnyFormula | None = None) -> Refused:
    """The refusal of an item that documents may no longer refer to."""
    where = f" in {formula.label}" if formula is not None else ""
    return Refused(
        "inactive_item", f"{item.item_code}{where} is inactive and cannot be used.", pointer=pointer
    )
