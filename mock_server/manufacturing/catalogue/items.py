"""The commands on items: create and update."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.catalogue.ports import ItemBook
from mock_server.manufacturing.documents import later
from mock_server.manufacturing.formulas import reroll_item
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import Body, Flag, Number, Text, Whole, changed
from mock_server.refused import Refused

_MEMBERS = (
    Text("Name"),
    Text("Description"),
    Text("Type"),
    Text("ProcurementType"),
    Flag("TrackInventory"),
    Flag("TrackBatch"),
    Flag("TrackLot"),
    Flag("TrackSerial"),
    Flag("IsActive"),
    Flag("IsArchived"),
    Number("PurchasePrice"),
    Number("SellingPrice"),
    Number("StandardCost"),
    Number("ReorderLevel"),
    Number("MinOrderQty"),
    Number("ScrapPercentage"),
    Whole("MfgLeadTimeDays"),
)
# Its published spelling follows no rule.
_HSN = "HSN_SAC"


def create_item(book: ItemBook, body: Body, item_id: str | None = None) -> Item:
    """Creates an item without stock, under an id that is given or a new one (`duplicate_number`)."""
    code = body["ItemCode"]
    if book.items.code_taken(code):
        raise Refused("duplicate_number", f"There is an item {code} already.", pointer="/ItemCode")
    blank = Item(
        id=item_id or book.new_id(),
        item_code=code,
        name=body["Name"],
        uom=body["Uom"],
        created_at=book.now,
        updated_at=book.now,
    )
    item = _written(blank, body)
    book.items.put(item)
    return item


def update_item(book: ItemBook, item: Item, body: Body) -> Item:
    """Changes an item; a new cost or selling price rolls up through every BOM above it."""
    after = _written(item, body)
    if after != item:
        after = replace(after, updated_at=later(book, item.updated_at))
        book.items.put(after)
    if (after.standard_cost, after.selling_price) != (item.standard_cost, item.selling_price):
        reroll_item(book, item.id)
    book.move_drafts()
    return after


def _written(item: Item, body: Body) -> Item:
    after = changed(item, body, _MEMBERS)
    if _HSN in body:
        after = replace(after, hsn_sac=body[_HSN])
    return replace(after, status="Active" if after.is_active else "Inactive") if "IsActive" in body else after
