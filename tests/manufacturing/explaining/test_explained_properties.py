"""Whatever a factory has made: a figure is worked out again from its parts, and is what the record shows."""

from __future__ import annotations

from dataclasses import astuple
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.manufacturing import boms
from mock_server.manufacturing.explaining import (
    ExplainedLookup,
    explained_formula,
    explained_report,
    explained_stock,
    explained_subcontract_order,
    explained_work_order,
    reports,
)
from mock_server.manufacturing.formulas import Bom, Lookup
from mock_server.manufacturing.reports import (
    Build,
    Period,
    Place,
    by_products_report,
    cost_analysis_report,
    efficiency_report,
    job_costing_report,
)
from mock_server.manufacturing.subcontract_orders import shown_subcontract_order
from mock_server.refused import Refused
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.explained import checked, leaves_of
from tests.manufacturing.graphs import PARTS, bodies, new_book
from tests.manufacturing.order_book import OrderMemoryBook
from tests.manufacturing.order_log import MemoryLog
from tests.manufacturing.order_shop import released
from tests.manufacturing.recipe_graphs import formulas, mixed_books
from tests.manufacturing.subcontract_orders.test_job_work_properties import Plan, plans, send, start
from tests.manufacturing.work_orders.test_order_properties import completions, seventh


@settings(max_examples=60)
@given(mixed_books(shares=True))
def test_a_roll_up_is_the_sum_of_what_is_below_it(book: MemoryBook) -> None:
    lookup = ExplainedLookup(book, "INR")
    for formula in formulas(book):
        explained = explained_formula(lookup, formula)
        found = checked(explained, formula)
        assert found["/total_cost"].value == formula.total_cost
        for line in formula.lines:
            assert f"/{'lines' if isinstance(formula, Bom) else 'ingredients'}/0/line_cost" in found, line


@settings(max_examples=60)
@given(mixed_books(shares=True), st.data())
def test_an_order_is_what_its_formula_movements_and_work_make_of_it(
    made: MemoryBook, data: st.DataObject
) -> None:
    book = OrderMemoryBook.of(made)
    for index, code in enumerate(("P0", "P1", "P2", "P3", "P4", "A0", "A1", "A2", "A3", "A4")):
        book.fill(code, "900000", seventh(index + 1))
    code = data.draw(st.sampled_from(sorted({each.item_ref_id for each in formulas(book)})))
    try:
        order = book.order(code, data.draw(st.integers(1, 60)))
    except Refused:
        return
    lookup = ExplainedLookup(book, "INR")
    draft = checked(explained_work_order(lookup, order), order)
    assert "/planned_cost/total" in draft or not order.planned_cost.total
    try:
        order = book.release(order)
    except Refused:
        return
    frozen = checked(explained_work_order(lookup, order), order)
    residue = sum(
        abs(each.value) for each in leaves_of(frozen["/planned_cost/total"]) if "Digits" in each.label
    )
    # Half a sixth decimal of each rate, and what follows from it.
    most = sum((each.required_quantity for each in order.materials), Decimal(1)) / 1_000_000 + Decimal("0.05")
    assert residue <= most
    order = book.complete(order, order.planned_quantity)
    assert "/variance/total" in checked(explained_work_order(lookup, order), order)


@settings(max_examples=80)
@given(bodies("A0", shares=True, phantoms=False), completions(), st.integers(1, 30))
def test_a_completed_order_goes_down_to_its_movements(
    body: dict[str, Any], completion: dict[str, Any], price: int
) -> None:
    book = OrderMemoryBook.of(new_book())
    boms.create(book, body)
    for index, code in enumerate(PARTS):
        book.fill(code, "30000", seventh(price + index))
    order = released(book, "A0", 12)
    actuals = completion.pop("actuals")
    present = {each.item_ref_id for each in order.materials}
    completion["Materials"] = [
        {"ItemRefId": code, "ConsumedQuantity": actuals[code]} for code in actuals if code in present
    ]
    if "work" in actuals and order.operations:
        completion["Operations"] = [
            {"Sequence": 1, "ActualMinutes": actuals["work"], "ActualCostPerHour": seventh(price)}
        ]
    order = book.complete(order, completion.pop("CompletedQuantity"), **completion)
    found = checked(explained_work_order(ExplainedLookup(book, "INR"), order), order)
    assert {"/actual_cost/material", "/actual_cost/total"} <= set(found)
    used = {each.id for each in order.stock_movements if each.value < 0}
    below = leaves_of(found["/actual_cost/material"])
    moved = {leaf.source.id for leaf in below if leaf.source is not None and leaf.source.type == "movement"}
    assert moved >= used
    for code in (*PARTS, "A0", "BY"):
        movements = [each for each in book.movements if each.item_ref_id == code]
        stock = book.stock.get(code)
        checked(explained_stock(book.items[code], stock, movements, "INR")[0], stock)


