"""Carries a changed cost up to every BOM that is built on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mock_server.manufacturing.bom_records import Bom
from mock_server.manufacturing.costing import FOLLOWED, Rates, rolled_again
from mock_server.manufacturing.item_graph import topological_order
from mock_server.manufacturing.lookup import Lookup
from mock_server.manufacturing.ports import Book

_FIGURES = (
    "material_cost",
    "labour_cost",
    "overhead_cost",
    "service_cost",
    "by_product_credit",
    "total_cost",
    "unit_cost",
)


def reroll_ancestors(book: Book, item_id: str | None, bom_id: str | None = None) -> int:
    """Rolls up all unarchived BOMs above an item, and above a pinned BOM: each once, components first.

    Call it after the item's standard cost, its Active formula, or the pinned BOM changed. Ancestors get new
    costs and a new `updated_at`; their revision stays and no event is sent. Returns how many were written.
    """
    roots = _consumers(book, item_id, bom_id)
    if not roots:
        return 0
    above: dict[str, list[Bom]] = {}

    def consumers_of(bom: Bom) -> list[Bom]:
        found = _consumers(book, bom.item_ref_id if bom.is_active else None, bom.id)
        above[bom.id] = found
        return found

    ordered = topological_order(roots, lambda bom: bom.id, consumers_of)
    # Rates are read for consumers only, all of which come after what they consume: none can be out of date.
    rates = Rates(Lookup(book))
    stale = {bom.id for bom in roots}
    written = 0
    for bom in ordered:
        if bom.id not in stale:
            continue
        rolled = rolled_again(rates, bom)
        is_visible = _looks_different(bom, rolled)
        is_carried = rolled.exact_cost != bom.exact_cost or rolled.levels != bom.levels
        if not is_visible and not is_carried:
            continue
        rolled.cost_rollup_state = FOLLOWED
        rolled.repository_version += 1
        if is_visible:
            rolled.updated_at = book.now
        book.put_bom(rolled, None)
        written += 1
        if is_carried:
            stale.update(consumer.id for consumer in above[bom.id])
    return written


def reroll_item(book: Book, item_id: str) -> int:
    """Rolls up what depends on an item's own figures, after its standard cost or selling price changed.

    These are its consumers, and its Active BOM, whose by-products may be shared by the selling price.
    """
    own = book.active_bom(item_id)
    written = 0
    if own is not None and own.by_products:
        rolled = rolled_again(Rates(Lookup(book)), own)
        if _looks_different(own, rolled) or rolled.exact_cost != own.exact_cost:
            rolled = replace(
                rolled,
                cost_rollup_state=FOLLOWED,
                repository_version=own.repository_version + 1,
                updated_at=book.now,
            )
            book.put_bom(rolled, None)
            written = 1
    return written + reroll_ancestors(book, item_id, own.id if own is not None else None)


def _consumers(book: Book, item_id: str | None, bom_id: str | None) -> list[Bom]:
    found: dict[str, Bom] = {}
    by_item: Iterable[Bom] = book.boms_with_line(item_id) if item_id is not None else ()
    by_pin: Iterable[Bom] = book.boms_pinning(bom_id) if bom_id is not None else ()
    for bom in (*by_item, *by_pin):
        found[bom.id] = bom
    return list(found.values())


def _looks_different(before: Bom, after: Bom) -> bool:
    if any(getattr(before, figure) != getattr(after, figure) for figure in _FIGURES):
        return True
    return any(
        old.line_cost != new.line_cost or old.unit_cost != new.unit_cost
        for old, new in zip(before.lines, after.lines, strict=True)
    )
