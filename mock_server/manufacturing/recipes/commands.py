"""The commands on recipes: create, update, archive, restore. Each is one transaction of the book."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.manufacturing.documents import next_free_number
from mock_server.manufacturing.formulas import (
    Lookup,
    Rates,
    Recipe,
    RecipeBook,
    archived_copy,
    carry_up,
    check_acyclic,
    check_items_usable,
    displaced,
    found,
    recipe_rolled_again,
    refuse_archived,
    reroll_ancestors,
    restored_copies,
    roll_up_recipe,
    same_content,
    stamp,
)
from mock_server.manufacturing.recipes.body import changed_recipe, new_recipe
from mock_server.manufacturing.recipes.guards import (
    check_content,
    check_number,
    check_output,
    check_reference,
)
from mock_server.manufacturing.refusals import unknown_item
from mock_server.manufacturing.request_body import Body

# Worked out or kept by the book itself: a change of what is not named here is no change.
_CONTENT = (
    "recipe_number",
    "version",
    "name",
    "item_ref_id",
    "status",
    "batch_size",
    "batch_uom",
    "output_per_batch_unit",
    "expected_yield_percent",
    "min_batch",
    "max_batch",
    "batch_multiple",
    "inspection_required",
    "shelf_life_days",
    "by_products",
    "operations",
    "steps",
    "overhead_percent",
    "other_overhead",
    "notes",
    "external_reference",
)


def create(book: RecipeBook, body: Body) -> Recipe:
    """Creates a Draft or Active recipe and rolls up its cost; an Active one also changes what is above it."""
    lookup = Lookup(book)
    item = lookup.item(body["ItemRefId"])
    if item is None:
        raise unknown_item(body["ItemRefId"], "/ItemRefId")
    check_output(item)
    recipe = new_recipe(book, lookup, body, item)
    credits = check_content(lookup, recipe)
    roll_up_recipe(Rates(lookup), recipe, credits)
    if not recipe.recipe_number:
        recipe.recipe_number = next_free_number(
            book.next_recipe_number, lambda number: book.recipe_number_taken(number, recipe.version)
        )
    else:
        check_number(book, recipe, None)
    check_reference(book, recipe, None)
    _make_room(book, recipe, bool(body.get("ReplaceActive")))
    book.put_recipe(recipe)
    if recipe.is_active:
        reroll_ancestors(book, recipe.item_ref_id)
    return recipe


def update(book: RecipeBook, recipe: Recipe, body: Body) -> Recipe:
    """Applies an update body; one that changes nothing writes nothing and returns the recipe as it is.

    An archived recipe can only be read and restored (`invalid_state_transition`).
    """
    refuse_archived(recipe)
    lookup = Lookup(book)
    item_id = body.get("ItemRefId") or recipe.item_ref_id
    item = lookup.item(item_id)
    if item is None:
        raise unknown_item(item_id, "/ItemRefId")
    if item_id != recipe.item_ref_id:
        check_output(item)
    after = changed_recipe(book, lookup, recipe, body, item)
    if same_content(recipe, after, _CONTENT):
        return recipe
    check_output(item)
    credits = check_content(lookup, after)
    roll_up_recipe(Rates(lookup), after, credits)
    check_number(book, after, recipe)
    check_reference(book, after, recipe)
    _make_room(book, after, bool(body.get("ReplaceActive")))
    _write(book, after)
    carry_up(book, recipe, after)
    return after


def archive(book: RecipeBook, ids: Iterable[str]) -> int:
    """Archives the recipes in the order given; returns how many changed. Nothing can pin a recipe.

    Unknown and archived ones count 0.
    """
    modified = 0
    for recipe_id in ids:
        # Read anew: an earlier one of the set may have changed this one's cost.
        recipe = book.recipe(recipe_id)
        if recipe is None or recipe.is_archived:
            continue
        _write(book, archived_copy(recipe))
        if recipe.is_active:
            reroll_ancestors(book, recipe.item_ref_id)
        modified += 1
    return modified


def restore(book: RecipeBook, ids: Iterable[str]) -> int:
    """Restores archived recipes in the order given; returns how many changed.

    Each gets the status that it had, or Draft where its item has another Active recipe by then. One whose
    items are inactive or that would close a cycle refuses all.
    """
    planned = restored_copies(found(book.recipe, ids, archived=True), book.active_recipe)
    staged = Lookup(book, planned)
    for recipe in planned:
        check_items_usable(staged, recipe)
        check_acyclic(staged, recipe)
    for recipe in planned:
        _write(book, recipe_rolled_again(Rates(Lookup(book)), recipe))
        if recipe.is_active:
            reroll_ancestors(book, recipe.item_ref_id)
    return len(planned)


def _make_room(book: RecipeBook, recipe: Recipe, is_replacing: bool) -> None:
    """Sees to it that an Active recipe is the only one of its item."""
    other = book.active_recipe(recipe.item_ref_id) if recipe.is_active else None
    leaving = displaced(recipe, other, is_replacing, "recipe", "active_recipe_exists")
    if leaving is not None:
        _write(book, leaving)


def _write(book: RecipeBook, recipe: Recipe) -> None:
    stamp(book, recipe)
    book.put_recipe(recipe)
