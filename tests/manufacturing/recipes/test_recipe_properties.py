"""Any sequence of commands on BOMs and recipes keeps the invariants of graph, states, costs and scaling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from graphlib import TopologicalSorter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mock_server.manufacturing import boms, recipes
from mock_server.manufacturing.decimals import unit_cost as rounded_unit_cost
from mock_server.manufacturing.formulas import (
    AnyFormula,
    Bom,
    Lookup,
    Recipe,
    reroll_item,
    unpack,
)
from mock_server.manufacturing.formulas.batches import batch_count, batch_factor, formula_of_recipe
from mock_server.refused import Refused
from tests.manufacturing import recipe_graphs as graph
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.graphs import ASSEMBLIES, PARTS, bodies, new_book
from tests.manufacturing.recipe_graphs import ingredient_bodies, mixed_books, recipe_bodies

EXPECTED = {
    "bom_cycle",
    "active_bom_exists",
    "active_recipe_exists",
    "invalid_state_transition",
    "percentages_must_sum_to_100",
}
few = settings(max_examples=50)
indexes = st.integers(0, 50)


def exact(formula: AnyFormula) -> Fraction:
    return unpack(formula.exact_cost).unit


def try_to(book: MemoryBook, command: Callable[[], Any]) -> str | None:
    """Runs a command; of a refusal returns the code, after checking that nothing has changed."""
    before = book.picture(), book.recipe_picture()
    try:
        book.attempt(command)
    except Refused as refusal:
        assert refusal.code in EXPECTED, refusal
        assert (book.boms, book.recipes) == before
        return refusal.code
    return None


class Commands(RuleBasedStateMachine):
    """Creates, edits, activates, archives and restores recipes beside BOMs over a handful of items."""

    def __init__(self) -> None:
        super().__init__()
        self.book = new_book()

    def pick(self, index: int) -> Recipe:
        found = list(self.book.recipes.values())
        return found[index % len(found)]

    @rule(code=st.sampled_from(ASSEMBLIES), data=st.data(), active=st.booleans(), replacing=st.booleans())
    def create(self, code: str, data: st.DataObject, active: bool, replacing: bool) -> None:
        body = data.draw(recipe_bodies(code))
        body |= {"Status": "Active" if active else "Draft", "ReplaceActive": replacing}
        try_to(self.book, lambda: recipes.create(self.book, body))

    @rule(code=st.sampled_from(ASSEMBLIES), data=st.data(), replacing=st.booleans())
    def create_a_bom(self, code: str, data: st.DataObject, replacing: bool) -> None:
        body = data.draw(bodies(code, fixed=False)) | {"ReplaceActive": replacing}
        try_to(self.book, lambda: boms.create(self.book, body))

    @precondition(lambda self: self.book.recipes)
    @rule(index=indexes, lines=st.lists(ingredient_bodies(PARTS + ASSEMBLIES), min_size=1, max_size=3))
    def edit(self, index: int, lines: list[dict[str, Any]]) -> None:
        recipe = self.pick(index)
        code = try_to(self.book, lambda: recipes.update(self.book, recipe, {"Ingredients": lines}))
        if recipe.is_archived:
            assert code == "invalid_state_transition"
        elif any(line["ItemRefId"] == recipe.item_ref_id for line in lines):
            assert code in {"bom_cycle", "percentages_must_sum_to_100"}

    @precondition(lambda self: self.book.recipes)
    @rule(index=indexes, size=st.decimals(1, 400, places=2), percent=st.decimals(50, 100, places=1))
    def resize(self, index: int, size: Decimal, percent: Decimal) -> None:
        body = {"BatchSize": size, "ExpectedYieldPercent": percent}
        try_to(self.book, lambda: recipes.update(self.book, self.pick(index), body))

    @precondition(lambda self: self.book.recipes)
    @rule(index=indexes, status=st.sampled_from(["Draft", "Active"]), replacing=st.booleans())
    def change_status(self, index: int, status: str, replacing: bool) -> None:
        body = {"Status": status, "ReplaceActive": replacing}
        try_to(self.book, lambda: recipes.update(self.book, self.pick(index), body))

    @precondition(lambda self: self.book.recipes)
    @rule(picked=st.lists(indexes, min_size=1, max_size=3))
    def archive(self, picked: list[int]) -> None:
        ids = [self.pick(index).id for index in picked]
        try_to(self.book, lambda: recipes.archive(self.book, ids))

    @precondition(lambda self: self.book.recipes)
    @rule(picked=st.lists(indexes, min_size=1, max_size=3))
    def restore(self, picked: list[int]) -> None:
        ids = [self.pick(index).id for index in picked]
        try_to(self.book, lambda: recipes.restore(self.book, ids))

    @precondition(lambda self: self.book.boms)
    @rule(index=indexes, back=st.booleans())
    def move_a_bom(self, index: int, back: bool) -> None:
        ids = [list(self.book.boms)[index % len(self.book.boms)]]
        try_to(self.book, lambda: (boms.restore if back else boms.archive)(self.book, ids))

    @rule(code=st.sampled_from(PARTS + ASSEMBLIES), cost=st.decimals(1, 900, places=2))
    def change_cost(self, code: str, cost: Decimal) -> None:
        self.book.change(code, standard_cost=cost)
        self.book.attempt(lambda: reroll_item(self.book, code))

    @invariant()
    def inv_d1_no_item_needs_itself(self) -> None:
        """INV-D1: a topological order of the items exists, through all Active BOMs and recipes."""
        needs: dict[str, set[str]] = {}
        for formula in graph.formulas(self.book):
            if formula.is_active:
                below = {line.item_ref_id for line in formula.lines}
                needs.setdefault(formula.item_ref_id, set()).update(below)
        assert list(TopologicalSorter(needs).static_order()) or not needs

    @invariant()
    def inv_d11_one_active_recipe_per_item(self) -> None:
        """INV-D11: at most one, and it is the one that is found."""
        for code in ASSEMBLIES:
            active = [
                each
                for each in self.book.recipes.values()
                if (each.item_ref_id, each.status) == (code, "Active")
            ]
            assert len(active) <= 1
            assert self.book.recipes.active(code) is (active[0] if active else None)

    @invariant()
    def inv_d17_the_expected_output(self) -> None:
        """INV-D17: batch size times yield times output per batch unit, at the precision of the unit."""
        for recipe in self.book.recipes.values():
            assert recipe.expected_output == graph.shown_output(recipe)
            assert batch_factor(recipe, recipe.output_quantity) == 1
            if all(each.basis == "PercentOfBatch" for each in recipe.ingredients):
                total = sum((each.percent or Decimal(0) for each in recipe.ingredients), Decimal(0))
                assert abs(total - 100) <= Decimal("0.01")

    @invariant()
    def inv_d19_archived_is_flag_and_status(self) -> None:
        """INV-D19: the flag and the status say the same."""
        assert all(each.is_archived == (each.status == "Archived") for each in self.book.recipes.values())

    @invariant()
    def numbers_are_unique(self) -> None:
        labels = [recipe.label for recipe in self.book.recipes.values()]
        assert len(labels) == len(set(labels))

    @invariant()
    def every_cost_is_what_plain_recursion_gives(self) -> None:
        for formula in graph.formulas(self.book):
            if not formula.is_archived:
                assert exact(formula) == graph.unit_cost(self.book, formula)
                assert formula.levels == graph.levels(self.book, formula)


TestCommands = Commands.TestCase
TestCommands.settings = settings(max_examples=100, stateful_step_count=25)


@few
@given(mixed_books(shares=True))
def test_every_cost_equals_plain_recursion_whatever_the_order_of_creation(book: MemoryBook) -> None:
    """INV-C1 and INV-C2: exact through any nesting of BOMs and recipes, rounded once."""
    for formula in graph.formulas(book):
        unit = graph.unit_cost(book, formula)
        assert exact(formula) == unit
        assert formula.unit_cost == rounded_unit_cost(unit)
        # Four elements and a credit, each half a paisa off at most.
        total = unit * Fraction(formula.output_quantity)
        assert abs(Fraction(formula.total_cost) - total) <= Fraction(25, 1000)
        parts = (formula.material_cost, formula.labour_cost, formula.overhead_cost, formula.service_cost)
        assert sum(parts) - formula.by_product_credit == formula.total_cost
        assert min(parts) >= 0


@few
@given(mixed_books(), st.sampled_from(PARTS), st.integers(1, 10**6))
def test_inv_c3_a_dearer_part_raises_its_ancestors_and_no_others(
    book: MemoryBook, part: str, millionths: int
) -> None:
    """INV-C3: every BOM and recipe above rises by its content of the part times the rise, no other at all."""
    before: dict[str, AnyFormula] = {**book.picture(), **book.recipe_picture()}
    rise = Decimal(millionths).scaleb(-6)
    book.change(part, standard_cost=(book.items[part].standard_cost or 0) + rise)
    book.writes.clear()
    written = book.attempt(lambda: reroll_item(book, part))
    assert len(book.writes) == len(set(book.writes)) == written
    for old in before.values():
        new = book.boms[old.id] if isinstance(old, Bom) else book.recipes[old.id]
        content = graph.content(book, new).get(part, Fraction(0))
        assert exact(new) - exact(old) == content * Fraction(rise)
        assert new.revision == old.revision
        if not content:
            assert new == old
    assert all(event == "bom.created" for _, event, _ in book.events), "no ancestor sends an event"


@few
@given(mixed_books(), st.data())
def test_inv_d17_the_expected_output_needs_one_batch_and_others_their_factor(
    book: MemoryBook, data: st.DataObject
) -> None:
    """INV-D17: an order of the expected output is the batch itself; variable needs are linear."""
    for recipe in book.recipes.values():
        planned = Decimal(data.draw(st.integers(1, 10**6))).scaleb(-3)
        one = formula_of_recipe(Lookup(book), recipe, recipe.output_quantity)
        other = formula_of_recipe(Lookup(book), recipe, planned)
        factor, batches = batch_factor(recipe, planned), batch_count(recipe, planned)
        assert factor == Fraction(planned) / graph.batch_output(recipe)
        assert factor <= batches < factor + 1
        direct = [each for each in recipe.ingredients if not _is_phantom(book, each.item_ref_id)]
        if len(direct) == len(recipe.ingredients):
            wanted: dict[str, list[Fraction]] = {}
            for each in direct:
                sums = wanted.setdefault(each.item_ref_id, [Fraction(0), Fraction(0)])
                sums[each.basis == "Fixed"] += graph.need(recipe, each)
            assert {need.item_ref_id: [need.variable, need.fixed] for need in one.needs} == wanted
        for need, scaled in zip(one.needs, other.needs, strict=True):
            assert scaled.item_ref_id == need.item_ref_id
            assert scaled.variable == need.variable * factor
            assert scaled.fixed == need.fixed * batches
        assert [work.run_minutes for work in other.work if work.overhead_percent is None] == [
            Fraction(each.minutes_per_batch) * factor for each in recipe.operations
        ]
        assert other.other_overhead - _phantom_overhead(book, recipe, other) == (
            Fraction(recipe.other_overhead) * factor
        )


def _is_phantom(book: MemoryBook, item_id: str) -> bool:
    bom = book.boms.active(item_id)
    return bom is not None and bom.is_phantom


def _phantom_overhead(book: MemoryBook, recipe: Recipe, other: Any) -> Fraction:
    """What phantoms add to other overhead, found by leaving out the recipe's own."""
    bare = replace(recipe, other_overhead=Decimal(0))
    return formula_of_recipe(Lookup(book), bare, other.planned).other_overhead


