"""Random graphs of BOMs and recipes over one set of items, and the rules of recipe cost once more."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from mock_server.manufacturing import boms, recipes
from mock_server.manufacturing.formulas import AnyFormula, Bom, Recipe, RecipeIngredient
from tests.manufacturing import oracle
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.graphs import ASSEMBLIES, PARTS, WHOLE_PARTS, bodies, new_book, percents, quantities


@st.composite
def ingredient_bodies(draw: st.DrawFn, choices: tuple[str, ...]) -> dict[str, Any]:
    """An ingredient by quantity, fixed or not, or by percent."""
    code = draw(st.sampled_from(choices))
    basis = draw(st.sampled_from(["PerBatch", "PerBatch", "Fixed", "PercentOfBatch"]))
    body: dict[str, Any] = {"ItemRefId": code, "Basis": basis, "WastagePercent": draw(percents)}
    if basis == "PercentOfBatch":
        body["Percent"] = draw(st.decimals(Decimal("0.001"), 100, places=3))
    elif basis == "Fixed" and code in WHOLE_PARTS:
        body["Quantity"] = draw(st.integers(1, 40))
    else:
        body["Quantity"] = draw(quantities)
    return body


@st.composite
def recipe_bodies(draw: st.DrawFn, code: str, *, shares: bool = False) -> dict[str, Any]:
    """A create body for an Active recipe of an assembly, from parts and the assemblies before it."""
    choices = PARTS + ASSEMBLIES[: ASSEMBLIES.index(code)]
    body: dict[str, Any] = {
        "Name": code,
        "ItemRefId": code,
        "Status": "Active",
        "BatchSize": draw(st.decimals(1, 400, places=2)),
        "BatchUom": "L",
        "OutputPerBatchUnit": draw(st.decimals(Decimal("0.5"), 5, places=2)),
        "ExpectedYieldPercent": draw(st.decimals(50, 100, places=1)),
        # One quantity at least: a formula all in percent would have to add up to 100.
        "Ingredients": [
            {"ItemRefId": "P2", "Basis": "PerBatch", "Quantity": draw(quantities)},
            *draw(st.lists(ingredient_bodies(choices), max_size=3)),
        ],
        "OverheadPercent": draw(st.integers(0, 40)),
        "OtherOverhead": draw(st.integers(0, 50)),
    }
    if draw(st.booleans()):
        minutes, rate = draw(st.integers(0, 500)), draw(st.integers(0, 300))
        body["Operations"] = [{"Sequence": 1, "Name": "Mix", "MinutesPerBatch": minutes, "CostPerHour": rate}]
    if draw(st.booleans()):
        credit: dict[str, Any] = {"ItemRefId": "BY", "Quantity": Decimal("0.1")}
        if shares and draw(st.booleans()):
            credit |= {"CostMethod": "CostSharePercent", "CostSharePercent": draw(st.integers(0, 60))}
        else:
            credit |= {"CostMethod": "FixedRate", "Rate": draw(st.integers(0, 5))}
        body["ByProducts"] = [credit]
    return body


@st.composite
def mixed_books(draw: st.DrawFn, *, shares: bool = False, phantoms: bool = True) -> MemoryBook:
    """A book with a BOM or a recipe, now and then both, for each of some assemblies, made in any order."""
    made: list[tuple[str, dict[str, Any]]] = []
    for code in ASSEMBLIES[: draw(st.integers(1, 5))]:
        kind = draw(st.sampled_from(["BOM", "recipe", "recipe", "both"]))
        if kind != "recipe":
            made.append(("BOM", draw(bodies(code, fixed=False, shares=shares, phantoms=phantoms))))
        if kind != "BOM":
            made.append(("recipe", draw(recipe_bodies(code, shares=shares))))
    book = new_book()
    for kind, body in draw(st.permutations(made)):
        if kind == "BOM":
            boms.create(book, body)
        else:
            recipes.create(book, body)
    return book


def formulas(book: MemoryBook) -> list[AnyFormula]:
    """All BOMs and recipes of a book."""
    return [*book.boms.values(), *book.recipes.values()]


def made_by(book: MemoryBook, item_id: str, pinned: str | None = None) -> AnyFormula | None:
    """What makes an item: the pinned BOM, else the Active BOM, else the Active recipe."""
    if pinned is not None:
        return book.boms.get(pinned)
    return book.boms.active(item_id) or book.recipes.active(item_id)


def batch_output(recipe: Recipe) -> Fraction:
    """Main output of a batch, exact."""
    exact = Fraction(recipe.batch_size) * Fraction(recipe.expected_yield_percent) / 100
    return exact * Fraction(recipe.output_per_batch_unit)


def shown_output(recipe: Recipe) -> Fraction:
    """Main output of a batch, rounded half-up to 3 decimals by integers alone."""
    return Fraction(int(batch_output(recipe) * 1000 + Fraction(1, 2)), 1000)


def need(recipe: Recipe, ingredient: RecipeIngredient) -> Fraction:
    """Stock quantity of an ingredient for one batch, with wastage."""
    if ingredient.basis == "PercentOfBatch":
        quantity = Fraction(recipe.batch_size) * Fraction(ingredient.percent or 0) / 100
    else:
        quantity = Fraction(ingredient.quantity or 0)
    stock = quantity * Fraction(ingredient.conversion_factor)
    return stock * (1 + Fraction(ingredient.wastage_percent) / 100)


def parts(formula: AnyFormula) -> list[tuple[str, str | None, Fraction]]:
    """Item, pinned BOM and need of every line for one unit of output."""
    if isinstance(formula, Recipe):
        output = batch_output(formula)
        return [(each.item_ref_id, None, need(formula, each) / output) for each in formula.ingredients]
    return [
        (line.item_ref_id, line.sub_bom_ref_id, oracle.need(formula, line, Fraction(1)))
        for line in formula.lines
    ]


def own_cost(formula: AnyFormula) -> Fraction:
    """Labour and overhead less fixed-rate credits, per unit of output; without set-up and fixed lines."""
    if isinstance(formula, Bom):
        return oracle.conversion(formula, Fraction(1))
    labour = sum(
        (Fraction(each.minutes_per_batch) / 60 * Fraction(each.cost_per_hour) for each in formula.operations),
        Fraction(0),
    )
    cost = labour * (1 + Fraction(formula.overhead_percent) / 100) + Fraction(formula.other_overhead)
    for product in formula.by_products:
        if product.cost_method == "FixedRate":
            cost -= Fraction(product.quantity) * Fraction(product.rate or 0)
    return cost / batch_output(formula)


def unit_cost(book: MemoryBook, formula: AnyFormula) -> Fraction:
    """Exact standard cost of one unit, by plain recursion."""
    cost = own_cost(formula)
    for item_id, pinned, quantity in parts(formula):
        below = made_by(book, item_id, pinned)
        unit = unit_cost(book, below) if below else Fraction(book.items[item_id].standard_cost or 0)
        cost += quantity * unit
    output = batch_output(formula) if isinstance(formula, Recipe) else Fraction(formula.output_quantity)
    batch = cost * output
    shared = Fraction(0)
    for product in formula.by_products:
        if product.cost_method == "CostSharePercent":
            shared += batch * Fraction(product.cost_share_percent or 0) / 100
    return (batch - shared) / output


def content(book: MemoryBook, formula: AnyFormula) -> dict[str, Fraction]:
    """How much of each item is in one unit at any depth, made items included; for cost changes."""
    totals: dict[str, Fraction] = {}
    for item_id, pinned, quantity in parts(formula):
        totals[item_id] = totals.get(item_id, Fraction(0)) + quantity
        below = made_by(book, item_id, pinned)
        for key, value in content(book, below).items() if below else ():
            totals[key] = totals.get(key, Fraction(0)) + value * quantity
    return totals


def levels(book: MemoryBook, formula: AnyFormula) -> int:
    """1 + the most levels of any component."""
    below = [made_by(book, item_id, pinned) for item_id, pinned, _ in parts(formula)]
    return 1 + max((levels(book, each) for each in below if each is not None), default=0)
