"""The standard of one unit: a BOM and an order of its output quantity have one and the same (DEC-19)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mock_server.manufacturing import boms, recipes
from mock_server.manufacturing.decimals import unit_cost
from mock_server.manufacturing.formulas import Bom, Lookup, Recipe, formula_of_recipe, order_needs, unpack
from mock_server.manufacturing.units import to_uom
from tests.manufacturing.graphs import Graph, graphs
from tests.manufacturing.kitchen import kitchen, make, per_batch
from tests.manufacturing.order_book import OrderMemoryBook
from tests.manufacturing.recipe_graphs import recipe_bodies


def rounding(book: OrderMemoryBook, formula: Bom | Recipe) -> Fraction:
    """What the rounded requirements of an order of the output quantity cost more than the exact ones."""
    lookup, planned = Lookup(book), formula.output_quantity
    if isinstance(formula, Bom):
        order = order_needs.formula_of_bom(lookup, formula, planned)
    else:
        order = formula_of_recipe(lookup, formula, planned)
    found = Fraction(0)
    for need in order.needs:
        exact = need.variable + need.fixed
        made_by = book.boms.active(need.item_ref_id) or book.recipes.active(need.item_ref_id)
        item = book.items[need.item_ref_id]
        rate = unpack(made_by.exact_cost).unit if made_by else Fraction(item.standard_cost or 0)
        found += (Fraction(to_uom(exact, item.uom)) - exact) * rate
    return found


def main_share(formula: Bom | Recipe) -> Fraction:
    return 1 - sum(
        (Fraction(each.cost_share_percent or 0) / 100 for each in formula.by_products), Fraction(0)
    )


@settings(max_examples=150)
@given(graphs(shares=True), st.lists(st.sampled_from([None, 0, 7, 33, 60, 100]), min_size=8, max_size=8))
def test_a_bom_and_an_order_of_its_output_have_one_unit_standard(
    graph: Graph, shares: list[int | None]
) -> None:
    """DEC-19: exact through phantoms, their set-up and their by-products; only requirements are rounded."""
    for share, body in zip(shares, graph.bodies.values(), strict=False):
        if body.get("Type") == "Phantom" and body.get("ByProducts") and share is not None:
            body["ByProducts"][0] |= {"CostMethod": "CostSharePercent", "CostSharePercent": share}
    book = OrderMemoryBook.of(graph.book())
    for bom in list(book.boms.values()):
        # A credit that is larger than the cost is cut off at each level, which no sum over levels shows.
        assume(bom.total_cost > 0 or not bom.by_products or main_share(bom) == 0)
        if bom.is_phantom:
            continue
        order = book.order(bom.item_ref_id, bom.output_quantity)
        exact = unpack(bom.exact_cost).unit
        more = rounding(book, bom) * main_share(bom) / Fraction(bom.output_quantity)
        cost = order.planned_cost
        assert cost.standard_unit_cost == unit_cost(exact + more)
        assert cost.total == cost.material + cost.labour + cost.overhead + cost.other_overhead - (
            cost.by_product_credit
        )
        if not more:
            assert cost.standard_unit_cost == bom.unit_cost


@settings(max_examples=60)
@given(recipe_bodies("A1", shares=True))
def test_a_recipe_and_an_order_of_its_exact_output_have_one_unit_standard(body: dict[str, object]) -> None:
    """DEC-19, INV-D17: of the exact output of a batch, whatever is shown of it."""
    book = OrderMemoryBook.of(Graph({}).book())
    recipe = recipes.create(book, body)
    assume(recipe.total_cost > 0)
    exact = unpack(recipe.exact_cost).unit
    lookup = Lookup(book)
    order = formula_of_recipe(lookup, recipe, recipe.output_quantity)
    gross = sum(
        ((need.variable + need.fixed) * Fraction(need.rate) for need in order.needs), order.other_overhead
    )
    for work in order.work:
        labour = (work.setup_minutes + work.run_minutes) / 60 * Fraction(work.cost_per_hour)
        gross += labour * (1 + Fraction(order.overhead_percent) / 100)
    fixed = sum((each.fixed for each in order.side_outputs), Fraction(0))
    share = sum((each.share for each in order.side_outputs), Fraction(0))
    assert (gross - fixed) * (1 - share) / Fraction(recipe.output_quantity) == exact


def test_minutes_and_costs_that_are_no_decimals_round_once_at_the_end() -> None:
    """DEC-19: a millionth of a minute, and a seventh of a cost, are rounded in the sum alone."""
    book = OrderMemoryBook(Decimal(0))
    for code in ("RAW", "SUB", "MAIN"):
        book.add(code, "kg", "1")
    sub = {"Name": "S", "ItemRefId": "SUB", "Status": "Active", "OutputQuantity": 7}
    boms.create(book, {**sub, "Lines": [{"ItemRefId": "RAW", "Quantity": 1}]})
    bom = boms.create(
        book,
        {
            "Name": "M",
            "ItemRefId": "MAIN",
            "Status": "Active",
            "OutputQuantity": 3,
            "Lines": [{"ItemRefId": "SUB", "Quantity": 9000}],
            "Operations": [
                {"Sequence": 1, "Name": "Mix", "RunMinutesPerUnit": Decimal("0.000001"), "CostPerHour": 61}
            ],
        },
    )
    order = book.order("MAIN", 3)
    assert (
        order.planned_cost.standard_unit_cost
        == bom.unit_cost
        == unit_cost((Fraction(9000, 7) + Fraction(3, 10**6) * 61 / 60) / 3)
    )
    assert order.planned_cost.total == order.planned_cost.material == Decimal("1285.71")
    assert order.materials[0].standard_unit_cost == Decimal("0.142857")


def test_one_item_at_two_costs_counts_at_the_mean_of_its_lines() -> None:
    """DEC-19: a line that pins a dearer BOM, and one that does not."""
    book = OrderMemoryBook(Decimal(0))
    for code in ("RAW", "SUB", "MAIN"):
        book.add(code, "kg", "1")
    sub = {"Name": "S", "ItemRefId": "SUB", "Lines": [{"ItemRefId": "RAW", "Quantity": 1}]}
    boms.create(book, {**sub, "Status": "Active"})
    dear = boms.create(book, {**sub, "OtherOverhead": 5})
    lines = [{"ItemRefId": "SUB", "Quantity": 2}, {"ItemRefId": "SUB", "Quantity": 1, "SubBomRefId": dear.id}]
    bom = boms.create(book, {"Name": "M", "ItemRefId": "MAIN", "Status": "Active", "Lines": lines})
    order = book.order("MAIN", 1)
    assert bom.unit_cost == order.planned_cost.standard_unit_cost == 8
    [material] = order.materials
    assert [material.required_quantity, material.cost] == [3, 8]
    assert material.standard_unit_cost == Decimal("2.666667")


def test_the_factor_of_an_order_is_of_the_exact_output() -> None:
    """12.4 rolls of a batch are shown as 12: 31 rolls are two and a half batches, and take three."""
    book = kitchen()
    recipe = make(
        book,
        "ROLL",
        BatchUom="kg",
        BatchSize=1,
        OutputPerBatchUnit=Decimal("12.4"),
        Ingredients=[per_batch("FLOUR", 2), {"ItemRefId": "YEAST", "Basis": "Fixed", "Quantity": 1}],
    )
    assert recipe.expected_output == 12
    flour, yeast = formula_of_recipe(Lookup(book), recipe, Decimal(31)).needs
    assert [flour.variable, yeast.fixed] == [5, 3]
    assert recipe.unit_cost == unit_cost(Fraction(recipe.total_cost) / Fraction("12.4"))
