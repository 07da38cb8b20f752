"""Carries a changed cost up to every BOM and recipe that is built on it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from mock_server.manufacturing.documents import later
from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.costing import FOLLOWED, Rates, rolled_again
from mock_server.manufacturing.formulas.graph import MAX_ROLL_UP, topological_order
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.ports import FormulaBook
from mock_server.manufacturing.formulas.recipe import AnyFormula
from mock_server.manufacturing.formulas.recipe_costing import recipe_rolled_again
from mock_server.refused import Refused

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
    More than can be carried up in one transaction is refused (`explosion_too_large`).
    """
    above_it = _Above()
    roots = _consumers(book, item_id, bom_id, above_it)
    if not roots:
        return 0
    above: dict[str, list[AnyFormula]] = {}

    def consumers_of(formula: AnyFormula) -> list[AnyFormula]:
        found = _consumers(book, formula.item_ref_id if formula.is_active else None, formula.id, above_it)
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


class _Above:
    """Counts the lines of all formulas to which a change is carried, each formula once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._lines = 0

    def count(self, formula: AnyFormula) -> None:
        """Counts one; refuses more than can be rolled up."""
        if formula.id in self._seen:
            return
        self._seen.add(formula.id)
        self._lines += len(formula.lines)
        if self._lines > MAX_ROLL_UP:
            raise Refused(
                "explosion_too_large",
                f"The BOMs and recipes above have more than {MAX_ROLL_UP} lines:"
                " a change of cost cannot be carried up to so many.",
            )


def _consumers(
    book: FormulaBook, item_id: str | None, bom_id: str | None, above_it: _Above
) -> list[AnyFormula]:
    """All that consume an item or a pinned BOM; their lines are counted as they are read."""
    found: dict[str, AnyFormula] = {}
    for formula in _read(book, item_id, bom_id):
        found[formula.id] = formula
        above_it.count(formula)
    return list(found.values())


def _read(book: FormulaBook, item_id: str | None, bom_id: str | None) -> Iterator[AnyFormula]:
    if item_id is not None:
        yield from book.boms.using(item_id)
        yield from book.recipes.using(item_id)
    if bom_id is not None:
        yield from book.boms.pinning(bom_id)


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
