"""The stock of an item on figures: its movements as leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.explaining.figure import Source, leaf
from mock_server.manufacturing.explaining.leaves import label
from mock_server.manufacturing.explaining.measures import measure
from mock_server.manufacturing.explaining.rebinding import explained
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.stock import Movement, Place, Stock, with_store


def explained_stock(
    item: Item, stock: Stock, movements: Sequence[Movement] | None, currency: str
) -> tuple[Stock, Any]:
    """The item's stock whose figures know how they came about, and what is available of it.

    `movements` are all of the item; with none the sums over them stand for themselves.
    """
    source = Source("item", item.id, item.item_code)
    counted, money = measure(item.uom), measure(currency)
    allocated: Any = leaf(stock.allocated, "Reserved by released orders", counted, source)
    made: Any = replace(stock, allocated=allocated)
    for place, quantity, value in (
        (Place.STORE, "on_hand", "value"),
        (Place.SUBCONTRACTOR, "at_subcontractor", "at_subcontractor_value"),
        (Place.QUARANTINE, "quarantine", "quarantine_value"),
    ):
        if movements is None:
            words = f"over all movements, {place}"
            setattr(made, quantity, leaf(getattr(stock, quantity), f"Quantity {words}", counted, source))
            setattr(made, value, leaf(getattr(stock, value), f"Value {words}", money, source))
        else:
            setattr(made, quantity, _summed(movements, place, "quantity", item.uom))
            setattr(made, value, _summed(movements, place, "value", currency))
    if stock.average is not None:
        # At zero stock the last average stays.
        made.average = leaf(stock.average, "Last average", measure(f"{currency}/{item.uom}"), source)
    after: Stock = explained(with_store)(made, made.on_hand, made.value)
    label(after, f"{{}} of {item.item_code}")
    return after, after.on_hand - after.allocated


def _summed(movements: Sequence[Movement], place: Place, member: str, unit: str) -> Any:
    total: Any = ZERO
    for movement in movements:
        for where, way, sign in ((movement.to_place, "into", 1), (movement.from_place, "from", -1)):
            if where == place:
                number = movement.document_number or movement.document_type
                words = f"{movement.type} {way} {place}, {number}"
                source = Source("movement", movement.id)
                total = total + leaf(sign * getattr(movement, member), words, measure(unit), source)
    return total
