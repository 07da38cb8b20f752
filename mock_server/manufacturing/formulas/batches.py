"""What one order of a recipe needs: the batch, scaled to the main output that is wanted."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import QUANTITY_PLACES, round_half_up, round_up, shown
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.opened import opened
from mock_server.manufacturing.formulas.order_needs import OrderFormula, scaled
from mock_server.manufacturing.formulas.recipe import Recipe
from mock_server.manufacturing.units import expected_output
from mock_server.refused import Refused


def batch_factor(recipe: Recipe, planned: Decimal) -> Fraction:
    """How many times the batch of the recipe an order is: wanted output / exact output of one batch."""
    return Fraction(planned) / Fraction(recipe.output_quantity)


def batch_count(recipe: Recipe, planned: Decimal) -> int:
    """How many batches an order begins: the factor, rounded up."""
    return int(round_up(batch_factor(recipe, planned), 0))


def check_batch(recipe: Recipe, planned: Decimal, pointer: str = "/PlannedQuantity") -> None:
    """Refuses an order whose batch is outside the limits or off the multiple (`batch_size_out_of_range`).

    The output of a batch may be a fraction of its unit: 750 L are 3637.5 packs. An order for that output,
    rounded half-up to the unit, counts as this batch, be it a multiple or a limit. Source: assumed.
    """
    batch = Fraction(recipe.batch_size) * batch_factor(recipe, planned)
    low, high, step = recipe.min_batch, recipe.max_batch, recipe.batch_multiple
    is_off = False
    if step is not None:
        nearest = Fraction(step) * Fraction(round_half_up(batch / Fraction(step), 0))
        is_off = not _gives(recipe, nearest, planned)
        batch = batch if is_off else nearest
    is_below = low is not None and batch < low and not _gives(recipe, Fraction(low), planned)
    is_above = high is not None and batch > high and not _gives(recipe, Fraction(high), planned)
    if is_off or is_below or is_above:
        raise Refused(
            "batch_size_out_of_range",
            f"{shown(planned)} {recipe.uom} of {recipe.item_code} need a batch of"
            f" {shown(round_half_up(batch, QUANTITY_PLACES))} {recipe.batch_uom}:"
            f" {recipe.label} allows {_allowed(recipe)}.",
            pointer=pointer,
        )


def _gives(recipe: Recipe, batch: Fraction, planned: Decimal) -> bool:
    """Whether a batch gives the planned output, as far as its unit can tell."""
    output = batch / Fraction(recipe.batch_size) * Fraction(recipe.output_quantity)
    return expected_output(output, recipe.uom) == planned


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
    return scaled(opened(lookup, recipe), planned, batch_count(recipe, planned))
