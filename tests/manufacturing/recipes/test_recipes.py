"""Creating, updating, archiving and restoring recipes: defaults, guards in their order, effects above."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from mock_server.manufacturing import boms, recipes
from mock_server.manufacturing.decimals import unit_cost
from mock_server.manufacturing.formulas import Lookup, formula_of_recipe
from mock_server.manufacturing.units import to_uom
from tests.manufacturing.kitchen import change, figures, fixed, kitchen, make, per_batch, refused, share


def test_a_new_recipe_has_the_documented_defaults() -> None:
    book = kitchen()
    ingredient = {"ItemRefId": "FLOUR", "Basis": "PerBatch", "Quantity": 9}
    recipe = make(book, Ingredients=[ingredient])
    assert (recipe.recipe_number, recipe.version, recipe.revision, recipe.status) == (
        "RCP-0001",
        "1",
        1,
        "Draft",
    )
    assert figures(recipe.batch_uom, recipe.output_per_batch_unit, recipe.expected_yield_percent) == (
        "kg",
        1,
        100,
    )
    assert (recipe.min_batch, recipe.max_batch, recipe.batch_multiple) == (None, None, None)
    assert figures(recipe.overhead_percent, recipe.other_overhead, recipe.service_cost) == (20, 0, 0)
    assert (recipe.inspection_required, recipe.shelf_life_days) == (False, None)
    flour = recipe.ingredients[0]
    assert figures(flour.line_number, flour.uom, flour.conversion_factor) == (1, "kg", 1)
    assert flour.wastage_percent == Decimal("1.5"), "the item's scrap percentage"
    assert figures(flour.quantity, flour.percent) == (9, None)
    assert recipe.created_by_user_ref_id == book.user_ref_id
    assert not book.events, "no topic is planned for recipes"


@pytest.mark.parametrize(
    ("item", "members", "code", "pointer"),
    [
        ("NONE", {}, "unknown_reference", "/ItemRefId"),
        ("OLD", {}, "inactive_item", "/ItemRefId"),
        ("KIT", {}, "unknown_reference", "/ItemRefId"),
        ("BREAD", {"Ingredients": [per_batch("NONE")]}, "unknown_reference", "/Ingredients/0/ItemRefId"),
        ("BREAD", {"Ingredients": [per_batch("OLD")]}, "inactive_item", "/Ingredients/0/ItemRefId"),
        ("BREAD", {"Ingredients": [per_batch("FLOUR", id="x")]}, "unknown_reference", "/Ingredients/0/id"),
        ("BREAD", {"Ingredients": [per_batch("FLOUR", Uom="L")]}, "uom_mismatch", "/Ingredients/0/Uom"),
        ("BREAD", {"Ingredients": [share("FLOUR", 100, Uom="L")]}, "uom_mismatch", "/Ingredients/0/Uom"),
        (
            "BREAD",
            {"Ingredients": [per_batch("FLOUR", ConversionFactor=2)]},
            "uom_mismatch",
            "/Ingredients/0/ConversionFactor",
        ),
        (
            "BREAD",
            {"Ingredients": [fixed("EGG", Decimal("1.5"))]},
            "fractional_quantity",
            "/Ingredients/0/Quantity",
        ),
        (
            "ROLL",
            {"BatchSize": Decimal("4850.5")},
            "fractional_quantity",
            "/BatchSize",
        ),
        ("ROLL", {"MaxBatch": Decimal("99.5")}, "fractional_quantity", "/MaxBatch"),
        ("BREAD", {"MinBatch": Decimal("10.5")}, "batch_size_out_of_range", "/BatchSize"),
        ("BREAD", {"MaxBatch": Decimal("9.5")}, "batch_size_out_of_range", "/BatchSize"),
        ("BREAD", {"BatchMultiple": 3}, "batch_size_out_of_range", "/BatchSize"),
        ("BREAD", {"MinBatch": 12, "MaxBatch": 11}, "batch_size_out_of_range", "/MinBatch"),
        ("BREAD", {"ExpectedYieldPercent": Decimal("0.004")}, "batch_size_out_of_range", "/BatchSize"),
        ("BREAD", {"OutputPerBatchUnit": 999999999}, "batch_size_out_of_range", "/BatchSize"),
        ("BREAD", {"Ingredients": [share("FLOUR", 98)]}, "percentages_must_sum_to_100", "/Ingredients"),
        ("BREAD", {"Ingredients": [per_batch("BREAD")]}, "bom_cycle", "/Ingredients/0/ItemRefId"),
        (
            "BREAD",
            {"ByProducts": [{"ItemRefId": "OLD", "Quantity": 1}]},
            "inactive_item",
            "/ByProducts/0/ItemRefId",
        ),
        (
            "BREAD",
            {"ByProducts": [{"ItemRefId": "CRUMB", "Quantity": 1, "Uom": "L"}]},
            "uom_mismatch",
            "/ByProducts/0/Uom",
        ),
        (
            "BREAD",
            {
                "ByProducts": [
                    {
                        "ItemRefId": "CRUMB",
                        "Quantity": 1,
                        "CostMethod": "CostSharePercent",
                        "CostSharePercent": 60,
                    }
                ]
                * 2
            },
            "cost_share_exceeds_100",
            "/ByProducts",
        ),
    ],
)
def test_a_rule_that_is_broken_names_itself_and_the_place(
    item: str, members: dict[str, Any], code: str, pointer: str
) -> None:
    book = kitchen()
    refusal = refused(lambda: make(book, item, **members))
    assert (refusal.code, refusal.details) == (code, {"pointer": pointer})
    assert not book.recipes


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"Ingredients": []}, "/Ingredients"),
        (
            {"Operations": [{"Sequence": 1, "Name": "x", "MinutesPerBatch": 1, "CostPerHour": 1}] * 2},
            "/Operations/1/Sequence",
        ),
    ],
)
def test_what_no_schema_can_say_is_a_bad_request(members: dict[str, Any], pointer: str) -> None:
    refusal = refused(lambda: make(kitchen(), **members))
    assert refusal.code == "invalid_request"
    assert refusal.details["details"][0]["pointer"] == pointer


@pytest.mark.parametrize("total", ["99.99", "100", "100.01"])
def test_percentages_may_miss_100_by_a_hundredth(total: str) -> None:
    shares = [share("FLOUR", 60), share("YEAST", Decimal(total) - 60)]
    assert make(kitchen(), Ingredients=shares).total_cost > 0


@pytest.mark.parametrize("total", ["99.989", "100.010001"])
def test_percentages_may_not_miss_100_by_more(total: str) -> None:
    shares = [share("FLOUR", 60), share("YEAST", Decimal(total) - 60)]
    refusal = refused(lambda: make(kitchen(), Ingredients=shares))
    assert refusal.message == f"The ingredients add up to {total} percent."


def test_percentages_beside_quantities_need_not_sum_to_100() -> None:
    recipe = make(kitchen(), Ingredients=[share("FLOUR", 60), per_batch("YEAST", 1)])
    assert recipe.material_cost == 6 * 2 + 5
    assert [each.quantity for each in recipe.ingredients] == [None, 1]


def test_a_quantity_per_batch_may_be_a_fraction_of_a_whole_unit() -> None:
    book = kitchen()
    recipe = make(book, Ingredients=[per_batch("EGG", Decimal("2.5"))])
    assert recipe.material_cost == 15
    needs = formula_of_recipe(Lookup(book), recipe, Decimal(10)).needs
    assert to_uom(needs[0].variable, "NOS") == 3


def test_an_ingredient_in_another_unit_is_converted_by_its_factor() -> None:
    recipe = make(
        kitchen(), Ingredients=[per_batch("YEAST", 4, Uom="NOS", ConversionFactor=Decimal("0.025"))]
    )
    assert recipe.material_cost == Decimal("0.5")


def test_an_output_in_whole_units_is_rounded_half_up() -> None:
    book = kitchen()
    recipe = make(book, "ROLL", BatchUom="kg", BatchSize=1, OutputPerBatchUnit=Decimal("12.5"))
    assert recipe.expected_output == 13
    assert make(book, "ROLL", BatchUom="kg", BatchSize=1, OutputPerBatchUnit=12.4).expected_output == 12


def test_a_cycle_is_found_through_boms_and_recipes_together() -> None:
    book = kitchen()
    make(book, Status="Active", Ingredients=[per_batch("YEAST")])
    line = {"Lines": [{"ItemRefId": "BREAD", "Quantity": 1}], "ItemRefId": "ROLL", "Status": "Active"}
    book.attempt(lambda: boms.create(book, {"Name": "Roll", **line}))
    refusal = refused(lambda: make(book, "YEAST", Ingredients=[per_batch("FLOUR"), per_batch("ROLL")]))
    assert refusal.code == "bom_cycle"
    assert "YEAST → ROLL → BREAD → YEAST" in refusal.message
    assert refusal.details == {"pointer": "/Ingredients/1/ItemRefId"}
    closing = {"Name": "Yeast", "ItemRefId": "YEAST", "Lines": [{"ItemRefId": "ROLL", "Quantity": 1}]}
    assert refused(lambda: boms.create(book, closing)).details == {"pointer": "/Lines/0/ItemRefId"}


def test_a_recipe_counts_in_the_graph_beside_the_active_bom_of_its_item() -> None:
    book = kitchen()
    make(book, Status="Active", Ingredients=[per_batch("YEAST")])
    flour = {"Lines": [{"ItemRefId": "FLOUR", "Quantity": 1}], "ItemRefId": "BREAD", "Status": "Active"}
    book.attempt(lambda: boms.create(book, {"Name": "Bread", **flour}))
    refusal = refused(lambda: make(book, "YEAST", Ingredients=[per_batch("BREAD")]))
    assert refusal.code == "bom_cycle", "archiving the BOM would close it"


def test_boms_and_recipes_above_follow_the_cost_of_a_recipe_and_a_bom_takes_its_place() -> None:
    book = kitchen()
    line = {"ItemRefId": "BREAD", "Quantity": 3}
    bom = book.attempt(
        lambda: boms.create(book, {"Name": "Set", "ItemRefId": "KIT", "Lines": [line]} | PHANTOM)
    )
    toast = make(book, "ROLL", Ingredients=[per_batch("BREAD", 5)])
    assert figures(bom.total_cost, toast.total_cost) == (0, 0)
    bread = make(book, Status="Active")
    assert figures(book.boms[bom.id].total_cost, book.recipes[toast.id].total_cost) == (6, 10)
    after = change(book, bread, OtherOverhead=10)
    assert figures(after.unit_cost, after.revision) == (3, 2)
    assert figures(book.boms[bom.id].total_cost, book.recipes[toast.id].total_cost) == (9, 15)
    assert book.recipes[toast.id].revision == 1
    assert book.recipes[toast.id].levels == 2
    own = {"Name": "Bread", "ItemRefId": "BREAD", "Status": "Active"}
    book.attempt(lambda: boms.create(book, {**own, "Lines": [{"ItemRefId": "YEAST", "Quantity": 1}]}))
    assert figures(book.boms[bom.id].total_cost, book.recipes[toast.id].total_cost) == (15, 25)


PHANTOM = {"Type": "Phantom", "Status": "Active"}


def test_numbers_and_references_are_unique_among_recipes_only() -> None:
    book = kitchen()
    make(book, RecipeNumber="RCP-0001", ExternalReference="LIMS-1")
    assert make(book).recipe_number == "RCP-0002"
    assert refused(lambda: make(book, RecipeNumber="RCP-0001")).code == "duplicate_number"
    assert make(book, RecipeNumber="RCP-0001", Version="2").label == "RCP-0001 version 2"
    assert refused(lambda: make(book, ExternalReference="LIMS-1")).code == "duplicate_number"
    roll = {"Name": "Roll", "ItemRefId": "ROLL", "Lines": [{"ItemRefId": "FLOUR", "Quantity": 1}]}
    body = {**roll, "BomNumber": "RCP-0001", "ExternalReference": "LIMS-1"}
    assert book.attempt(lambda: boms.create(book, body)).bom_number == "RCP-0001"


def test_a_second_active_recipe_is_refused_unless_it_replaces_the_first() -> None:
    book = kitchen()
    first = make(book, Status="Active")
    second = make(book, Ingredients=[per_batch("YEAST", 10)])
    refusal = refused(lambda: change(book, second, Status="Active"))
    assert refusal.code == "active_recipe_exists"
    assert first.label in refusal.message
    after = change(book, second, Status="Active", ReplaceActive=True)
    assert (after.status, after.revision) == ("Active", 2)
    assert (book.recipes[first.id].status, book.recipes[first.id].revision) == ("Draft", 2)
    third = make(book, Status="Active", ReplaceActive=True)
    assert book.recipes.active("BREAD") is third


def test_an_item_may_have_an_active_bom_and_an_active_recipe() -> None:
    book = kitchen()
    recipe = make(book, Status="Active")
    own = {"Name": "Bread", "ItemRefId": "BREAD", "Status": "Active"}
    bom = book.attempt(lambda: boms.create(book, {**own, "Lines": [{"ItemRefId": "YEAST", "Quantity": 1}]}))
    assert (book.recipes.active("BREAD"), book.boms.active("BREAD")) == (recipe, bom)
    assert [each.id for each in Lookup(book).active_formulas("BREAD")] == [bom.id, recipe.id]


def test_content_rules_come_before_conflicts_with_other_recipes() -> None:
    book = kitchen()
    make(book, RecipeNumber="R", Status="Active")
    body = {"RecipeNumber": "R", "Status": "Active"}
    assert refused(lambda: make(book, **body, Ingredients=[per_batch("BREAD")])).code == "bom_cycle"
    assert refused(lambda: make(book, **body)).code == "duplicate_number"


def test_an_update_of_one_field_leaves_every_other_untouched() -> None:
    book = kitchen()
    steps = [{"Sequence": 1, "Name": "Knead", "Instructions": "Long.", "DurationMinutes": 12}]
    recipe = make(book, MaxBatch=20, ShelfLifeDays=3, Steps=steps, ExternalReference="x", Status="Active")
    after = change(book, recipe, Notes="Check the oven.")
    assert after == replace(
        recipe, notes="Check the oven.", revision=2, repository_version=2, updated_at=after.updated_at
    )
    assert after.updated_at > recipe.updated_at
    assert figures(after.steps[0].instructions, after.steps[0].duration_minutes) == ("Long.", 12)


def test_null_clears_and_an_equal_value_changes_nothing() -> None:
    book = kitchen()
    recipe = make(book, MinBatch=5, MaxBatch=20, BatchMultiple=5, ShelfLifeDays=3, Notes="n", Version="7")
    cleared = dict.fromkeys(("MinBatch", "MaxBatch", "BatchMultiple", "ShelfLifeDays", "Notes", "Version"))
    after = change(book, recipe, **cleared)
    assert (after.min_batch, after.max_batch, after.batch_multiple) == (None, None, None)
    assert (after.shelf_life_days, after.notes, after.version) == (None, None, "1")
    writes = list(book.writes)
    line = per_batch("FLOUR", Decimal("10.000"), id=after.ingredients[0].id)
    same = change(book, after, BatchSize=Decimal("10.0"), Ingredients=[line], ReplaceActive=True)
    assert same is book.recipes[recipe.id]
    assert book.writes == writes


def test_the_expected_output_follows_the_batch() -> None:
    book = kitchen()
    after = change(book, make(book), BatchSize=40, ExpectedYieldPercent=95)
    assert after.expected_output == 38
    assert after.unit_cost == unit_cost(Fraction(20, 38))


def test_ingredients_that_are_given_replace_the_list_and_known_ones_keep_their_ids() -> None:
    book = kitchen()
    recipe = make(book, Ingredients=[per_batch("FLOUR"), per_batch("YEAST")])
    first, second = (each.id for each in recipe.ingredients)
    after = change(book, recipe, Ingredients=[per_batch("EGG", 2), share("YEAST", 7, id=second)])
    assert [(each.item_code, each.line_number) for each in after.ingredients] == [("EGG", 1), ("YEAST", 2)]
    assert after.ingredients[1].id == second
    refusal = refused(lambda: change(book, recipe, Ingredients=[per_batch("FLOUR", id=first)]))
    assert refusal.code == "unknown_reference", "the id left with its ingredient"


def test_an_archived_recipe_can_only_be_restored() -> None:
    book = kitchen()
    recipe = make(book)
    assert book.attempt(lambda: recipes.archive(book, [recipe.id, "nothing", recipe.id])) == 1
    refusal = refused(lambda: change(book, recipe, Ingredients=[per_batch("NONE")]))
    assert refusal.code == "invalid_state_transition"
    assert refusal.details == {"from": "Archived", "action": "update", "allowed": ["restore"]}
    assert book.attempt(lambda: recipes.restore(book, [recipe.id, "nothing"])) == 1
    assert book.attempt(lambda: recipes.restore(book, [recipe.id])) == 0
    assert (book.recipes[recipe.id].status, book.recipes[recipe.id].revision) == ("Draft", 3)


def test_of_two_formerly_active_recipes_the_first_restored_is_active_again() -> None:
    book = kitchen()
    first = make(book, Status="Active")
    book.attempt(lambda: recipes.archive(book, [first.id]))
    second = make(book, Status="Active", Ingredients=[per_batch("YEAST")])
    book.attempt(lambda: recipes.archive(book, [second.id]))
    assert book.attempt(lambda: recipes.restore(book, [second.id, first.id])) == 2
    assert (book.recipes[second.id].status, book.recipes[first.id].status) == ("Active", "Draft")


def test_consumers_of_an_archived_recipe_fall_back_to_the_standard_cost() -> None:
    book = kitchen()
    book.change("BREAD", standard_cost=Decimal("7.5"))
    bread = make(book, Status="Active")
    toast = make(book, "ROLL", Ingredients=[per_batch("BREAD", 2)])
    book.attempt(lambda: recipes.archive(book, [bread.id]))
    assert book.recipes[toast.id].total_cost == 15
    book.attempt(lambda: recipes.restore(book, [bread.id]))
    assert book.recipes[toast.id].total_cost == 4


def test_restore_refuses_the_whole_set_for_one_inactive_item_or_cycle() -> None:
    book = kitchen()
    bread = make(book, Status="Active", Ingredients=[per_batch("YEAST")])
    roll = make(book, "ROLL", Status="Active")
    book.attempt(lambda: recipes.archive(book, [bread.id, roll.id]))
    yeast = make(book, "YEAST", Status="Active", Ingredients=[per_batch("BREAD")])
    assert refused(lambda: recipes.restore(book, [roll.id, bread.id])).code == "bom_cycle"
    book.attempt(lambda: recipes.archive(book, [yeast.id]))
    book.change("YEAST", is_active=False)
    assert refused(lambda: recipes.restore(book, [roll.id, bread.id])).code == "inactive_item"
    assert book.recipes[roll.id].is_archived


def test_figures_beyond_the_contract_are_refused_and_not_cut() -> None:
    book = kitchen()
    big = per_batch("YEAST", 999999999, WastagePercent=1000)
    assert refused(lambda: make(book, Ingredients=[big] * 300)).code == "explosion_too_large"
