"""Two small workshops for the tests of work orders, and what the tests ask of an order."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import boms
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderActualCost
from mock_server.refused import Refused
from tests.manufacturing.demo import body
from tests.manufacturing.order_book import OrderMemoryBook


def wheel_shop() -> OrderMemoryBook:
    """A shop that makes wheels, carts from wheels, and nothing else."""
    book = OrderMemoryBook(Decimal(20))
    for code, uom, cost in (("RIM", "NOS", "650"), ("SPOKE", "NOS", "6.5"), ("TAPE", "m", "12")):
        book.add(code, uom, cost)
    for code in ("WHEEL", "CART", "PLAIN"):
        book.add(code)
    book.add("KIT", track_inventory=False)
    book.add("OLD", is_active=False)
    boms.create(
        book,
        {
            **body("WHEEL", "RIM 10|SPOKE 360 2|TAPE 22", "15 15 200", OutputQuantity=10),
            "InspectionRequired": True,
        },
    )
    boms.create(book, body("CART", "WHEEL 2|TAPE 1", Type="Subcontract"))
    boms.create(book, body("KIT", "RIM 1", Type="Phantom"))
    book.events.clear()
    return book


def box_shop() -> OrderMemoryBook:
    """Boxes of boards, glue and twelve screws for every order, however large, with stock for plenty."""
    book = OrderMemoryBook(Decimal(20))
    for code, uom, cost in (("BOARD", "NOS", "5"), ("GLUE", "kg", "9"), ("SCREW", "NOS", "1")):
        book.add(code, uom, cost)
    book.add("SAWDUST", "kg", "0.2")
    book.add("BOX")
    lines = [
        {"ItemRefId": "BOARD", "Quantity": 7, "WastagePercent": 5},
        {"ItemRefId": "GLUE", "Quantity": Decimal("0.25")},
        {"ItemRefId": "SCREW", "Quantity": 12, "IsFixedQuantity": True},
    ]
    dust = {"ItemRefId": "SAWDUST", "Quantity": Decimal("0.4"), "CostMethod": "FixedRate", "Rate": 2}
    boms.create(
        book,
        {**body("BOX", "BOARD 1", "10 4 30", OutputQuantity=2), "Lines": lines, "ByProducts": [dust]},
    )
    for code in ("BOARD", "GLUE", "SCREW"):
        book.fill(code, 1000, 4)
    book.events.clear()
    return book


def active(book: OrderMemoryBook, code: str) -> str:
    found = book.boms.active(code)
    assert found is not None
    return found.id


def stocked(book: OrderMemoryBook) -> OrderMemoryBook:
    for code in ("RIM", "SPOKE", "TAPE"):
        book.fill(code, 10000, 10)
    return book


def released(book: OrderMemoryBook, code: str = "BOX", planned: Any = 10, **members: Any) -> WorkOrder:
    return book.release(book.order(code, planned, **members))


def actual(order: WorkOrder) -> WorkOrderActualCost:
    assert order.actual_cost is not None
    return order.actual_cost


def consumed(order: WorkOrder) -> list[Decimal]:
    return [each.consumed_quantity for each in order.materials]


def refused(book: OrderMemoryBook, command: Callable[[], object]) -> Refused:
    """The refusal of a command, which must leave everything as it was (INV-A11)."""
    before = book.view()
    with pytest.raises(Refused) as caught:
        command()
    assert book.view() == before, "INV-A11"
    return caught.value
