"""Work orders until they are released: what may be written, and what a Draft shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import boms, recipes, work_orders
from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.work_orders import WorkOrder, shown_work_order
from tests.manufacturing.demo import body, nashik, pune, recipe_body
from tests.manufacturing.order_book import OrderMemoryBook, check_ledger, figures, without_revision
from tests.manufacturing.order_shop import active, refused, stocked, wheel_shop


@pytest.fixture
def book() -> OrderMemoryBook:
    return wheel_shop()


# Creating


def test_a_new_order_has_the_documented_defaults(book: OrderMemoryBook) -> None:
    """INV-B2: nothing reserved, nothing moved, nothing made."""
    order = book.order("WHEEL", 40)
    assert (order.work_order_number, order.status, order.revision) == ("WO-0001", "Draft", 1)
    assert (order.bom_ref_id, order.bom_version) == (active(book, "WHEEL"), "1")
    assert (order.recipe_ref_id, order.recipe_version) == (None, None)
    assert (order.priority, order.inspection_required, order.uom) == ("Normal", True, "NOS")
    assert (order.planned_quantity, order.remaining_quantity) == figures(40, 40)
    assert (order.started_quantity, order.completed_quantity, order.scrapped_quantity) == figures(0, 0, 0)
    assert (order.allocations, order.stock_movements) == ([], [])
    assert (order.actual_cost, order.variance) == (None, None)
    assert order.created_by_user_ref_id == book.user_ref_id
    assert not book.events, "creating has no topic"
    check_ledger(book)


def test_a_draft_shows_its_materials_work_and_planned_cost(book: OrderMemoryBook) -> None:
    """N-4: 36.72 spokes a wheel are 1468.8 for 40, so 1469, not 4 times 368."""
    order = book.order("WHEEL", 40)
    needs = [(each.item_code, each.required_quantity, each.cost) for each in order.materials]
    assert needs == [
        ("RIM", 40, Decimal("26000.00")),
        ("SPOKE", 1469, Decimal("9548.50")),
        ("TAPE", Decimal("88.000"), Decimal("1056.00")),
    ]
    assert all(each.allocated_quantity == each.consumed_quantity == 0 for each in order.materials)
    [work] = order.operations
    assert (work.planned_minutes, work.actual_minutes) == (Decimal(615), None)
    cost = order.planned_cost
    elements = (cost.material, cost.labour, cost.overhead, cost.other_overhead, cost.by_product_credit)
    assert elements == tuple(map(Decimal, ("36604.50", "2050.00", "410.00", "0", "0")))
    assert cost.total == Decimal("39064.50")
    assert cost.standard_unit_cost == Decimal("976.6125")


def test_n4_whole_units_are_rounded_once_for_the_whole_order(book: OrderMemoryBook) -> None:
    for planned, spokes in ((10, 368), (20, 735), (40, 1469)):
        [need] = [each for each in book.order("WHEEL", planned).materials if each.item_code == "SPOKE"]
        assert need.required_quantity == spokes


def test_members_of_the_body_replace_the_defaults(book: OrderMemoryBook) -> None:
    order = book.order(
        "WHEEL",
        5,
        WorkOrderNumber="MES-7",
        InspectionRequired=False,
        Priority="Urgent",
        DueDate="2026-06-20",
        PlannedStartDate="2026-06-16",
        PlannedEndDate="2026-06-16",
        LotNumber="L-1",
        Notes="Use the jig.",
        ExternalReference="X-1",
    )
    assert (order.work_order_number, order.inspection_required, order.priority) == ("MES-7", False, "Urgent")
    assert (order.due_date, order.planned_end_date) == (date(2026, 6, 20), date(2026, 6, 16))
    assert (order.lot_number, order.notes, order.external_reference) == ("L-1", "Use the jig.", "X-1")


@pytest.mark.parametrize(
    ("item", "members", "code", "pointer"),
    [
        ("NONE", {}, "unknown_reference", "/ItemRefId"),
        ("OLD", {}, "inactive_item", "/ItemRefId"),
        ("PLAIN", {}, "bom_not_active", "/ItemRefId"),
        ("CART", {}, "wrong_bom_type", "/ItemRefId"),
        ("KIT", {}, "wrong_bom_type", "/ItemRefId"),
        ("WHEEL", {"BomRefId": "none"}, "unknown_reference", "/BomRefId"),
        ("WHEEL", {"RecipeRefId": "none"}, "unknown_reference", "/RecipeRefId"),
        ("WHEEL", {"PlannedQuantity": Decimal("20.5")}, "fractional_quantity", "/PlannedQuantity"),
        (
            "WHEEL",
            {"DueDate": "2026-04-10", "PlannedStartDate": "2026-04-14"},
            "date_not_allowed",
            "/DueDate",
        ),
        (
            "WHEEL",
            {"PlannedEndDate": "2026-04-13", "PlannedStartDate": "2026-04-14"},
            "date_not_allowed",
            "/PlannedEndDate",
        ),
        ("WHEEL", {"PlannedQuantity": 999999999}, "explosion_too_large", None),
    ],
)
def test_a_rule_that_is_broken_names_itself_and_the_place(
    book: OrderMemoryBook, item: str, members: dict[str, Any], code: str, pointer: str | None
) -> None:
    refusal = refused(
        book, lambda: book.order(item, **{"planned": members.pop("PlannedQuantity", 1), **members})
    )
    assert (refusal.code, refusal.details.get("pointer")) == (code, pointer)


def test_a_bom_that_is_named_must_be_of_the_item_for_manufacture_and_not_archived(
    book: OrderMemoryBook,
) -> None:
    cart, wheel = active(book, "CART"), active(book, "WHEEL")
    assert refused(book, lambda: book.order("WHEEL", 1, BomRefId=cart)).code == "unknown_reference"
    refusal = refused(book, lambda: book.order("CART", 1, BomRefId=cart))
    assert (refusal.code, refusal.details["pointer"]) == ("wrong_bom_type", "/BomRefId")
    book.attempt(lambda: boms.archive(book, [wheel]))
    refusal = refused(book, lambda: book.order("WHEEL", 1, BomRefId=wheel))
    assert refusal.code == "bom_not_active"
    assert refusal.message == "BomRefId names BOM-0001 version 1, which is Archived."


def test_a_draft_bom_may_be_named(book: OrderMemoryBook) -> None:
    draft = boms.create(book, body("PLAIN", "RIM 1", Status="Draft"))
    assert book.order("PLAIN", 1, BomRefId=draft.id).bom_ref_id == draft.id


def test_a_day_that_no_calendar_has_is_a_bad_request(book: OrderMemoryBook) -> None:
    refusal = refused(book, lambda: book.order("WHEEL", 1, DueDate="2026-02-30"))
    assert refusal.details["details"][0]["pointer"] == "/DueDate"


def test_numbers_and_references_are_unique(book: OrderMemoryBook) -> None:
    """INV-G9: generated numbers pass over those that clients have chosen."""
    book.order("WHEEL", 1, WorkOrderNumber="WO-0001", ExternalReference="X-1")
    assert book.order("WHEEL", 1).work_order_number == "WO-0002"
    refusal = refused(book, lambda: book.order("WHEEL", 1, WorkOrderNumber="WO-0002"))
    assert (refusal.code, refusal.details["pointer"]) == ("duplicate_number", "/WorkOrderNumber")
    refusal = refused(book, lambda: book.order("WHEEL", 1, ExternalReference="X-1"))
    assert (refusal.code, refusal.details["pointer"]) == ("duplicate_number", "/ExternalReference")
    other = book.order("WHEEL", 1, ExternalReference="X-2")
    assert refused(book, lambda: book.change_order(other, ExternalReference="X-1")).code == "duplicate_number"
    assert refused(book, lambda: book.change_order(other, WorkOrderNumber="WO-0001")).code == (
        "duplicate_number"
    )
    assert book.change_order(other, ExternalReference="X-2") == other


# Recipes


@pytest.fixture
def dairy() -> OrderMemoryBook:
    return OrderMemoryBook.of(nashik()[0])


def test_an_item_with_a_recipe_takes_its_active_one(dairy: OrderMemoryBook) -> None:
    order = dairy.order("FG-PANEER", 180)
    assert (order.bom_ref_id, order.recipe_version, order.inspection_required) == (None, "2", True)
    assert [each.required_quantity for each in order.materials] == [1000, 2]
    assert order.planned_cost.total == Decimal("53416.00"), "N-2"
    assert order.planned_cost.standard_unit_cost == Decimal("296.755556"), "N-2"


def test_n5_an_order_of_packs_costs_what_whole_packs_and_cases_cost(dairy: OrderMemoryBook) -> None:
    order = dairy.order("FG-NECTAR-200", 4850)
    needs = {each.item_code: each.required_quantity for each in order.materials}
    assert (needs["PK-TETRA-200"], needs["PK-CASE-40"]) == figures(4899, 122)
    assert order.planned_cost.total == Decimal("37392.80")
    assert order.planned_cost.standard_unit_cost == Decimal("7.709856")


def test_the_active_bom_goes_before_the_active_recipe(dairy: OrderMemoryBook) -> None:
    boms.create(dairy, body("FG-PANEER", "RM-MILK-COW 6"))
    assert dairy.order("FG-PANEER", 1).recipe_ref_id is None
    recipe = dairy.recipes.active("FG-PANEER")
    assert recipe is not None
    assert dairy.order("FG-PANEER", 180, RecipeRefId=recipe.id).bom_ref_id is None


def test_the_recipe_that_is_named_must_not_be_archived(dairy: OrderMemoryBook) -> None:
    old = next(each for each in dairy.recipes.values() if each.recipe_number == "RCP-0005")
    refusal = refused(dairy, lambda: dairy.order("FG-PANEER", 150, RecipeRefId=old.id))
    assert refusal.code == "recipe_not_active"
    assert refusal.message == "RecipeRefId names RCP-0005 version 1, which is Archived."
    assert refusal.details["pointer"] == "/RecipeRefId"


def test_an_order_keeps_to_the_batch_limits_of_its_recipe(dairy: OrderMemoryBook) -> None:
    percent = next(each for each in dairy.recipes.values() if each.recipe_number == "RCP-0004")
    refusal = refused(dairy, lambda: dairy.order("FG-NECTAR-200", 12125, RecipeRefId=percent.id))
    assert (refusal.code, refusal.details["pointer"]) == ("batch_size_out_of_range", "/PlannedQuantity")
    order = dairy.order("FG-NECTAR-200", 9700, RecipeRefId=percent.id)
    refusal = refused(dairy, lambda: dairy.change_order(order, PlannedQuantity=9701))
    assert refusal.code == "batch_size_out_of_range"
    # Limits that were narrowed later do not stand in the way of anything but a new quantity.
    dairy.attempt(lambda: recipes.update(dairy, percent, {"MaxBatch": 1000}))
    assert dairy.change_order(order, Notes="Same batch.").notes == "Same batch."
    assert shown_work_order(dairy, Lookup(dairy), order).order.materials


def test_a_recipe_must_be_active_to_be_released(dairy: OrderMemoryBook) -> None:
    order = dairy.order("FG-PANEER", 180, WorkOrderNumber="WO-9")
    dairy.fill("RM-MILK-COW", 1000, 52)
    dairy.fill("RM-CITRIC", 2, 138)
    dairy.attempt(lambda: recipes.archive(dairy, [order.recipe_ref_id or ""]))
    refusal = refused(dairy, lambda: dairy.release(order))
    assert refusal.code == "recipe_not_active"
    assert refusal.message == "WO-9 is made from RCP-0001 version 2, which is Archived."


# Updating


def test_an_update_of_one_field_leaves_every_other_untouched(book: OrderMemoryBook) -> None:
    """INV-G5."""
    order = book.order("WHEEL", 40, Notes="A", DueDate="2026-06-20", LotNumber="L")
    after = book.change_order(order, Priority="High")
    assert (after.revision, after.updated_at) == (2, book.now)
    assert without_revision(after) == replace(without_revision(order), priority="High")
    assert not book.events, "updating has no topic"


def test_null_clears_and_an_equal_value_changes_nothing(book: OrderMemoryBook) -> None:
    order = book.order("WHEEL", 40, Notes="A", DueDate="2026-06-20", LotNumber="L")
    same = {
        "PlannedQuantity": Decimal("40.0"),
        "BomRefId": order.bom_ref_id,
        "RecipeRefId": None,
        "ItemRefId": "WHEEL",
        "Notes": "A",
        "DueDate": "2026-06-20",
    }
    assert book.change_order(order, **same) is book.work_orders[order.id]
    after = book.change_order(order, Notes=None, DueDate=None, LotNumber=None)
    assert (after.notes, after.due_date, after.lot_number) == (None, None, None)


def test_another_quantity_changes_what_is_needed(book: OrderMemoryBook) -> None:
    after = book.change_order(book.order("WHEEL", 40), PlannedQuantity=20)
    assert [each.required_quantity for each in after.materials] == [20, 735, 44]
    assert (after.remaining_quantity, after.planned_cost.labour) == figures(20, "1050.00")


def test_another_item_takes_its_own_formula(book: OrderMemoryBook) -> None:
    plain = boms.create(book, body("PLAIN", "TAPE 3"))
    other = boms.create(book, body("PLAIN", "TAPE 4", Status="Draft", Version="2"))
    order = book.order("WHEEL", 2)
    after = book.change_order(order, ItemRefId="PLAIN")
    assert (after.item_code, after.bom_ref_id) == ("PLAIN", plain.id)
    assert [each.item_code for each in after.materials] == ["TAPE"]
    named = book.change_order(after, BomRefId=other.id)
    assert (named.bom_ref_id, named.bom_version) == (other.id, "2")
    assert book.change_order(named, BomRefId=None).bom_ref_id == plain.id, "null takes the Active one"
    assert refused(book, lambda: book.change_order(order, ItemRefId="CART")).code == "wrong_bom_type"
    assert refused(book, lambda: book.change_order(order, ItemRefId="OLD")).code == "inactive_item"


def test_a_recipe_that_is_named_takes_the_place_of_the_bom(book: OrderMemoryBook) -> None:
    recipe = book.attempt(lambda: recipes.create(book, recipe_body("WHEEL", 5, "RIM 6")))
    order = book.order("WHEEL", 5)
    after = book.change_order(order, RecipeRefId=recipe.id)
    assert (after.bom_ref_id, after.bom_version, after.recipe_ref_id) == (None, None, recipe.id)
    back = book.change_order(after, BomRefId=active(book, "WHEEL"))
    assert (back.bom_ref_id, back.recipe_ref_id) == (active(book, "WHEEL"), None)


def test_null_for_the_formula_that_is_not_there_chooses_no_other_one(book: OrderMemoryBook) -> None:
    order = book.order("WHEEL", 5, BomRefId=boms.create(book, body("WHEEL", "RIM 1", Status="Draft")).id)
    assert book.change_order(order, RecipeRefId=None).revision == 1
    assert book.change_order(order, BomRefId=None).bom_ref_id == active(book, "WHEEL")


def test_a_draft_on_a_bom_that_is_archived_since_can_still_get_a_note(book: OrderMemoryBook) -> None:
    order = book.order("WHEEL", 2)
    book.attempt(lambda: boms.archive(book, [active(book, "WHEEL")]))
    assert book.change_order(order, Notes="Use the new one?").revision == 2


def test_a_released_order_changes_only_in_what_has_no_effect(book: OrderMemoryBook) -> None:
    order = book.release(stocked(book).order("WHEEL", 40))
    after = book.change_order(
        order,
        Notes="Later.",
        DueDate="2026-06-20",
        PlannedStartDate="2026-06-01",
        PlannedEndDate="2026-06-19",
        Priority="High",
        ExternalReference="X",
        PlannedQuantity=40,
        BomRefId=order.bom_ref_id,
        RecipeRefId=None,
    )
    assert (after.revision, after.priority, after.status) == (3, "High", "InProgress")
    assert after.materials == order.materials


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("PlannedQuantity", 41),
        ("WorkOrderNumber", "WO-9"),
        ("ItemRefId", "PLAIN"),
        ("BomRefId", None),
        ("RecipeRefId", "x"),
        ("InspectionRequired", False),
        ("LotNumber", "L"),
    ],
)
def test_what_release_has_fixed_can_no_longer_change(book: OrderMemoryBook, member: str, value: Any) -> None:
    order = book.release(stocked(book).order("WHEEL", 40))
    refusal = refused(book, lambda: book.change_order(order, **{member: value, "Notes": "x"}))
    assert refusal.code == "invalid_state_transition"
    assert refusal.message == f"WO-0001 is InProgress: {member} can no longer change."
    assert refusal.details == {"from": "InProgress", "action": "update", "allowed": ["complete", "cancel"]}


# What a Draft shows


def test_a_draft_follows_its_bom_without_a_new_revision(book: OrderMemoryBook) -> None:
    """DEC-9."""
    order = book.order("WHEEL", 10, DueDate="2026-06-14")
    bom = book.boms[active(book, "WHEEL")]
    lines = [{"ItemRefId": "RIM", "Quantity": 20}]
    book.attempt(lambda: boms.update(book, bom, {"Lines": lines, "Version": "1b"}))
    shown = shown_work_order(book, Lookup(book), order)
    assert [(each.item_code, each.required_quantity) for each in shown.order.materials] == [
        ("RIM", Decimal(20))
    ]
    assert (shown.order.bom_version, shown.order.revision) == ("1b", 1)
    assert shown.order.planned_cost.material == Decimal("13000.00")
    assert len(book.work_orders[order.id].materials) == 3, "as it was written"


def test_a_draft_follows_the_standard_cost_of_its_components(book: OrderMemoryBook) -> None:
    order = book.order("WHEEL", 10)
    book.change("RIM", standard_cost=Decimal(660))
    assert shown_work_order(book, Lookup(book), order).order.planned_cost.material == Decimal("9256.00")


def test_a_draft_whose_bom_makes_something_else_by_now_shows_what_it_did(book: OrderMemoryBook) -> None:
    order = book.order("WHEEL", 10)
    bom = book.boms[active(book, "WHEEL")]
    book.attempt(lambda: boms.update(book, bom, {"ItemRefId": "PLAIN"}))
    assert shown_work_order(book, Lookup(book), order).order == order
    refusal = refused(stocked(book), lambda: book.release(order))
    assert refusal.message == "WO-0001 is made from BOM-0001 version 1, which makes PLAIN now."


def test_a_draft_that_has_become_too_large_is_still_shown(book: OrderMemoryBook) -> None:
    order = book.order("WHEEL", 400000)
    bom = book.boms[active(book, "WHEEL")]
    lines = [{"ItemRefId": "TAPE", "Quantity": 99999}]
    book.attempt(lambda: boms.update(book, bom, {"Lines": lines}))
    assert shown_work_order(book, Lookup(book), order).order.materials == order.materials
    assert refused(book, lambda: book.release(order)).code == "explosion_too_large"


@pytest.mark.parametrize(
    ("due", "overdue"), [(None, False), ("2026-06-16", False), ("2026-06-15", False), ("2026-06-14", True)]
)
def test_an_open_order_is_overdue_from_the_day_after_it_is_due(
    book: OrderMemoryBook, due: str | None, overdue: bool
) -> None:
    """DEC-17."""
    order = stocked(book).order("WHEEL", 10, DueDate=due, InspectionRequired=False)
    assert shown_work_order(book, Lookup(book), order).overdue is overdue
    order = book.release(order)
    assert shown_work_order(book, Lookup(book), order).overdue is overdue
    assert shown_work_order(book, Lookup(book), order).order is order
    assert shown_work_order(book, Lookup(book), book.complete(order, 10)).overdue is False


def test_creating_is_one_write() -> None:
    book = OrderMemoryBook.of(pune()[0])
    book.writes.clear()
    order: WorkOrder = work_orders.create(book, {"ItemRefId": "SF-WHEEL-R", "PlannedQuantity": 3})
    assert book.writes == [order.id]
