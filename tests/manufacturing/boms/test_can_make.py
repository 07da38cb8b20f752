"""What can be made now: requirements against the stock that is available, as a release would take it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mock_server.manufacturing import boms
from mock_server.refused import Refused
from tests.manufacturing.graphs import ASSEMBLIES, PARTS, WHOLE_PARTS, Graph, graphs
from tests.manufacturing.order_book import OrderMemoryBook

MOST = 999_999_999


def is_released(book: OrderMemoryBook, code: str, quantity: int) -> bool:
    """Whether an order could be released as far as stock goes."""
    try:
        book.release(book.order(code, quantity))
    except Refused as refused:
        assert refused.code == "insufficient_stock"
        return False
    return True


@settings(max_examples=80)
@given(graphs(), st.lists(st.integers(0, 400_000), min_size=11, max_size=11))
def test_so_many_can_be_released_and_not_one_more(graph: Graph, stock: list[int]) -> None:
    """INV-D18, DEC-18: with wastage, phantoms, fixed lines and rounding, whatever there is of each item."""
    book = OrderMemoryBook.of(graph.book())
    for code, quantity in zip([*PARTS, *ASSEMBLIES], stock, strict=False):
        if quantity >= 1000:
            held = quantity // 1000 if code in WHOLE_PARTS else Decimal(quantity).scaleb(-3)
            book.fill(code, held, 1)
    for code in graph.bodies:
        bom = graph.bom(book, code)
        if bom.is_phantom:
            continue
        many = boms.material_requirements(book, bom, Decimal(1), "single").can_make
        assert many == boms.material_requirements(book, bom, Decimal(77), "single").can_make
        assume(many < MOST)
        for quantity, is_enough in ((many, True), (many + 1, False)):
            if quantity:
                trial = OrderMemoryBook.of(book)
                trial.stock.update(book.stock)
                assert is_released(trial, code, quantity) is is_enough
        return


@pytest.mark.parametrize(
    ("line", "uom", "stock", "most"),
    [
        ({"Quantity": 2}, "NOS", 7, 3),
        ({"Quantity": 2, "WastagePercent": 2}, "NOS", 7, 3),
        ({"Quantity": 1, "WastagePercent": 1}, "NOS", 100, 99),
        ({"Quantity": Decimal("0.0004")}, "kg", "0.002", 6),
        ({"Quantity": Decimal("0.000001")}, "kg", "0.001", 1499),
        ({"Quantity": Decimal("0.000001")}, "kg", "0", 0),
        ({"Quantity": 5, "IsFixedQuantity": True}, "kg", 5, MOST),
        ({"Quantity": 5, "IsFixedQuantity": True}, "kg", "4.999", 0),
    ],
)
def test_the_last_unit_that_stock_allows(line: dict[str, Any], uom: str, stock: Any, most: int) -> None:
    """DEC-3, DEC-18: rounded once for all of them, and never to nothing."""
    book = OrderMemoryBook(Decimal(0))
    book.add("RAW", uom, "1")
    book.add("MAIN", "NOS")
    if Decimal(stock):
        book.fill("RAW", Decimal(stock), 1)
    lines = [{"ItemRefId": "RAW", "WastagePercent": 0, **line}]
    bom = boms.create(book, {"Name": "M", "ItemRefId": "MAIN", "Status": "Active", "Lines": lines})
    found = boms.material_requirements(book, bom, Decimal(10), "single")
    assert found.can_make == boms.material_requirements(book, bom, Decimal(10)).can_make == most
    [row] = found.rows
    assert row.on_hand_quantity == row.available_quantity == Decimal(stock)
    assert row.short_quantity == max(0, row.required_quantity - Decimal(stock))


def test_what_is_reserved_is_not_there_to_be_used() -> None:
    book = OrderMemoryBook(Decimal(0))
    book.add("RAW", "NOS", "1")
    book.add("MAIN", "NOS")
    book.fill("RAW", 10, 1)
    lines = [{"ItemRefId": "RAW", "Quantity": 2}]
    bom = boms.create(book, {"Name": "M", "ItemRefId": "MAIN", "Status": "Active", "Lines": lines})
    book.release(book.order("MAIN", 3))
    found = boms.material_requirements(book, bom, Decimal(4))
    [row] = found.rows
    assert [row.on_hand_quantity, row.available_quantity, row.short_quantity] == [10, 4, 4]
    assert found.can_make == 2


def test_all_levels_count_the_stock_of_the_lowest_alone() -> None:
    """Two sub-assemblies on the shelf make one unit; with `full` the parts of them do."""
    book = OrderMemoryBook(Decimal(0))
    for code in ("RAW", "SUB", "MAIN"):
        book.add(code, "NOS", "1")
    body = {"Name": "M", "Status": "Active"}
    boms.create(book, {**body, "ItemRefId": "SUB", "Lines": [{"ItemRefId": "RAW", "Quantity": 3}]})
    bom = boms.create(book, {**body, "ItemRefId": "MAIN", "Lines": [{"ItemRefId": "SUB", "Quantity": 2}]})
    book.fill("SUB", 2, 1)
    book.fill("RAW", 30, 1)
    assert boms.material_requirements(book, bom, Decimal(1), "single").can_make == 1
    assert boms.material_requirements(book, bom, Decimal(1), "full").can_make == 5
