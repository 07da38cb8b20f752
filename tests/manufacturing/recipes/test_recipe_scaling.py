"""Recipes at the scale of an order: the figures of the dairy, batches, limits, needs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from mock_server.manufacturing import boms, recipes
from mock_server.manufacturing.decimals import amount, unit_cost
from mock_server.manufacturing.formulas import Lookup, Recipe, order_needs, unpack
from mock_server.manufacturing.formulas.batches import (
    batch_count,
    batch_factor,
    check_batch,
    formula_of_recipe,
)
from mock_server.manufacturing.units import to_uom
from mock_server.refused import Refused
from tests.manufacturing.demo import nashik
from tests.manufacturing.kitchen import figures, fixed, kitchen, make, per_batch

DAIRY, RECIPES = nashik()


def costs(recipe: Recipe) -> tuple[str, ...]:
    parts = (
        recipe.material_cost,
        recipe.labour_cost,
        recipe.overhead_cost,
        recipe.by_product_credit,
        recipe.total_cost,
        recipe.unit_cost,
    )
    return tuple(f"{figure:f}" for figure in parts)


def test_n2_the_standard_cost_of_paneer() -> None:
    paneer = RECIPES["RCP-0001"]
    assert costs(paneer) == ("52276.00", "720.00", "1380.00", "960.00", "53416.00", "296.755556")
    assert paneer.total_cost + paneer.by_product_credit == 54376
    assert [line.line_cost for line in paneer.ingredients] == [52000, 276]


def test_n3_the_cost_of_separation_is_shared_by_sales_value() -> None:
    cream = RECIPES["RCP-0003"]
    assert costs(cream) == ("52000.00", "720.00", "180.00", "32963.05", "19936.95", "249.211814")
    assert round(cream.by_product_credit / 905, 4) == Decimal("36.4233")
    assert round(Fraction(20800 * 100, 20800 + 34390), 4) == Fraction("37.6880")


def test_n5_the_standard_cost_of_nectar_is_exact_before_it_is_rounded() -> None:
    nectar = RECIPES["RCP-0002"]
    assert nectar.expected_output == 4850
    assert (nectar.total_cost, nectar.unit_cost) == (Decimal("37378.25"), Decimal("7.706856"))
    assert unpack(nectar.exact_cost).unit == Fraction("37378.25") / 4850


def test_n5_an_order_takes_whole_packs_and_cases() -> None:
    """N-5."""
    formula = formula_of_recipe(Lookup(DAIRY), RECIPES["RCP-0002"], Decimal(4850))
    required = rounded(formula)
    assert figures(required["PK-TETRA-200"], required["PK-CASE-40"]) == (4899, 122)
    material = sum(
        (amount(quantity * (DAIRY.items[item].standard_cost or 0)) for item, quantity in required.items()),
        Decimal(0),
    )
    labour = sum(Fraction(work.run_minutes) / 60 * Fraction(work.cost_per_hour) for work in formula.work)
    overhead = labour * Fraction(formula.overhead_percent) / 100 + formula.other_overhead
    planned = Fraction(material) + labour + overhead
    assert planned == Fraction("37392.80")
    assert f"{round(unit_cost(planned / 4850), 4)}" == "7.7099"


def rounded(formula: order_needs.OrderFormula) -> dict[str, Decimal]:
    return {
        need.item_ref_id: to_uom(need.variable + need.fixed, DAIRY.items[need.item_ref_id].uom)
        for need in formula.needs
    }


def test_percent_of_batch_is_read_in_the_unit_of_the_ingredient() -> None:
    percent = RECIPES["RCP-0004"]
    assert percent.total_cost == Decimal("21320.60")
    assert percent.unit_cost == Decimal("4.396")
    assert rounded(formula_of_recipe(Lookup(DAIRY), percent, Decimal(2425))) == {
        "RM-MANGO-PULP": Decimal(108),
        "RM-SUGAR": Decimal("46.5"),
        "RM-CITRIC": Decimal("1.5"),
        "RM-PECTIN": Decimal(1),
        "RM-WATER-RO": Decimal(343),
    }


@pytest.mark.parametrize("packs", [2425, 3638, 4850, 6063, 9700])
def test_batches_within_the_limits_and_on_the_multiple_can_be_ordered(packs: int) -> None:
    check_batch(RECIPES["RCP-0004"], Decimal(packs))


@pytest.mark.parametrize(
    ("packs", "batch"),
    [(12125, "2500 L"), (1213, "250 L"), (3637, "749.896907 L"), (2426, "500.206186 L"), (10, "2.061856 L")],
)
def test_a_batch_off_the_limits_or_the_multiple_is_refused(packs: int, batch: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_batch(RECIPES["RCP-0004"], Decimal(packs))
    assert refusal.value.code == "batch_size_out_of_range"
    assert refusal.value.details == {"pointer": "/PlannedQuantity"}
    assert f"{packs} NOS of FG-NECTAR-200 need a batch of {batch}" in refusal.value.message
    assert "allows 500 to 2000 in steps of 250." in refusal.value.message


@pytest.mark.parametrize(
    ("limits", "planned", "allows"),
    [
        ({"MinBatch": 100}, 99, "100 or more"),
        ({"MaxBatch": 200}, 201, "up to 200"),
        ({"BatchMultiple": 60}, 90, "only steps of 60"),
    ],
)
def test_each_limit_alone_is_named(limits: dict[str, Any], planned: int, allows: str) -> None:
    book, made = nashik()
    recipe = book.attempt(lambda: recipes.update(book, made["RCP-0001"], limits))
    with pytest.raises(Refused) as refusal:
        check_batch(recipe, Decimal(planned))
    assert refusal.value.message.endswith(f"allows {allows}.")
    check_batch(recipe, Decimal(180))


def test_a_recipe_without_limits_can_be_ordered_in_any_quantity() -> None:
    check_batch(RECIPES["RCP-0001"], Decimal("0.001"))


def test_half_a_batch_more_takes_half_more_of_all_but_the_fixed() -> None:
    book = kitchen()
    book.add("BAG", "NOS", "3")
    recipe = make(
        book,
        Ingredients=[per_batch("FLOUR", 10, WastagePercent=10), fixed("BAG", 2), fixed("YEAST", 1)],
        Operations=[{"Sequence": 7, "Name": "Bake", "MinutesPerBatch": 90, "CostPerHour": 60}],
        ByProducts=[{"ItemRefId": "CRUMB", "Quantity": 4}],
        OtherOverhead=8,
    )
    assert recipe.expected_output == 10
    formula = formula_of_recipe(Lookup(book), recipe, Decimal(15))
    assert {need.item_ref_id: figures(need.variable, need.fixed) for need in formula.needs} == {
        "FLOUR": (Fraction("16.5"), 0),
        "BAG": (0, 4),
        "YEAST": (0, 2),
    }
    assert [figures(work.sequence, work.setup_minutes, work.run_minutes) for work in formula.work] == [
        (7, 0, 135)
    ]
    assert [made.expected for made in formula.side_outputs] == [6]
    assert figures(formula.other_overhead, formula.service, formula.planned) == (12, 0, 15)
    assert recipe.material_cost == Decimal("11") * 2 + 2 * 3 + 5, "one batch takes the fixed ones once"


def test_a_phantom_among_the_ingredients_is_opened_and_its_work_done_within_the_order() -> None:
    book = kitchen()
    book.add("STARTER", "kg", track_inventory=False)
    phantom = {
        "Name": "Starter",
        "Type": "Phantom",
        "ItemRefId": "STARTER",
        "Status": "Active",
        "Lines": [{"ItemRefId": "YEAST", "Quantity": 3}],
        "Operations": [{"Sequence": 1, "Name": "Feed", "RunMinutesPerUnit": 6, "CostPerHour": 10}],
    }
    boms.create(book, phantom)
    recipe = make(book, Ingredients=[per_batch("FLOUR", 10), per_batch("STARTER", 2)])
    assert recipe.total_cost == 20 + 2 * (15 + 1 + Decimal("0.2"))
    formula = formula_of_recipe(Lookup(book), recipe, Decimal(5))
    assert {need.item_ref_id: need.variable for need in formula.needs} == {"FLOUR": 5, "YEAST": 3}
    assert [figures(work.name, work.run_minutes) for work in formula.work] == [("Feed", 6)]


def test_an_order_never_takes_a_fraction_of_a_batch_to_begin() -> None:
    paneer = RECIPES["RCP-0001"]
    counts = {quantity: batch_count(paneer, Decimal(quantity)) for quantity in ("0.001", "180", "180.001")}
    assert counts == {"0.001": 1, "180": 1, "180.001": 2}
    assert batch_factor(paneer, Decimal(45)) == Fraction(1, 4)
