"""What a recipe must satisfy before it may be written, in the order in which it is checked."""

from __future__ import annotations

from decimal import Decimal

from mock_server.manufacturing.decimals import EXACT, HUNDRED, MAX_QUANTITY, ZERO, is_whole, shown
from mock_server.manufacturing.formulas import (
    FIXED,
    PERCENT_OF_BATCH,
    Credits,
    Lookup,
    Recipe,
    check_acyclic,
    check_by_products,
    check_shares,
    costing,
    inactive,
    lifecycle,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.refusals import refuse_value
from mock_server.manufacturing.units import check_whole, is_whole_unit
from mock_server.refused import Refused

# By how much formulas in percent may miss 100, for percentages that were rounded.
PERCENT_TOLERANCE = Decimal("0.01")


def check_output(item: Item) -> None:
    """Refuses an output item that is inactive, or that is not stocked: what a recipe makes is received."""
    if not item.is_usable:
        raise inactive(item, "/ItemRefId")
    if not item.track_inventory:
        raise Refused(
            "unknown_reference",
            f"{item.item_code} is not stocked: a recipe cannot make it.",
            pointer="/ItemRefId",
        )


def check_content(lookup: Lookup, recipe: Recipe, before: Recipe | None = None) -> Credits:
    """Applies the content rules that follow the output item's own; returns the by-product credits.

    With `before`, what the recipe has kept of it is not held against other records again (DEC-22).
    """
    if not recipe.ingredients:
        refuse_value("/Ingredients", "must have at least one ingredient")
    _check_batch_units(recipe)
    for index in lifecycle.changed_lines(before, recipe):
        _check_ingredient(lookup, recipe, index)
    _check_output_size(recipe)
    _check_limits(recipe)
    _check_percentages(recipe)
    check_by_products(lookup, recipe, before)
    credits = costing.credits_of_formula(lookup, recipe)
    if before is None or not lifecycle.same_shares(before, recipe):
        check_shares(credits)
    if before is None or not lifecycle.same_graph(before, recipe):
        check_acyclic(lookup, recipe)
    return credits


def _check_batch_units(recipe: Recipe) -> None:
    if not is_whole_unit(recipe.batch_uom):
        return
    figures = {
        "BatchSize": recipe.batch_size,
        "MinBatch": recipe.min_batch,
        "MaxBatch": recipe.max_batch,
        "BatchMultiple": recipe.batch_multiple,
    }
    for name, value in figures.items():
        if value is not None and not is_whole(value):
            raise Refused(
                "fractional_quantity",
                f"{name} is in {recipe.batch_uom}: {shown(value)} is not a whole number.",
                pointer=f"/{name}",
            )


def _check_ingredient(lookup: Lookup, recipe: Recipe, index: int) -> None:
    """A fraction of a whole unit is refused only where it is fixed: other quantities are ratios.

    Their needs are rounded up for an order, as 121.25 cases for a batch are 122.
    """
    ingredient = recipe.ingredients[index]
    item = lookup.item(ingredient.item_ref_id)
    if item is None:
        return
    if not item.is_usable:
        raise inactive(item, f"/Ingredients/{index}/ItemRefId")
    if ingredient.basis == FIXED:
        stock = EXACT.multiply(ingredient.quantity or ZERO, ingredient.conversion_factor)
        check_whole(item.item_code, item.uom, stock, f"/Ingredients/{index}/Quantity")


def _check_output_size(recipe: Recipe) -> None:
    if 0 < recipe.expected_output <= MAX_QUANTITY:
        return
    raise Refused(
        "batch_size_out_of_range",
        f"BatchSize {shown(recipe.batch_size)} gives an ExpectedOutput of {shown(recipe.expected_output)}"
        f" {recipe.uom}: it must be more than 0 and at most {MAX_QUANTITY}.",
        pointer="/BatchSize",
    )


def _check_limits(recipe: Recipe) -> None:
    """The batch of the recipe itself must be one that an order may ask for."""
    size, low, high = recipe.batch_size, recipe.min_batch, recipe.max_batch
    step = recipe.batch_multiple
    if low is not None and high is not None and low > high:
        raise _off_limits(f"MinBatch {shown(low)} is above MaxBatch {shown(high)}.", "/MinBatch")
    if low is not None and size < low:
        raise _off_limits(f"BatchSize {shown(size)} is below MinBatch {shown(low)}.", "/BatchSize")
    if high is not None and size > high:
        raise _off_limits(f"BatchSize {shown(size)} is above MaxBatch {shown(high)}.", "/BatchSize")
    if step is not None and EXACT.remainder(size, step):
        raise _off_limits(f"BatchSize {shown(size)} is no multiple of {shown(step)}.", "/BatchSize")


def _off_limits(message: str, pointer: str) -> Refused:
    return Refused("batch_size_out_of_range", message, pointer=pointer)


def _check_percentages(recipe: Recipe) -> None:
    if any(each.basis != PERCENT_OF_BATCH for each in recipe.ingredients):
        return
    total = sum((each.percent or ZERO for each in recipe.ingredients), ZERO)
    if abs(total - HUNDRED) > PERCENT_TOLERANCE:
        raise Refused(
            "percentages_must_sum_to_100",
            f"The ingredients add up to {shown(total)} percent.",
            pointer="/Ingredients",
        )
