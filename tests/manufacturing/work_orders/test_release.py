"""Releasing, cancelling and archiving work orders, and the needs that are reserved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.manufacturing import boms, work_orders
from mock_server.manufacturing.formulas import FormulaStatus, Lookup, order_needs
from mock_server.manufacturing.work_orders import WorkOrder, shown_work_order
from tests.manufacturing import oracle
from tests.manufacturing.demo import body, pune
from tests.manufacturing.graphs import Graph, graphs
from tests.manufacturing.order_book import (
    OrderMemoryBook,
    check_ledger,
    figures,
    rounded_need,
    without_revision,
)
from tests.manufacturing.order_shop import active, refused, released, stocked, wheel_shop


@pytest.fixture
def book() -> OrderMemoryBook:
    return wheel_shop()


# Releasing


def test_release_reserves_every_material_and_moves_nothing(book: OrderMemoryBook) -> None:
    """INV-A8, INV-B3, INV-B14."""
    order = stocked(book).order("WHEEL", 40)
    before = {code: book.stock.get(code) for code in ("RIM", "SPOKE", "TAPE")}
    moved = len(book.movements)
    after = book.release(order)
    assert (after.status, after.revision, after.released_at) == ("InProgress", 2, book.now)
    for material in after.materials:
        stock = book.stock.get(material.item_ref_id)
        assert stock.on_hand == before[material.item_ref_id].on_hand
        assert stock.available == before[material.item_ref_id].available - material.required_quantity
        assert material.allocated_quantity == material.required_quantity
    assert [(each.item_code, each.quantity, each.uom) for each in after.allocations] == [
        ("RIM", Decimal(40), "NOS"),
        ("SPOKE", Decimal(1469), "NOS"),
        ("TAPE", Decimal(88), "m"),
    ]
    assert all(each.allocated_at == book.now for each in after.allocations)
    assert len(book.movements) == moved
    assert book.events == [(order.id, "work_order.released", 2)]
    assert (after.planned_cost, after.actual_cost) == (order.planned_cost, None)
    check_ledger(book)


def test_release_freezes_what_the_order_shows(book: OrderMemoryBook) -> None:
    """DEC-9, INV-B9, INV-B14: edits, new costs and the archive reach no released order."""
    order = book.release(stocked(book).order("WHEEL", 40))
    bom = book.boms[active(book, "WHEEL")]
    book.attempt(lambda: boms.update(book, bom, {"Lines": [{"ItemRefId": "RIM", "Quantity": 1}]}))
    book.attempt(lambda: boms.archive(book, [bom.id]))
    book.change("RIM", standard_cost=Decimal(1))
    assert shown_work_order(book, Lookup(book), book.work_orders[order.id]).order == order
    assert [each.required_quantity for each in order.materials] == [40, 1469, 88]
    assert book.cancel(order).planned_cost == order.planned_cost


def test_a_shortage_of_one_refuses_all_and_lists_every_one(book: OrderMemoryBook) -> None:
    """DEC-4."""
    book.fill("RIM", 39, 650)
    book.fill("TAPE", "87.999", 12)
    book.fill("SPOKE", 1469, 6)
    order = book.order("WHEEL", 40, WorkOrderNumber="WO-2")
    refusal = refused(book, lambda: book.release(order))
    assert (refusal.code, refusal.message) == (
        "insufficient_stock",
        "WO-2 lacks 2 materials. Nothing was allocated.",
    )
    rows = [tuple(row.values()) for row in refusal.details["shortages"]]
    assert rows == [
        ("RIM", "RIM", 40, 39, 1, 1),
        ("TAPE", "TAPE", 88, Decimal("87.999"), *2 * [Decimal("0.001")]),
    ]


def test_what_another_order_has_reserved_is_not_available(book: OrderMemoryBook) -> None:
    """INV-A3, INV-B12: stock for one order is not for two."""
    for code, quantity in (("RIM", 79), ("SPOKE", 10000), ("TAPE", 1000)):
        book.fill(code, quantity, 1)
    first, second = book.order("WHEEL", 40), book.order("WHEEL", 40)
    book.release(first)
    assert refused(book, lambda: book.release(second)).code == "insufficient_stock"
    book.cancel(first)
    book.release(second)
    check_ledger(book)


def test_only_an_active_bom_can_be_released(book: OrderMemoryBook) -> None:
    draft = boms.create(book, body("PLAIN", "RIM 1", Status="Draft"))
    order = stocked(book).order("PLAIN", 1, BomRefId=draft.id)
    refusal = refused(book, lambda: book.release(order))
    assert refusal.code == "bom_not_active"
    assert refusal.message == f"WO-0001 is made from {draft.label}, which is Draft."
    book.attempt(lambda: boms.update(book, book.boms[draft.id], {"Status": "Active", "Type": "Subcontract"}))
    refusal = refused(book, lambda: book.release(order))
    assert (refusal.code, refusal.message) == (
        "bom_not_active",
        f"WO-0001 is made from {draft.label}, which is of type Subcontract now.",
    )


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2026-06-16", None, "is effective from 2026-06-16; today is 2026-06-15."),
        (None, "2026-06-15", "was effective until 2026-06-15; today is 2026-06-15."),
        ("2026-06-15", "2026-06-16", None),
    ],
)
def test_a_bom_must_be_effective_on_the_day_of_release(
    book: OrderMemoryBook, start: str | None, end: str | None, message: str | None
) -> None:
    boms.create(book, body("PLAIN", "RIM 1", EffectiveFrom=start, EffectiveTo=end))
    order = stocked(book).order("PLAIN", 1)
    if message is None:
        assert book.release(order).status == "InProgress"
        return
    refusal = refused(book, lambda: book.release(order))
    assert (refusal.code, refusal.message) == ("no_effective_bom", f"BOM-0004 version 1 {message}")


# Cancelling and archiving


def test_cancelling_a_draft_freezes_what_it_shows(book: OrderMemoryBook) -> None:
    order = book.order("WHEEL", 10)
    book.change("RIM", standard_cost=Decimal(660))
    after = book.cancel(order, Reason="Not needed.")
    assert (after.status, after.cancelled_at, after.cancel_reason) == ("Cancelled", book.now, "Not needed.")
    assert after.released_at is None
    assert after.planned_cost.material == Decimal("9256.00"), "as of the cancellation"
    book.change("RIM", standard_cost=Decimal(1))
    assert shown_work_order(book, Lookup(book), after).order is after
    assert book.events == [(order.id, "work_order.cancelled", 2)]


def test_release_then_cancel_restores_the_whole_stock_view(book: OrderMemoryBook) -> None:
    """INV-A9, INV-A10, INV-B4."""
    order = stocked(book).order("WHEEL", 40)
    stocks, movements = dict(book.stock), list(book.movements)
    released = book.release(order)
    after = book.cancel(order)
    assert (book.stock, book.movements) == (stocks, movements)
    assert (after.allocations, after.stock_movements, after.cancel_reason) == ([], [], None)
    assert all(each.allocated_quantity == 0 for each in after.materials)
    assert after.released_at == released.released_at, "INV-B10: never cleared"
    assert after.remaining_quantity == 40
    check_ledger(book)


def test_an_action_that_the_state_does_not_know_is_refused(book: OrderMemoryBook) -> None:
    """INV-B1: Draft → InProgress → Completed, Draft or InProgress → Cancelled, and nothing else."""
    stocked(book)
    orders = {status: book.order("WHEEL", 10, InspectionRequired=False) for status in "DICX"}
    for status in "IC":
        book.release(orders[status])
    book.complete(orders["C"], 10)
    book.cancel(orders["X"])
    actions: dict[str, Callable[[WorkOrder], object]] = {
        "update": lambda order: book.change_order(order, Notes="x"),
        "release": book.release,
        "complete": lambda order: book.complete(order, 1),
        "cancel": book.cancel,
        "archive": lambda order: book.attempt(lambda: work_orders.archive(book, [order.id])),
    }
    names = {"D": "Draft", "I": "InProgress", "C": "Completed", "X": "Cancelled"}
    allowed = {
        "D": ["update", "release", "cancel", "archive"],
        "I": ["update", "complete", "cancel"],
        "C": ["archive"],
        "X": ["archive"],
    }
    for status, order in orders.items():
        for action in set(actions) - set(allowed[status]):
            refusal = refused(book, partial(actions[action], order))
            assert refusal.code == "invalid_state_transition"
            assert refusal.details["from"] == names[status]
            assert (refusal.details["action"], refusal.details["allowed"]) == (action, allowed[status])
            assert refusal.message.startswith(f"{order.work_order_number} is {names[status]}: it cannot be")


def test_an_archived_order_can_only_be_read_and_restored(book: OrderMemoryBook) -> None:
    order = book.order("WHEEL", 10)
    assert book.attempt(lambda: work_orders.archive(book, [order.id, order.id, "none"])) == 1
    archived = book.work_orders[order.id]
    assert (archived.is_archived, archived.status, archived.revision) == (True, "Draft", 2)
    for command in (
        lambda: book.change_order(order),
        lambda: book.release(order),
        lambda: book.cancel(order),
    ):
        refusal = refused(book, command)
        assert refusal.details["from"] == "Archived"
        assert refusal.details["allowed"] == ["restore"]
    assert book.attempt(lambda: work_orders.archive(book, [order.id])) == 0
    assert book.attempt(lambda: work_orders.restore(book, [order.id, "none"])) == 1
    assert book.attempt(lambda: work_orders.restore(book, [order.id])) == 0
    assert without_revision(book.work_orders[order.id]) == without_revision(order), "INV-D12 of orders"
    assert not book.events, "archive and restore have no topic"


def test_one_order_in_progress_refuses_the_whole_set(book: OrderMemoryBook) -> None:
    """INV-D20 of orders."""
    draft, running = book.order("WHEEL", 10), book.release(stocked(book).order("WHEEL", 10))
    refusal = refused(book, lambda: book.attempt(lambda: work_orders.archive(book, [draft.id, running.id])))
    assert refusal.details["action"] == "archive"
    assert refusal.details["allowed"] == ["update", "complete", "cancel"]


# Formulas


def test_the_work_and_outputs_of_a_phantom_are_the_orders_own(book: OrderMemoryBook) -> None:
    """An order with a phantom costs at standard what the BOM's own roll-up says."""
    book.add("CHIP", "kg", "2")
    book.add("DUST", "kg", "1")
    book.add("BOX")
    outputs = [
        {"ItemRefId": "CHIP", "Quantity": 3, "CostMethod": "FixedRate", "Rate": 2},
        {"ItemRefId": "DUST", "Quantity": 2, "CostMethod": "CostSharePercent", "CostSharePercent": 10},
    ]
    core = {
        **body("KIT", "RIM 4|TAPE 8", "30 5 60", Type="Phantom", OutputQuantity=4),
        "OverheadPercent": 50,
        "OtherOverhead": 7,
        "ByProducts": outputs,
        "ReplaceActive": True,
    }
    book.attempt(lambda: boms.create(book, core))
    bom = book.attempt(lambda: boms.create(book, body("BOX", "KIT 4", "10 20 120", OutputQuantity=1)))
    order = book.order("BOX", 1)
    assert [each.item_code for each in order.materials] == ["RIM", "TAPE"]
    assert [each.required_quantity for each in order.materials] == [4, 8]
    assert [each.sequence for each in order.operations] == [1, 2]
    assert [each.planned_minutes for each in order.operations] == [30, 50]
    assert {each.cost_method for each in order.by_products} == {"FixedRate"}
    assert [each.expected_quantity for each in order.by_products] == [3, 2]
    # The phantom: 2696 + 50 labour + 25 overhead + 7 = 2778; net of 6.00 a tenth is 277.20.
    assert [each.expected_credit for each in order.by_products] == [6, Decimal("277.20")]
    cost = order.planned_cost
    assert (cost.labour, cost.overhead, cost.other_overhead) == figures(110, 37, 7)
    assert cost.total == bom.total_cost == Decimal("2566.80")


