"""Carries a changed cost up to every BOM and recipe that is built on it."""

from __future__ import annotations

from decimal import Decimal

from mock_server.manufacturing.documents import later
from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.costing import FOLLOWED, Rates, rolled_again
from mock_server.manufacturing.formulas.graph import topological_order
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.ports import FormulaBook
from mock_server.manufacturing.formulas.recipe import AnyFormula
from mock_server.manufacturing.formulas.recipe_costing import recipe_rolled_again

_FIGURES = (
    "material_cost",
    "labour_cost",
    "overhead_cost",
    "service_cost",
    "by_product_credit",
    "total_cost",
    "unit_cost",
)


def reroll_ancestors(book: FormulaBook, item_id: str | None, bom_id: str | None = None) -> int:
    """Rolls up all unarchived formulas above an item, and above a pinned BOM: each once, components first.

    Call it after the item's standard cost, its Active formula, or the pinned BOM changed. Ancestors get new
    costs and a new `updated_at`; their revision stays and no event is sent. Returns how many were written.
    """
    roots = _consumers(book, item_id, bom_id)
    if not roots:
        return 0
    above: dict[str, list[AnyFormula]] = {}

    def consumers_of(formula: AnyFormula) -> list[AnyFormula]:
        found = _consumers(book, formula.item_ref_id if formula.is_active else None, formula.id)
        above[formula.id] = found
        return found

    ordered = topological_order(roots, lambda formula: formula.id, consumers_of)
    # Rates are read for consumers only, all of which come after what they consume: none can be out of date.
    rates = Rates(Lookup(book))
    stale = {formula.id for formula in roots}
    written = 0
    for formula in ordered:
        if formula.id not in stale:
            continue
        rolled = _rolled_again(rates, formula)
        is_visible = _looks_different(formula, rolled)
        is_carried = _costs_otherwise(formula, rolled)
        if not is_visible and not is_carried:
            continue
        rolled.cost_rollup_state = FOLLOWED
        rolled.repository_version += 1
        if is_visible:
            rolled.updated_at = later(book, formula.updated_at)
        _put(book, rolled)
        written += 1
        if is_carried:
            stale.update(consumer.id for consumer in above[formula.id])
    return written


def reroll_item(book: FormulaBook, item_id: str) -> int:
    """Rolls up what depends on an item's own figures, after its standard cost or selling price changed.

    These are its consumers, and its Active BOM and recipe, whose by-products may be shared by the selling
    price.
    """
    bom = book.boms.active(item_id)
    own: list[AnyFormula | None] = [bom, book.recipes.active(item_id)]
    written = 0
    for formula in own:
        if formula is None or not formula.by_products:
            continue
        rolled = _rolled_again(Rates(Lookup(book)), formula)
        if _looks_different(formula, rolled) or _costs_otherwise(formula, rolled):
            rolled.cost_rollup_state = FOLLOWED
            rolled.repository_version += 1
            rolled.updated_at = later(book, formula.updated_at)
            _put(book, rolled)
            written += 1
    return written + reroll_ancestors(book, item_id, bom.id if bom is not None else None)


def _consumers(book: FormulaBook, item_id: str | None, bom_id: str | None) -> list[AnyFormula]:
    found: dict[str, AnyFormula] = {}
    if item_id is not None:
        found.update((bom.id, bom) for bom in book.boms.using(item_id))
        found.update((recipe.id, recipe) for recipe in book.recipes.using(item_id))
    if bom_id is not None:
        found.update((bom.id, bom) for bom in book.boms.pinning(bom_id))
    return list(found.values())


def _rolled_again(rates: Rates, formula: AnyFormula) -> AnyFormula:
    return rolled_again(rates, formula) if isinstance(formula, Bom) else recipe_rolled_again(rates, formula)


def _put(book: FormulaBook, formula: AnyFormula) -> None:
    if isinstance(formula, Bom):
        book.boms.put(formula)
    else:
        book.recipes.put(formula)


def _costs_otherwise(before: AnyFormula, after: AnyFormula) -> bool:
    return after.exact_cost != before.exact_cost or after.levels != before.levels


def _looks_different(before: AnyFormula, after: AnyFormula) -> bool:
    if any(getattr(before, figure) != getattr(after, figure) for figure in _FIGURES):
        return True
    return _line_costs(before) != _line_costs(after)


def _line_costs(formula: AnyFormula) -> list[tuple[Decimal, Decimal]]:
    return [(line.unit_cost, line.line_cost) for line in formula.lines]