@given(plans)
@settings(max_examples=80)
def test_job_work_goes_down_to_what_was_issued(plan: Plan) -> None:
    desk, [order_id] = start(plan)
    draft, lookup = desk.order(order_id), ExplainedLookup(desk.book, "INR")
    shown = shown_subcontract_order(desk.book, Lookup(desk.book), draft).materials
    assert checked(explained_subcontract_order(lookup, draft, []).materials, shown)
    for kind, given_ in plan.requests:
        send(desk, order_id, kind, given_)
    order = desk.order(order_id)
    movements = [each for each in desk.book.movements if each.document_ref_id == order_id]
    explained = explained_subcontract_order(lookup, order, movements)
    if not order.is_frozen:
        return
    found = checked(explained, order)
    assert astuple(explained.cost) == astuple(order.cost)
    checked(explained_subcontract_order(lookup, order, None), order)
    if order.receipts:
        assert "/cost/total" in found


REPORTS = [job_costing_report, by_products_report, cost_analysis_report, efficiency_report]


@pytest.mark.parametrize("build", REPORTS)
@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), min_size=1, max_size=4))
def test_a_report_is_what_its_orders_add_up_to(build: Build, made: list[tuple[int, int]]) -> None:
    book = OrderMemoryBook.of(new_book())
    body = {
        "Name": "A0",
        "ItemRefId": "A0",
        "Status": "Active",
        "OutputQuantity": 7,
        "Lines": [{"ItemRefId": "P2", "Quantity": Decimal("1.5")}],
        "Operations": [{"Sequence": 1, "Name": "Mix", "RunMinutesPerUnit": 7, "CostPerHour": 100}],
        "ByProducts": [
            {"ItemRefId": "BY", "Quantity": 1, "CostMethod": "CostSharePercent", "CostSharePercent": 7}
        ],
    }
    boms.create(book, body)
    book.fill("P2", "30000", seventh(5))
    for completed, scrapped in made:
        order = released(book, "A0", 24)
        book.complete(order, completed, ScrappedQuantity=scrapped)
    today = book.today
    log: Any = MemoryLog(book.work_orders.values(), Period(today, today))
    own = build(log, Place(), 100)
    lookup = ExplainedLookup(book, "INR")
    assert checked(explained_report(build, log, lookup, None).totals, own.totals)
    for row in range(len(own.page.rows)):
        assert checked(explained_report(build, log, lookup, row).page.rows[row], own.page.rows[row])


def test_what_is_explained_leaves_the_rules_as_they_are() -> None:
    book = OrderMemoryBook.of(new_book())
    boms.create(
        book,
        {
            "Name": "A0",
            "ItemRefId": "A0",
            "Status": "Active",
            "Lines": [{"ItemRefId": "P2", "Quantity": 3, "WastagePercent": 0}],
        },
    )
    book.fill("P2", 100, 2)
    order = released(book, "A0", 3)
    before = book.view()
    explained_work_order(ExplainedLookup(book, "INR"), order)
    assert book.view() == before
    done = book.complete(order, 3)
    assert type(done.actual_cost.total if done.actual_cost else None) is Decimal
    assert Fraction(done.materials[0].cost) == 18


def test_what_is_too_large_to_be_told_stands_with_its_own_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_server.manufacturing.explaining.formulas.MOST_LINES", 2)
    book = new_book()
    for code, below in (("A0", "P0"), ("A1", "A0"), ("A2", "A1")):
        lines = [{"ItemRefId": below, "Quantity": 3, "WastagePercent": 0}, {"ItemRefId": "P2", "Quantity": 1}]
        boms.create(book, {"Name": code, "ItemRefId": code, "Status": "Active", "Lines": lines})
    top = book.boms.active("A2")
    assert top is not None
    found = checked(explained_formula(ExplainedLookup(book, "INR"), top), top)
    known = {leaf.label for leaf in leaves_of(found["/total_cost"])}
    assert "Exact cost of one kg of A1 by BOM-0002 version 1" in known
    assert not any("A0" in label for label in known)


@pytest.mark.parametrize(
    ("most", "label"), [(1, "Planned cost of WO-0001"), (0, "Planned cost, over 2 orders")]
)
def test_a_sum_over_many_orders_is_told_by_its_orders_or_alone(
    monkeypatch: pytest.MonkeyPatch, most: int, label: str
) -> None:
    monkeypatch.setattr(reports, "MOST_EXPLAINED", 0)
    monkeypatch.setattr(reports, "MOST_SHOWN", 2 * most)
    book = OrderMemoryBook.of(new_book())
    lines = [{"ItemRefId": "P2", "Quantity": 1}]
    boms.create(book, {"Name": "A0", "ItemRefId": "A0", "Status": "Active", "Lines": lines})
    book.fill("P2", "30000", seventh(5))
    for _ in range(2):
        book.complete(released(book, "A0", 24), 24)
    log: Any = MemoryLog(book.work_orders.values(), Period(book.today, book.today))
    own = job_costing_report(log, Place(), 100)
    told = explained_report(job_costing_report, log, ExplainedLookup(book, "INR"), None)
    found = checked(told.totals, own.totals)
    assert label in {leaf.label for leaf in leaves_of(found["/planned_cost"])}
