"""Turns a request body into a recipe record, with the defaults of what the body leaves out."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.decimals import HUNDRED, ONE, ZERO, number
from mock_server.manufacturing.documents import begun
from mock_server.manufacturing.formulas import (
    PERCENT_OF_BATCH,
    FormulaBook,
    FormulaStatus,
    LineIds,
    Lookup,
    Recipe,
    RecipeIngredient,
    RecipeOperation,
    RecipeStep,
    read_by_products,
    settle_unit,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import (
    KEEP,
    Body,
    Choice,
    Flag,
    Number,
    Text,
    Whole,
    changed,
    number_or,
    optional_number,
)
from mock_server.manufacturing.refusals import refuse_value, unknown_item
from mock_server.manufacturing.units import expected_output

MEMBERS = (
    Text("RecipeNumber", KEEP),
    Text("Version", "1"),
    Text("Name"),
    Choice("Status", FormulaStatus, KEEP),
    Number("BatchSize", KEEP),
    Text("BatchUom"),
    Number("OutputPerBatchUnit", ONE),
    Number("ExpectedYieldPercent", HUNDRED),
    Number("MinBatch"),
    Number("MaxBatch"),
    Number("BatchMultiple"),
    Flag("InspectionRequired"),
    Whole("ShelfLifeDays"),
    Number("OverheadPercent"),
    Number("OtherOverhead", ZERO),
    Text("Notes"),
    Text("ExternalReference"),
)


def new_recipe(book: FormulaBook, lookup: Lookup, body: Body, item: Item) -> Recipe:
    """The record that a create body describes; its number is empty where the body names none."""
    blank = Recipe(
        **begun(book),
        name=item.name,
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        uom=item.uom,
        batch_uom=item.uom,
        overhead_percent=book.overhead_percent,
    )
    return changed_recipe(book, lookup, blank, body, item)


def changed_recipe(book: FormulaBook, lookup: Lookup, recipe: Recipe, body: Body, item: Item) -> Recipe:
    """A copy of the recipe with what a body gives: absent keeps, null goes back to the default."""
    of_item = recipe
    if item.id != recipe.item_ref_id:
        of_item = replace(
            recipe, item_ref_id=item.id, item_code=item.item_code, item_name=item.name, uom=item.uom
        )
    defaults = {"name": item.name, "batch_uom": item.uom, "overhead_percent": book.overhead_percent}
    after = changed(of_item, body, MEMBERS, **defaults)
    after.expected_output = expected_output(after.output_quantity, after.uom)
    after.ingredients = [replace(each) for each in recipe.ingredients]
    if "Ingredients" in body:
        after.ingredients = read_ingredients(book, lookup, body["Ingredients"] or [], recipe.ingredients)
    if "ByProducts" in body:
        after.by_products = read_by_products(lookup, body["ByProducts"] or [])
    if "Operations" in body:
        after.operations = _operations(body["Operations"] or [])
    if "Steps" in body:
        after.steps = _steps(body["Steps"] or [])
    return after


def read_ingredients(
    book: FormulaBook, lookup: Lookup, bodies: list[Body], present: list[RecipeIngredient]
) -> list[RecipeIngredient]:
    """The ingredients of a body, numbered from 1; one keeps the id that it names or repeats."""
    ids = LineIds(book, present, "Ingredient", "recipe")
    ingredients: list[RecipeIngredient] = []
    for index, body in enumerate(bodies):
        line_id = ids.claim(body, index)
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
    return ids.settle(ingredients)


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
