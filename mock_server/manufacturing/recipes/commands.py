"""The commands on recipes: create, update, archive, restore. Each is one transaction of the book."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.manufacturing.documents import check_identity, write
from mock_server.manufacturing.formulas import (
    FormulaBook,
    Lookup,
    Recipe,
    check_acyclic,
    check_items_usable,
    costing,
    lifecycle,
    recipe_rolled_again,
    reroll_ancestors,
    roll_up_recipe,
)
from mock_server.manufacturing.members import Body
from mock_server.manufacturing.recipes.body import MEMBERS, changed_recipe, new_recipe
from mock_server.manufacturing.recipes.guards import check_content, check_output


def create(book: FormulaBook, body: Body) -> Recipe:
    """Creates a Draft or Active recipe and rolls up its cost; an Active one also changes what is above it."""
    lookup = Lookup(book)
    item = lifecycle.output_item(lookup, body["ItemRefId"])
    check_output(item)
    recipe = new_recipe(book, lookup, body, item)
    roll_up_recipe(costing.Rates(lookup), recipe, check_content(lookup, recipe))
    check_identity(book.recipes, recipe)
    lifecycle.make_room(book, book.recipes, recipe, bool(body.get("ReplaceActive")), None)
    book.recipes.put(recipe)
    if recipe.is_active:
        reroll_ancestors(book, recipe.item_ref_id)
    book.move_drafts()
    return recipe


def update(book: FormulaBook, recipe: Recipe, body: Body) -> Recipe:
    """Applies an update body; one that changes nothing writes nothing and returns the recipe as it is.

    What the body does not change is not held against other records again, unless the recipe becomes Active.
    An archived recipe can only be read and restored (`invalid_state_transition`).
    """
    lifecycle.refuse_archived(recipe)
    lookup = Lookup(book)
    item = lifecycle.output_item(lookup, body.get("ItemRefId") or recipe.item_ref_id)
    if item.id != recipe.item_ref_id:
        check_output(item)
    after = changed_recipe(book, lookup, recipe, body, item)
    if lifecycle.same_content(recipe, after, MEMBERS) and recipe.steps == after.steps:
        return recipe
    is_activated = lifecycle.is_activated(recipe, after)
    if is_activated:
        check_output(item)
    credits = check_content(lookup, after, None if is_activated else recipe)
    if lifecycle.is_rolled_anew(recipe, after):
        roll_up_recipe(costing.Rates(lookup), after, credits)
    check_identity(book.recipes, after, recipe)
    lifecycle.make_room(book, book.recipes, after, bool(body.get("ReplaceActive")), None)
    write(book, book.recipes, after)
    lifecycle.carry_up(book, recipe, after)
    book.move_drafts()
    return after


def archive(book: FormulaBook, ids: Iterable[str]) -> int:
    """Archives the recipes in the order given; returns how many changed. Nothing can pin a recipe."""
    return lifecycle.archive(book, book.recipes, ids)


def restore(book: FormulaBook, ids: Iterable[str]) -> int:
    """Restores archived recipes in the order given; returns how many changed.

    Each gets the status that it had, or Draft where its item has another Active recipe by then. One whose
    items are inactive or that would close a cycle refuses all.
    """
    planned = lifecycle.restored_copies(book.recipes, ids)
    staged = Lookup(book, planned)
    for recipe in planned:
        check_items_usable(staged, recipe)
        check_acyclic(staged, recipe)
    for recipe in planned:
        write(book, book.recipes, recipe_rolled_again(costing.Rates(Lookup(book)), recipe))
        if recipe.is_active:
            reroll_ancestors(book, recipe.item_ref_id)
    book.move_drafts()
    return len(planned)
