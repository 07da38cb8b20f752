"""Stock that no order moves: what is there at the beginning, and what is counted up or down later."""

from __future__ import annotations

from decimal import Decimal

from mock_server.manufacturing.decimals import ZERO, number
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import Body
from mock_server.manufacturing.refusals import refuse_value
from mock_server.manufacturing.stock import DocumentType, Ledger, Movement, MovementType, Source, StockBook
from mock_server.manufacturing.units import check_precision
from mock_server.refused import Refused


def adjust_stock(book: StockBook, body: Body) -> Movement:
    """Counts an item's stock up or down, with a movement."""
    item = book.items.get(body["ItemRefId"])
    if item is None:
        raise Refused("unknown_reference", "There is no such item.", pointer="/ItemRefId")
    quantity, unit_cost = number(body["Quantity"]), body.get("UnitCost")
    if not quantity:
        refuse_value("/Quantity", "must not be 0")
    if not item.is_usable:
        raise Refused("inactive_item", f"{item.item_code} is inactive.", pointer="/ItemRefId")
    check_precision(item.item_code, item.uom, quantity, "/Quantity")
    cost = None if unit_cost is None else number(unit_cost)
    return Ledger(book).adjust(item, quantity, cost, Source(DocumentType.ADJUSTMENT))


def open_stock(
    book: StockBook,
    item: Item,
    quantity: Decimal,
    value: Decimal | None = None,
    unit_cost: Decimal = ZERO,
) -> Movement:
    """Brings in what an item has when the books are opened, at a value of all of it or at a unit cost."""
    check_precision(item.item_code, item.uom, quantity, "/stock")
    ledger = Ledger(book)
    if value is None:
        return ledger.opening(item, quantity, unit_cost)
    return ledger.receive(item, quantity, value, MovementType.OPENING, Source(DocumentType.OPENING))