def test_a_phantom_is_set_up_once_for_each_line_that_needs_it(book: OrderMemoryBook) -> None:
    """A scaling line and a fixed one: set-up twice, and the run minutes of the fixed one do not scale."""
    book.add("BOX")
    kit = body("KIT", "RIM 1", "30 5 60", Type="Phantom")
    book.attempt(lambda: boms.create(book, {**kit, "ReplaceActive": True}))
    lines = [
        {"ItemRefId": "KIT", "Quantity": 2},
        {"ItemRefId": "KIT", "Quantity": 3, "IsFixedQuantity": True},
    ]
    boms.create(book, {**body("BOX", "KIT 1"), "Lines": lines})
    order = released(stocked(book), "BOX", 10)
    assert order.materials[0].required_quantity == 23
    assert order.operations[0].planned_minutes == 2 * 30 + 5 * 23
    done = book.complete(order, 4)
    assert done.materials[0].consumed_quantity == 11
    assert done.operations[0].actual_minutes == 2 * 30 + 5 * 11


def test_a_component_that_is_made_counts_at_the_cost_of_its_bom(book: OrderMemoryBook) -> None:
    """DEC-12: the Active one, or the pinned one; its own standard cost only where it has neither."""
    book.change("WHEEL", standard_cost=Decimal(1))
    dear = book.attempt(lambda: boms.create(book, body("WHEEL", "RIM 2", Status="Draft", Version="2")))
    boms.create(book, body("PLAIN", "WHEEL 2"))
    [wheel] = book.order("PLAIN", 3).materials
    rolled = book.boms[active(book, "WHEEL")].unit_cost
    assert (wheel.standard_unit_cost, wheel.cost) == (rolled, 6 * rolled)
    lines = [{"ItemRefId": "WHEEL", "Quantity": 2, "SubBomRefId": dear.id}]
    plain = book.boms[active(book, "PLAIN")]
    book.attempt(lambda: boms.update(book, plain, {"Lines": lines}))
    [wheel] = book.order("PLAIN", 3).materials
    assert (wheel.standard_unit_cost, wheel.cost) == figures(1300, 7800)


