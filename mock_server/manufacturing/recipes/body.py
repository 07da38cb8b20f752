"""Turns a request body into a recipe record, with the defaults of what the body leaves out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mock_server.manufacturing.decimals import EXACT, HUNDRED, ONE, ZERO, number, round_half_up
from mock_server.manufacturing.formulas import (
    DRAFT,
    PERCENT_OF_BATCH,
    Book,
    Lookup,
    Recipe,
    RecipeIngredient,
    RecipeOperation,
    RecipeStep,
    claim_line_id,
    read_by_products,
    settle_unit,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.refusals import refuse_value, unknown_item
from mock_server.manufacturing.request_body import Body, number_or, optional_number
from mock_server.manufacturing.units import uom_places


def new_recipe(book: Book, lookup: Lookup, body: Body, item: Item) -> Recipe:
    """The record that a create body describes; its number is empty where the body names none."""
    blank = Recipe(
        id=book.new_id(),
        recipe_number="",
        version="1",
        revision=1,
        name=item.name,
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        uom=item.uom,
        status=DRAFT,
        is_archived=False,
        batch_size=ONE,
        batch_uom=item.uom,
        output_per_batch_unit=ONE,
        expected_yield_percent=HUNDRED,
        expected_output=ONE,
        min_batch=None,
        max_batch=None,
        batch_multiple=None,
        inspection_required=False,
        shelf_life_days=None,
        ingredients=[],
        by_products=[],
        operations=[],
        steps=[],
        overhead_percent=book.overhead_percent,
        other_overhead=ZERO,
        notes=None,
        external_reference=None,
        created_at=book.now,
        updated_at=book.now,
        created_by_user_ref_id=book.user_ref_id,
    )
    return changed_recipe(book, lookup, blank, body, item)


def changed_recipe(book: Book, lookup: Lookup, recipe: Recipe, body: Body, item: Item) -> Recipe:
    """A copy of the recipe with what a body gives: absent keeps, null goes back to the default."""
    after = replace(
        recipe,
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        uom=item.uom,
        ingredients=(
            read_ingredients(book, lookup, body["Ingredients"] or [], recipe.ingredients)
            if "Ingredients" in body
            else [replace(each) for each in recipe.ingredients]
        ),
    )
    if "RecipeNumber" in body:
        after.recipe_number = body["RecipeNumber"] or recipe.recipe_number
    if "Version" in body:
        after.version = body["Version"] or "1"
    if "Name" in body:
        after.name = body["Name"] or item.name
    if "Status" in body:
        after.status = body["Status"] or recipe.status
    _change_batch(after, body, item)
    if "InspectionRequired" in body:
        after.inspection_required = bool(body["InspectionRequired"])
    if "ShelfLifeDays" in body:
        days = body["ShelfLifeDays"]
        after.shelf_life_days = None if days is None else int(days)
    if "ByProducts" in body:
        after.by_products = read_by_products(lookup, body["ByProducts"] or [])
    if "Operations" in body:
        after.operations = _operations(body["Operations"] or [])
    if "Steps" in body:
        after.steps = _steps(body["Steps"] or [])
    if "OverheadPercent" in body:
        after.overhead_percent = number_or(body["OverheadPercent"], book.overhead_percent)
    if "OtherOverhead" in body:
        after.other_overhead = number_or(body["OtherOverhead"], ZERO)
    if "Notes" in body:
        after.notes = body["Notes"]
    if "ExternalReference" in body:
        after.external_reference = body["ExternalReference"]
    return after


def _change_batch(after: Recipe, body: Body, item: Item) -> None:
    if "BatchSize" in body:
        after.batch_size = number_or(body["BatchSize"], after.batch_size)
    if "BatchUom" in body:
        after.batch_uom = body["BatchUom"] or item.uom
    if "OutputPerBatchUnit" in body:
        after.output_per_batch_unit = number_or(body["OutputPerBatchUnit"], ONE)
    if "ExpectedYieldPercent" in body:
        after.expected_yield_percent = number_or(body["ExpectedYieldPercent"], HUNDRED)
    if "MinBatch" in body:
        after.min_batch = optional_number(body["MinBatch"])
    if "MaxBatch" in body:
        after.max_batch = optional_number(body["MaxBatch"])
    if "BatchMultiple" in body:
        after.batch_multiple = optional_number(body["BatchMultiple"])
    after.expected_output = expected_output(after)


def expected_output(recipe: Recipe) -> Decimal:
    """Main output of one batch, rounded half-up to the decimals of its unit."""
    full = EXACT.multiply(recipe.batch_size, recipe.output_per_batch_unit)
    good = EXACT.scaleb(EXACT.multiply(full, recipe.expected_yield_percent), -2)
    return round_half_up(good, uom_places(recipe.uom))


def read_ingredients(
    book: Book, lookup: Lookup, bodies: list[Body], present: list[RecipeIngredient]
) -> list[RecipeIngredient]:
    """The ingredients of a body, numbered from 1; one may keep the id of a present one, each at most once."""
    free = {each.id for each in present}
    ingredients: list[RecipeIngredient] = []
    for index, body in enumerate(bodies):
        line_id = claim_line_id(book, free, body, index, "Ingredient", "recipe")
        item = lookup.item(body["ItemRefId"])
        if item is None:
            raise unknown_item(body["ItemRefId"], f"/Ingredients/{index}/ItemRefId")
        basis = body["Basis"]
        is_percent = basis == PERCENT_OF_BATCH
        wastage = body.get("WastagePercent")
        ingredients.append(
            RecipeIngredient(
                line_id,
                index + 1,
                item.id,
                item.item_code,
                item.name,
                basis,
                None if is_percent else number(body["Quantity"]),
                number(body["Percent"]) if is_percent else None,
                body.get("Uom") or item.uom,
                # 0 stands for "not given" until the units are compared; the contract allows no factor of 0.
                number_or(body.get("ConversionFactor"), ZERO),
                number(wastage) if wastage is not None else item.scrap_percentage or ZERO,
            )
        )
        settle_unit(ingredients[-1], item, index, "Ingredient")
    return ingredients


def _operations(bodies: list[Body]) -> list[RecipeOperation]:
    operations: list[RecipeOperation] = []
    seen: set[int] = set()
    for index, body in enumerate(bodies):
        sequence = int(body["Sequence"])
        if sequence in seen:
            # Actual minutes of an order name their operation by its sequence.
            refuse_value(f"/Operations/{index}/Sequence", "stands twice in the recipe")
        seen.add(sequence)
        operations.append(
            RecipeOperation(
                sequence,
                body["Name"],
                number_or(body.get("MinutesPerBatch"), ZERO),
                number_or(body.get("CostPerHour"), ZERO),
            )
        )
    return operations


def _steps(bodies: list[Body]) -> list[RecipeStep]:
    return [
        RecipeStep(
            int(body["Sequence"]),
            body["Name"],
            body.get("Instructions"),
            optional_number(body.get("DurationMinutes")),
        )
        for body in bodies
    ]
