"""Completing a work order: quantities, backflush, the quality gate, postings, what is refused."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import boms
from mock_server.manufacturing.work_orders import WorkOrder
from mock_server.refused import Refused
from tests.manufacturing.demo import body, nashik
from tests.manufacturing.order_book import OrderMemoryBook, check_ledger, figures
from tests.manufacturing.order_shop import actual, box_shop, consumed, refused, released


@pytest.fixture
def book() -> OrderMemoryBook:
    return box_shop()


def refused_completion(book: OrderMemoryBook, order: WorkOrder, completed: Any, **members: Any) -> Refused:
    return refused(book, lambda: book.complete(order, completed, **members))


# What is recorded


def test_completion_records_what_was_made_and_sends_one_event(book: OrderMemoryBook) -> None:
    """INV-B4, INV-B6, INV-B10."""
    order = released(book, LotNumber="L-1")
    book.today = date(2026, 6, 17)
    done = book.complete(order, 9, ScrappedQuantity=1)
    assert (done.status, done.revision, done.completed_at) == ("Completed", 3, book.now)
    assert order.released_at is not None
    assert order.created_at < order.released_at < book.now
    quantities = (done.started_quantity, done.completed_quantity, done.scrapped_quantity)
    assert (*quantities, done.remaining_quantity) == figures(10, 9, 1, 0)
    assert done.allocations == []
    assert all(each.allocated_quantity == 0 for each in done.materials)
    assert book.events[-1] == (done.id, "work_order.completed", 3)
    rows = [(each.type, each.item_ref_id, each.quantity, each.uom) for each in done.stock_movements]
    assert rows == [
        ("ProductionConsumption", "BOARD", -37, "NOS"),
        ("ProductionConsumption", "GLUE", Decimal("-1.250"), "kg"),
        ("ProductionConsumption", "SCREW", -12, "NOS"),
        ("ProductionReceipt", "BOX", 9, "NOS"),
        ("ByProductReceipt", "SAWDUST", 2, "kg"),
    ]
    assert {each.posting_date for each in done.stock_movements} == {date(2026, 6, 17)}
    assert [each.lot_number for each in done.stock_movements] == [None, None, None, "L-1", None]
    assert [each.value for each in done.stock_movements[:3]] == [Decimal(v) for v in ("-148", "-5", "-48")]
    assert done.stock_movements[0].unit_cost == 4
    posted = [each for each in book.movements if each.document_ref_id == done.id]
    assert [each.id for each in posted] == [each.id for each in done.stock_movements]
    assert {each.document_number for each in posted} == {done.work_order_number}
    check_ledger(book)


def test_the_lot_may_be_named_at_completion_or_cleared(book: OrderMemoryBook) -> None:
    first = book.complete(released(book, LotNumber="L-1"), 1, LotNumber="L-2")
    assert (first.lot_number, first.stock_movements[3].lot_number) == ("L-2", "L-2")
    second = book.complete(released(book, LotNumber="L-1"), 1, LotNumber=None)
    assert second.lot_number is None


def test_a_co_product_is_received_as_one(book: OrderMemoryBook) -> None:
    book.add("LID")
    lid = {"ItemRefId": "SAWDUST", "Quantity": 1, "Kind": "CoProduct"}
    boms.create(book, {**body("LID", "BOARD 1"), "ByProducts": [lid]})
    done = book.complete(released(book, "LID", 3), 3)
    assert [each.type for each in done.stock_movements[1:]] == ["ProductionReceipt", "CoProductReceipt"]
    assert done.stock_movements[2].value == 0, "without a cost method it has no value"


# Backflush (DEC-3, DEC-5, INV-B7, INV-B8)


def test_a_short_order_uses_its_share_of_the_rounded_requirement(book: OrderMemoryBook) -> None:
    """DEC-7: 36.75 boards are 37 for 10; of 3 started 11.1 are 12. The fixed screws are used whole."""
    order = released(book)
    assert [each.required_quantity for each in order.materials] == [37, Decimal("1.250"), 12]
    done = book.complete(order, 3)
    assert consumed(done) == [12, Decimal("0.375"), 12]
    assert done.started_quantity == 3
    assert [each.actual_quantity for each in done.by_products] == [Decimal("0.600")]
    assert done.operations[0].actual_minutes == 22, "set-up whole"
    assert done.remaining_quantity == 7
    assert book.stock.get("BOARD").available == 1000 - 12, "what was not used is free again"
    check_ledger(book)


@pytest.mark.parametrize(("started", "boards"), [(1, 4), (2, 8), (5, 19), (9, 34), (10, 37)])
def test_whole_units_are_used_in_whole_units(book: OrderMemoryBook, started: int, boards: int) -> None:
    """37 for 10, so a tenth of 37 for each, rounded up."""
    assert consumed(book.complete(released(book), started))[0] == boards


def test_started_says_how_much_was_begun(book: OrderMemoryBook) -> None:
    done = book.complete(released(book), 3, StartedQuantity=10)
    assert consumed(done) == [37, Decimal("1.250"), 12]
    assert (done.started_quantity, done.remaining_quantity) == figures(10, 7)


def test_an_order_of_a_recipe_starts_the_whole_batch() -> None:
    book = OrderMemoryBook.of(nashik()[0])
    book.fill("RM-MILK-COW", 5000, 52)
    book.fill("RM-CITRIC", 50, 138)
    done = book.complete(released(book, "FG-PANEER", 180, InspectionRequired=False), Decimal("174.6"))
    assert done.started_quantity == 180
    assert consumed(done) == [1000, 2]
    part = released(book, "FG-PANEER", 180, InspectionRequired=False)
    assert consumed(book.complete(part, 90, StartedQuantity=90)) == [500, 1]


def test_actuals_replace_the_standard_of_what_they_name_only(book: OrderMemoryBook) -> None:
    done = book.complete(
        released(book),
        10,
        Materials=[
            {"ItemRefId": "GLUE", "ConsumedQuantity": Decimal("0.9")},
            {"ItemRefId": "GLUE", "ConsumedQuantity": Decimal("0.45")},
            {"ItemRefId": "SCREW", "ConsumedQuantity": 0},
        ],
        Operations=[
            {"Sequence": 1, "ActualMinutes": 30, "ActualCostPerHour": 24},
            {"Sequence": 1, "ActualMinutes": Decimal("12.5"), "ActualCostPerHour": 36},
            {"Sequence": 1, "ActualMinutes": 0},
        ],
        ByProducts=[{"ItemRefId": "SAWDUST", "ActualQuantity": 0}],
    )
    assert consumed(done) == [37, Decimal("1.35"), 0]
    work = done.operations[0]
    assert (work.actual_minutes, work.actual_cost_per_hour) == figures("42.5", 36)
    assert (work.planned_minutes, work.cost_per_hour) == figures(50, 30)
    assert (done.by_products[0].actual_quantity, done.by_products[0].actual_credit) == figures(0, 0)
    kinds = Counter(each.type for each in done.stock_movements)
    assert kinds == {"ProductionConsumption": 2, "ProductionReceipt": 1}, "nothing is posted for nothing"
    assert book.stock.get("SCREW").allocated == 0
    check_ledger(book)


def test_more_may_be_used_than_was_reserved_while_it_is_available(book: OrderMemoryBook) -> None:
    first, second = released(book, planned=100), released(book, planned=100)
    spare = book.stock.get("BOARD").available
    own = first.materials[0].required_quantity
    too_much = {"ItemRefId": "BOARD", "ConsumedQuantity": own + spare + 1}
    refusal = refused_completion(
        book, first, 100, Materials=[too_much, {"ItemRefId": "GLUE", "ConsumedQuantity": 5000}]
    )
    assert refusal.code == "insufficient_stock"
    assert refusal.message == "WO-0001 lacks 2 materials."
    rows = [tuple(row.values())[1:] for row in refusal.details["shortages"]]
    assert rows == [
        ("BOARD", own + spare + 1, own + spare, 1, 1),
        ("GLUE", 5000, Decimal("987.5"), *2 * [Decimal("4012.5")]),
    ]
    done = book.complete(first, 100, Materials=[{"ItemRefId": "BOARD", "ConsumedQuantity": own + spare}])
    assert book.stock.get("BOARD").available == 0
    assert consumed(done)[0] == own + spare
    book.complete(second, 100)
    check_ledger(book)


# Refusals


@pytest.mark.parametrize(
    ("completed", "members", "code", "pointer"),
    [
        (0, {}, "quantities_do_not_balance", "/CompletedQuantity"),
        (11, {}, "quantity_exceeds_planned", "/CompletedQuantity"),
        (9, {"ScrappedQuantity": 2}, "quantity_exceeds_planned", "/CompletedQuantity"),
        (9, {"StartedQuantity": 11}, "quantity_exceeds_planned", "/StartedQuantity"),
        (9, {"ScrappedQuantity": 1, "StartedQuantity": 9}, "quantities_do_not_balance", "/StartedQuantity"),
        (Decimal("1.5"), {}, "fractional_quantity", "/CompletedQuantity"),
        (1, {"ScrappedQuantity": Decimal("0.5")}, "fractional_quantity", "/ScrappedQuantity"),
        (1, {"StartedQuantity": Decimal("1.5")}, "fractional_quantity", "/StartedQuantity"),
        (
            1,
            {"Materials": [{"ItemRefId": "SAWDUST", "ConsumedQuantity": 1}]},
            "unknown_reference",
            "/Materials/0/ItemRefId",
        ),
        (
            1,
            {"Materials": [{"ItemRefId": "BOARD", "ConsumedQuantity": Decimal("1.5")}]},
            "fractional_quantity",
            "/Materials/0/ConsumedQuantity",
        ),
        (
            1,
            {"Materials": [{"ItemRefId": "GLUE", "ConsumedQuantity": Decimal("0.0001")}]},
            "fractional_quantity",
            "/Materials/0/ConsumedQuantity",
        ),
        (
            1,
            {"ByProducts": [{"ItemRefId": "SAWDUST", "ActualQuantity": Decimal("0.1234")}]},
            "fractional_quantity",
            "/ByProducts/0/ActualQuantity",
        ),
        (
            1,
            {"ByProducts": [{"ItemRefId": "BOARD", "ActualQuantity": 1}]},
            "unknown_reference",
            "/ByProducts/0/ItemRefId",
        ),
        (
            1,
            {"Operations": [{"Sequence": 2, "ActualMinutes": 1}]},
            "unknown_reference",
            "/Operations/0/Sequence",
        ),
        (
            1,
            {"Operations": [{"Sequence": 1, "ActualMinutes": 9999999, "ActualCostPerHour": 999999999}]},
            "explosion_too_large",
            None,
        ),
        (
            1,
            {"ByProducts": [{"ItemRefId": "SAWDUST", "ActualQuantity": 999999999}] * 2},
            "explosion_too_large",
            None,
        ),
    ],
)
def test_what_does_not_fit_the_order_is_refused(
    book: OrderMemoryBook, completed: Any, members: dict[str, Any], code: str, pointer: str | None
) -> None:
    """INV-B5, DEC-6."""
    refusal = refused_completion(book, released(book), completed, **members)
    assert (refusal.code, refusal.details.get("pointer")) == (code, pointer)


def test_minutes_that_add_up_to_more_than_can_be_shown_are_a_bad_request(book: OrderMemoryBook) -> None:
    refusal = refused_completion(
        book, released(book), 1, Operations=[{"Sequence": 1, "ActualMinutes": 9999999}] * 2
    )
    assert refusal.details["details"][0]["pointer"] == "/Operations/1/ActualMinutes"


def test_an_order_is_completed_once(book: OrderMemoryBook) -> None:
    """DEC-7, INV-B11, INV-B14: the second finds it Completed; cost and movements stay."""
    order = released(book)
    done = deepcopy(book.complete(order, 4))
    refusal = refused_completion(book, order, 4)
    assert refusal.code == "invalid_state_transition"
    assert refusal.message == "WO-0001 is Completed: it cannot be completed."
    assert refusal.details == {"from": "Completed", "action": "complete", "allowed": ["archive"]}
    assert book.work_orders[order.id] == done


# The quality gate (DEC-8, INV-B13)


def test_an_order_that_needs_an_inspection_waits_for_one(book: OrderMemoryBook) -> None:
    order = released(book, InspectionRequired=True)
    refusal = refused_completion(book, order, 9)
    assert refusal.code == "quality_pending"
    assert refusal.message.endswith("needs a completed inspection and has none.")
    book.inspect(order, "Failed", 9, "Rework")
    refusal = refused_completion(book, order, 9)
    assert (refusal.code, refusal.message) == (
        "quality_failed",
        "QI-0001 of WO-0001 Failed, with disposition Rework.",
    )
    book.inspect(order, "Passed", 9)
    refusal = refused_completion(book, order, 10)
    assert (refusal.code, refusal.details["pointer"]) == ("quantity_exceeds_accepted", "/CompletedQuantity")
    assert refusal.message == "QI-0002 accepted 9; 10 cannot be completed."
    assert book.complete(order, 9, ScrappedQuantity=1).status == "Completed"


def test_what_failed_may_be_used_as_it_is(book: OrderMemoryBook) -> None:
    order = released(book, InspectionRequired=True)
    book.inspect(order, "Failed", 10, "UseAsIs")
    assert book.complete(order, 10).status == "Completed"


def test_the_latest_inspection_decides(book: OrderMemoryBook) -> None:
    order = released(book, InspectionRequired=True)
    book.inspect(order, "Passed", 10)
    book.inspect(order, "Failed", 10, "Scrap")
    assert refused_completion(book, order, 10).code == "quality_failed"


def test_an_order_without_the_gate_ignores_inspections(book: OrderMemoryBook) -> None:
    order = released(book)
    book.inspect(order, "Failed", 0, "Scrap")
    assert book.complete(order, 10).status == "Completed"


def test_content_comes_before_quality_and_quality_before_stock(book: OrderMemoryBook) -> None:
    order = released(book, InspectionRequired=True)
    short = [{"ItemRefId": "GLUE", "ConsumedQuantity": 5000}]
    assert refused_completion(book, order, 11, Materials=short).code == "quantity_exceeds_planned"
    assert refused_completion(book, order, 10, Materials=short).code == "quality_pending"
    book.inspect(order, "Passed", 10)
    assert refused_completion(book, order, 10, Materials=short).code == "insufficient_stock"


# Cost


def test_all_scrap_is_legal_and_its_cost_is_lost(book: OrderMemoryBook) -> None:
    """INV-C4: by-products are still received; nothing else is."""
    done = book.complete(released(book), 0, ScrappedQuantity=10)
    cost = actual(done)
    assert (cost.material, cost.labour, cost.overhead, cost.by_product_credit) == figures(201, 25, 5, 4)
    assert (cost.total, cost.scrap_loss) == figures(227, 227)
    assert cost.actual_unit_cost is None
    assert [each.type for each in done.stock_movements[3:]] == ["ByProductReceipt"]
    assert book.stock.get("BOX").on_hand == 0


def test_scrap_raises_the_unit_cost_of_what_is_good(book: OrderMemoryBook) -> None:
    """INV-C10."""
    costs = []
    for scrapped in range(9):
        done = book.complete(released(book), 10 - scrapped, ScrappedQuantity=scrapped)
        assert actual(done).total == actual(done).material + actual(done).labour + actual(done).overhead - 4
        costs.append(actual(done).actual_unit_cost)
    assert costs == sorted(costs, key=lambda cost: cost or 0)
    assert len(set(costs)) == 9


def test_a_credit_never_exceeds_the_cost(book: OrderMemoryBook) -> None:
    done = book.complete(released(book), 10, ByProducts=[{"ItemRefId": "SAWDUST", "ActualQuantity": 500}])
    cost = actual(done)
    assert (cost.by_product_credit, cost.total, cost.actual_unit_cost) == figures(231, 0, 0)
    assert book.stock.get("BOX").value == 0
    check_ledger(book)
