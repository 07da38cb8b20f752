"""Standard cost of a recipe, rolled up for one batch at its expected output."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mock_server.manufacturing.decimals import EXACT, ZERO
from mock_server.manufacturing.formulas.by_products import Credits
from mock_server.manufacturing.formulas.costing import (
    Rates,
    cost_lines,
    credits_of_formula,
    of_minutes,
    overhead_on,
    show_costs,
    stock_need,
)
from mock_server.manufacturing.formulas.exact_cost import NOTHING, ExactCost, added, pack
from mock_server.manufacturing.formulas.recipe import Recipe, RecipeIngredient, ingredient_quantity


def ingredient_need(recipe: Recipe, ingredient: RecipeIngredient) -> Decimal:
    """Exact stock quantity of an ingredient for one batch, with wastage."""
    return stock_need(ingredient_quantity(recipe, ingredient), ingredient)


def roll_up_recipe(rates: Rates, recipe: Recipe, credits: Credits | None = None) -> None:
    """Works out every cost figure of a record that is not yet in a book, in place; rounding as for BOMs."""
    if credits is None:
        credits = credits_of_formula(rates.lookup, recipe)
    rates.lookup.prepare(recipe.ingredients)
    needs = ((each, ingredient_need(recipe, each)) for each in recipe.ingredients)
    scaling, fixed = cost_lines(rates, recipe, needs)
    labour = of_minutes(_hourly(recipe))
    overhead = overhead_on(labour, recipe)
    gross = added(scaling, fixed, labour, overhead)
    credit = credits.credit(gross)
    unit = show_costs(recipe, added(scaling, fixed), labour, overhead, NOTHING, credit)
    recipe.exact_cost = pack(ExactCost(unit, unit, NOTHING))


def _hourly(recipe: Recipe) -> Decimal:
    """Minutes times hourly rate of one batch, still to be divided by 60."""
    hourly = ZERO
    for operation in recipe.operations:
        hourly = EXACT.add(hourly, EXACT.multiply(operation.minutes_per_batch, operation.cost_per_hour))
    return hourly


def recipe_rolled_again(rates: Rates, recipe: Recipe) -> Recipe:
    """A copy of a stored recipe with its costs worked out anew."""
    copy = replace(recipe, ingredients=[replace(each) for each in recipe.ingredients])
    roll_up_recipe(rates, copy)
    return copy