def content_of(recipe: Recipe) -> dict[str, Any]:
    """What a recipe shows, but for revision and timestamps."""
    hidden = Recipe.INTERNAL | {"revision", "updated_at", "created_at"}
    return {field.name: getattr(recipe, field.name) for field in fields(recipe) if field.name not in hidden}


@few
@given(mixed_books(shares=True), st.booleans())
def test_inv_d12_archive_then_restore_gives_the_same_document(book: MemoryBook, replaced: bool) -> None:
    """INV-D12: all is as before; only a recipe whose place another took comes back as Draft."""
    for recipe in list(book.recipes.values()):
        before = book.recipes[recipe.id]
        book.attempt(partial(recipes.archive, book, [recipe.id]))
        if replaced:
            line = {"ItemRefId": "P4", "Basis": "PerBatch", "Quantity": 1}
            usurper = {"Name": "x", "ItemRefId": recipe.item_ref_id, "Status": "Active", "BatchSize": 1}
            book.attempt(partial(recipes.create, book, {**usurper, "Ingredients": [line]}))
        book.attempt(partial(recipes.restore, book, [recipe.id]))
        after = book.recipes[recipe.id]
        assert after.status == ("Draft" if replaced else "Active")
        assert content_of(replace(after, status=before.status)) == content_of(before)
        assert after.revision == before.revision + 2