@given(graphs(), st.integers(1, 60))
def test_the_needs_of_an_order_are_the_single_level_requirements(graph: Graph, planned: int) -> None:
    """INV-D18, DEC-16: the same needs, the same rounding; fixed and scaling parts add up to the whole."""
    book = OrderMemoryBook.of(graph.book())
    for code in graph.bodies:
        bom = graph.bom(book, code)
        quantity = Decimal(planned)
        formula = order_needs.formula_of_bom(Lookup(book), bom, quantity)
        exact = {each.item_ref_id: each.variable + each.fixed for each in formula.needs}
        assert exact == oracle.explode(book, bom, Fraction(planned), full=False)
        twice = order_needs.formula_of_bom(Lookup(book), bom, 2 * quantity)
        for one, two in zip(formula.needs, twice.needs, strict=True):
            assert (two.variable, two.fixed) == (2 * one.variable, one.fixed)
        if bom.is_phantom:
            continue
        order = book.order(code, planned)
        rows = boms.material_requirements(book, bom, quantity, "single").rows
        required = {row.item_ref_id: row.required_quantity for row in rows}
        assert {each.item_ref_id: each.required_quantity for each in order.materials} == required
        for each in order.materials:
            assert each.required_quantity == rounded_need(exact[each.item_ref_id], each.uom), "INV-B9"


