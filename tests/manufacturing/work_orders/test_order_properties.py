"""Rules of work orders that hold for any formula, any stock and any actuals."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.manufacturing import boms
from mock_server.refused import Refused
from tests.manufacturing.graphs import PARTS, WHOLE_PARTS, bodies, new_book
from tests.manufacturing.order_book import OrderMemoryBook, check_ledger, half_up, rounded_need
from tests.manufacturing.order_shop import actual, released


@st.composite
def completions(draw: st.DrawFn) -> dict[str, Any]:
    """Good, scrapped and started of 12 planned, and actuals of whatever the order may have."""
    made = draw(st.integers(1, 12))
    scrapped = draw(st.integers(0, made))
    members: dict[str, Any] = {"CompletedQuantity": made - scrapped, "ScrappedQuantity": scrapped}
    if draw(st.booleans()):
        members["StartedQuantity"] = draw(st.integers(made, 12))
    members["actuals"] = draw(
        st.dictionaries(st.sampled_from([*PARTS, "BY", "work"]), st.integers(0, 300), max_size=3)
    )
    return members


@settings(max_examples=120)
@given(bodies("A0", shares=True, phantoms=False), completions(), st.integers(1, 30), st.booleans())
def test_what_goes_in_comes_out(
    request_body: dict[str, Any], completion: dict[str, Any], price: int, has_stock: bool
) -> None:
    """INV-B5 to INV-B8, INV-C1, INV-C4, INV-C5, INV-C7, INV-C8, INV-C9 and the ledger, for any order."""
    book = OrderMemoryBook.of(new_book())
    boms.create(book, request_body)
    for index, code in enumerate(PARTS):
        book.fill(code, "30000", seventh(price + index))
    if has_stock:
        book.fill("A0", "0.007", "123.456789")
    opening = sum(stock.value for stock in book.stock.values())
    order = released(book, "A0", 12)
    check_ledger(book)
    actuals = completion.pop("actuals")
    present = {each.item_ref_id for each in order.materials}
    given_materials = {code: actuals[code] for code in actuals if code in present}
    completion["Materials"] = [
        {"ItemRefId": code, "ConsumedQuantity": quantity} for code, quantity in given_materials.items()
    ]
    if "BY" in actuals and order.by_products:
        completion["ByProducts"] = [{"ItemRefId": "BY", "ActualQuantity": actuals["BY"]}]
    if "work" in actuals and order.operations:
        completion["Operations"] = [{"Sequence": 1, "ActualMinutes": actuals["work"]}]
    before = book.stock.get("A0")
    history = deepcopy(book.movements)
    done = book.complete(order, completion.pop("CompletedQuantity"), **completion)
    assert book.movements[: len(history)] == history, "INV-A6"
    check_ledger(book)

    good, scrapped, started = done.completed_quantity, done.scrapped_quantity, done.started_quantity
    assert done.remaining_quantity == 12 - good - scrapped >= 0, "INV-B5"
    posted = book.movements[len(history) :]
    receipts = [each for each in posted if each.type == "ProductionReceipt"]
    assert sum(each.quantity for each in receipts) == good, "INV-B6"
    assert len(receipts) == (1 if good else 0), "INV-B11"
    by_id = {each.item_ref_id: each for each in posted if each.type == "ProductionConsumption"}
    fixed = fixed_needs(request_body)
    for material in done.materials:
        code = material.item_ref_id
        moved = by_id.get(code)
        assert (moved.quantity if moved else 0) == material.consumed_quantity, "INV-B6"
        if code in given_materials:
            assert material.consumed_quantity == given_materials[code], "INV-B7"
        else:
            whole = fixed.get(code, Fraction(0))
            share = (Fraction(material.required_quantity) - whole) * Fraction(started) / 12 + whole
            assert material.consumed_quantity == rounded_need(share, material.uom), "INV-B7"
            assert material.consumed_quantity <= material.required_quantity
    for product in done.by_products:
        if "ByProducts" not in completion:
            share = Fraction(product.expected_quantity) * Fraction(started) / 12
            assert product.actual_quantity == half_up(share, 3), "INV-B8"

    cost = actual(done)
    spent = cost.material + cost.labour + cost.overhead + cost.other_overhead
    assert cost.total == spent - cost.by_product_credit >= 0, "INV-C1"
    assert cost.material == sum(each.value for each in by_id.values())
    received = sum(each.value for each in posted if each.to_place == "Store")
    assert received + cost.scrap_loss == spent, "INV-C4, INV-C7"
    closing = sum(stock.value for stock in book.stock.values())
    absorbed = cost.labour + cost.overhead + cost.other_overhead
    assert closing == opening + absorbed - cost.scrap_loss, "INV-C5"
    after = book.stock.get("A0")
    if good:
        assert after.value == before.value + cost.total
        exact = (Fraction(before.value) + Fraction(cost.total)) / (Fraction(before.on_hand) + Fraction(good))
        assert after.average == half_up(exact, 6), "INV-C8"
    found = done.variance
    assert found is not None
    elements = (
        *(found.material_price, found.material_usage, found.labour_rate, found.labour_efficiency),
        *(found.overhead, found.by_product, found.yield_),
    )
    standard = Fraction(done.planned_cost.standard_unit_cost) * Fraction(good)
    assert sum(elements) == found.total == cost.total - half_up(standard, 2), "INV-C9"
    planned = done.planned_cost
    parts = planned.material + planned.labour + planned.overhead + planned.other_overhead
    assert planned.total == parts - planned.by_product_credit >= 0, "INV-C1"


def fixed_needs(request_body: dict[str, Any]) -> dict[str, Fraction]:
    """The needs of the lines that are the same for every order."""
    needs: dict[str, Fraction] = {}
    for line in request_body["Lines"]:
        if line.get("IsFixedQuantity"):
            need = Fraction(line["Quantity"]) * (1 + Fraction(line["WastagePercent"]) / 100)
            needs[line["ItemRefId"]] = needs.get(line["ItemRefId"], Fraction(0)) + need
    return needs


def seventh(value: int) -> Decimal:
    """A price that does not come out even: a seventh, at 6 decimals."""
    return half_up(Fraction(value, 7), 6)


@given(st.lists(st.sampled_from(WHOLE_PARTS), min_size=1, max_size=3), st.integers(1, 40), st.integers(1, 7))
def test_equal_orders_share_stock_that_is_enough_for_some(parts: list[str], planned: int, count: int) -> None:
    """INV-B12, INV-A3: of n releases against stock for k, exactly k succeed."""
    book = OrderMemoryBook.of(new_book())
    lines = [{"ItemRefId": code, "Quantity": 3, "WastagePercent": 10} for code in parts]
    boms.create(book, {"Name": "A0", "ItemRefId": "A0", "Status": "Active", "Lines": lines})
    orders = [book.order("A0", planned) for _ in range(7)]
    for material in orders[0].materials:
        book.fill(material.item_ref_id, material.required_quantity * (count + 1) - 1, 1)
    succeeded = 0
    for order in orders:
        try:
            book.release(order)
            succeeded += 1
        except Refused as refusal:
            assert refusal.code == "insufficient_stock"
        check_ledger(book)
    assert succeeded == count
