"""What one order of a recipe needs: the batch, scaled to the main output that is wanted."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import EXACT, QUANTITY_PLACES, ZERO, round_half_up, shown
from mock_server.manufacturing.formulas.bom import Bom, BomLine
from mock_server.manufacturing.formulas.graph import too_large
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.order_needs import MAX_OPERATIONS, OrderFormula, Work, formula_of_bom
from mock_server.manufacturing.formulas.recipe import Recipe, ingredient_quantity
from mock_server.manufacturing.units import uom_places
from mock_server.refused import Refused


def batch_factor(recipe: Recipe, planned: Decimal) -> Fraction:
    """How many times the batch of the recipe an order is, exact: wanted output / expected output."""
    return Fraction(planned) / Fraction(recipe.expected_output)


def batch_count(recipe: Recipe, planned: Decimal) -> int:
    """How many batches an order begins: the factor, rounded up."""
    factor = batch_factor(recipe, planned)
    return -(-factor.numerator // factor.denominator)


def check_batch(recipe: Recipe, planned: Decimal, pointer: str = "/PlannedQuantity") -> None:
    """Refuses an order whose batch is outside the limits or off the multiple (`batch_size_out_of_range`).

    The batch that a multiple asks for may give a fraction of the output's unit: 750 L are 3637.5 packs. An
    order for that output, rounded half-up to the unit, counts as this batch. Source: assumed.
    """
    size = Fraction(recipe.batch_size)
    batch = size * batch_factor(recipe, planned)
    is_off = False
    if recipe.batch_multiple is not None:
        step = Fraction(recipe.batch_multiple)
        nearest = step * Fraction(round_half_up(batch / step, 0))
        output = nearest / size * Fraction(recipe.expected_output)
        is_off = round_half_up(output, uom_places(recipe.uom)) != planned
        batch = batch if is_off else nearest
    low, high = recipe.min_batch, recipe.max_batch
    if is_off or (low is not None and batch < low) or (high is not None and batch > high):
        raise Refused(
            "batch_size_out_of_range",
            f"{shown(planned)} {recipe.uom} of {recipe.item_code} need a batch of"
            f" {shown(round_half_up(batch, QUANTITY_PLACES))} {recipe.batch_uom}:"
            f" {recipe.label} allows {_allowed(recipe)}.",
            pointer=pointer,
        )


def _allowed(recipe: Recipe) -> str:
    low, high, step = recipe.min_batch, recipe.max_batch, recipe.batch_multiple
    words: list[str] = []
    if low is not None and high is not None:
        words.append(f"{shown(low)} to {shown(high)}")
    elif low is not None:
        words.append(f"{shown(low)} or more")
    elif high is not None:
        words.append(f"up to {shown(high)}")
    if step is not None:
        words.append(f"{'in' if words else 'only'} steps of {shown(step)}")
    return " ".join(words)


def formula_of_recipe(lookup: Lookup, recipe: Recipe, planned: Decimal) -> OrderFormula:
    """What an order of so much main output needs; the batch limits are not its matter (`check_batch`).

    Ingredients, minutes, other overhead and by-products scale with the factor; fixed ingredients count once
    for every batch that is begun. Phantoms are opened as in an order of a BOM.
    """
    formula = formula_of_bom(lookup, _one_order(recipe, planned), planned)
    factor = batch_factor(recipe, planned)
    own = [
        Work(
            operation.sequence,
            operation.name,
            ZERO,
            Fraction(operation.minutes_per_batch) * factor,
            operation.cost_per_hour,
        )
        for operation in recipe.operations
    ]
    formula.work[:0] = own
    if len(formula.work) > MAX_OPERATIONS:
        raise too_large(f"{recipe.label} has too many operations with those of its phantoms")
    return formula


def _one_order(recipe: Recipe, planned: Decimal) -> Bom:
    """The recipe in the form of a BOM, for this order only: its fixed lines stand for all the batches.

    The work is left out: minutes per unit of output need not be decimal.
    """
    batches = Decimal(batch_count(recipe, planned))
    lines = []
    for ingredient in recipe.ingredients:
        quantity = ingredient_quantity(recipe, ingredient)
        lines.append(
            BomLine(
                ingredient.id,
                ingredient.line_number,
                ingredient.item_ref_id,
                ingredient.item_code,
                ingredient.item_name,
                EXACT.multiply(quantity, batches) if ingredient.is_fixed_quantity else quantity,
                ingredient.uom,
                ingredient.conversion_factor,
                ingredient.wastage_percent,
                ingredient.is_fixed_quantity,
            )
        )
    return Bom(
        id=recipe.id,
        bom_number=recipe.recipe_number,
        version=recipe.version,
        name=recipe.name,
        item_ref_id=recipe.item_ref_id,
        item_code=recipe.item_code,
        item_name=recipe.item_name,
        output_quantity=recipe.expected_output,
        uom=recipe.uom,
        overhead_percent=recipe.overhead_percent,
        other_overhead=recipe.other_overhead,
        lines=lines,
        by_products=recipe.by_products,
        created_at=recipe.created_at,
        updated_at=recipe.updated_at,
    )