# Figures of the demonstration data


def test_500_bicycles_lack_every_material_but_grease() -> None:
    """WO-0002, with the stock and the reservations that stand after seeding; WO-0001 could be released."""
    book = OrderMemoryBook.of(pune()[0])
    on_hand = (
        "RM-TUBE-6061 1111.8|PT-RIM-700 400|PT-SPOKE-14G 16000|PT-HUB-F 220|PT-HUB-R 220|PT-RTAPE 900"
        "|PT-AXLE-CNC 260|PT-TYRE-28 412|PT-ITUBE-28 442|PT-CRANK 176|PT-CHAIN 196|PT-BRAKE 186"
        "|PT-SADDLE 196|PT-HBAR 186|PT-PEDAL 196|PK-CARTON 296|HW-BOLT-M5 8904|HW-NUT-M5 8904"
        "|HW-WASHER-M5 11808|CH-GREASE 24.880|SF-FRAME-RED 44|SF-WHEEL-F 46|SF-WHEEL-R 46"
    )
    for entry in on_hand.split("|"):
        code, quantity = entry.split()
        book.fill(code, quantity, 1)
    for code, planned in (("SF-WHEEL-F", 40), ("FG-CITY-28-RED", 5), ("SF-WHEEL-R", 20)):
        book.release(book.order(code, planned))
    stocks = {code: (stock.allocated, stock.available) for code, stock in book.stock.items()}
    assert stocks["PT-RIM-700"] == figures(60, 340)
    assert stocks["PT-SPOKE-14G"] == figures(2204, 13796)
    assert stocks["PT-RTAPE"] == figures(132, 768)
    assert stocks["HW-WASHER-M5"] == figures(240, 11568)
    assert stocks["CH-GREASE"] == (Decimal("0.150"), Decimal("24.730"))
    book.cancel(book.release(book.order("FG-CITY-28-RED", 10)))
    order = book.order("FG-CITY-28-RED", 500, WorkOrderNumber="WO-500")
    refusal = refused(book, lambda: book.release(order))
    assert refusal.message == "WO-500 lacks 15 materials. Nothing was allocated."
    rows = {row["ItemCode"]: tuple(row.values())[2:] for row in refusal.details["shortages"]}
    assert list(rows) == [
        *("SF-FRAME-RED SF-WHEEL-F SF-WHEEL-R PT-TYRE-28 PT-ITUBE-28 PT-CRANK PT-CHAIN PT-BRAKE".split()),
        *("PT-SADDLE PT-HBAR PT-PEDAL PK-CARTON HW-BOLT-M5 HW-NUT-M5 HW-WASHER-M5".split()),
    ]
    assert rows["SF-FRAME-RED"] == (500, 39, 461, 461)
    assert rows["PT-TYRE-28"] == (1000, 402, 598, 598)
    assert rows["HW-WASHER-M5"] == (24000, 11568, 12432, 12432)
    [grease] = [each for each in order.materials if each.item_code == "CH-GREASE"]
    assert grease.required_quantity == Decimal("15.000")