@few
@given(mixed_books(), st.data())
def test_inv_d20_a_set_does_what_single_calls_do_in_its_order(book: MemoryBook, data: st.DataObject) -> None:
    """INV-D20: records and revisions are the same, and so are the costs of all that is above."""
    if not book.recipes:
        return
    other = new_book()
    other.boms.update(book.picture())
    other.recipes.update(book.recipe_picture())
    ids = data.draw(st.lists(st.sampled_from(list(book.recipes)), min_size=1, unique=True))
    back = data.draw(st.permutations(ids))
    for command, order in ((recipes.archive, ids), (recipes.restore, back)):
        count = book.attempt(partial(command, book, order))
        assert count == sum(other.attempt(partial(command, other, [recipe_id])) for recipe_id in order)
        assert {key: content_of(each) for key, each in book.recipes.items()} == {
            key: content_of(each) for key, each in other.recipes.items()
        }
        assert [each.revision for each in book.recipes.values()] == [
            each.revision for each in other.recipes.values()
        ]
        assert [bom.total_cost for bom in book.boms.values()] == [
            bom.total_cost for bom in other.boms.values()
        ]


@few
@given(mixed_books(phantoms=False), st.data())
def test_inv_d20_one_refused_id_changes_nothing(book: MemoryBook, data: st.DataObject) -> None:
    """INV-D20: one recipe with an inactive item keeps the whole set in the archive."""
    ids = list(book.recipes)
    if not ids:
        return
    book.attempt(lambda: recipes.archive(book, ids))
    gone = data.draw(st.sampled_from(sorted({book.recipes[each].item_ref_id for each in ids})))
    book.change(gone, is_active=False)
    before = book.picture(), book.recipe_picture()
    try:
        book.attempt(lambda: recipes.restore(book, data.draw(st.permutations(ids))))
    except Refused as refusal:
        assert refusal.code == "inactive_item"
    else:
        raise AssertionError("an inactive item came back")
    assert (book.boms, book.recipes) == before