def test_the_archived_wheel_cannot_be_released() -> None:
    """WO-0010: a Draft on BOM-0003 v1, archived since."""
    book = OrderMemoryBook.of(pune()[0])
    v1 = next(each for each in book.boms.values() if each.label == "BOM-0003 version 1")
    book.boms[v1.id] = replace(v1, status=FormulaStatus.DRAFT, is_archived=False)
    order = book.order("SF-WHEEL-F", 1, BomRefId=v1.id)
    book.boms[v1.id] = v1
    refusal = refused(book, lambda: book.release(order))
    assert refusal.message == "WO-0001 is made from BOM-0003 version 1, which is Archived."


def test_a_need_that_would_round_to_nothing_is_one_step_of_its_unit() -> None:
    """DEC-18: at release, and for the part of an order that was started."""
    book = OrderMemoryBook()
    book.add("DROP", "L", "100")
    book.add("BATCH", "kg")
    boms.create(book, body("BATCH", "DROP 0.000004"))
    book.fill("DROP", 1, 100)
    order = book.release(book.order("BATCH", 10))
    assert [each.required_quantity for each in order.materials] == [Decimal("0.001")]
    assert order.planned_cost.material == Decimal("0.10")
    done = book.complete(order, Decimal("0.001"))
    assert [each.consumed_quantity for each in done.materials] == [Decimal("0.001")]
    assert done.actual_cost is not None and done.actual_cost.material == Decimal("0.10")


@pytest.mark.parametrize(("uom", "planned"), [("kg", "0.0001"), ("m", "1.2345"), ("L", "0.001001")])
def test_an_order_finer_than_the_unit_of_its_item_is_refused(uom: str, planned: str) -> None:
    """DEC-18."""
    book = OrderMemoryBook()
    book.add("PART", "kg", "1")
    book.add("MADE", uom)
    boms.create(book, body("MADE", "PART 1"))
    refusal = refused(book, lambda: book.order("MADE", Decimal(planned)))
    assert (refusal.code, refusal.details) == ("fractional_quantity", {"pointer": "/PlannedQuantity"})
    assert f"MADE is kept in {uom} with 3 decimals: {planned} is finer." in refusal.message
