"""The commands on BOMs: create, update, archive, restore. Each is one transaction of the book."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.manufacturing.boms.body import MEMBERS, changed_bom, new_bom
from mock_server.manufacturing.boms.guards import check_content, check_output, check_stocked, check_usable
from mock_server.manufacturing.documents import check_identity, find, write
from mock_server.manufacturing.formulas import (
    Bom,
    BomType,
    FormulaBook,
    Lookup,
    check_acyclic,
    costing,
    lifecycle,
    reroll_ancestors,
)
from mock_server.manufacturing.members import Body
from mock_server.refused import Refused

CREATED = "bom.created"
UPDATED = "bom.updated"
ARCHIVED = "bom.archived"
RESTORED = "bom.restored"

_NAMES_SHOWN = 3


def create(book: FormulaBook, body: Body) -> Bom:
    """Creates a Draft or Active BOM and rolls up its cost; an Active one also changes the BOMs above it."""
    lookup = Lookup(book)
    item = lifecycle.output_item(lookup, body["ItemRefId"])
    check_output(item, body.get("Type") or BomType.MANUFACTURE)
    bom = new_bom(book, lookup, body, item)
    costing.roll_up(costing.Rates(lookup), bom, check_content(lookup, bom))
    check_identity(book.boms, bom)
    lifecycle.make_room(book, book.boms, bom, bool(body.get("ReplaceActive")), UPDATED)
    book.boms.put(bom, CREATED)
    if bom.is_active:
        reroll_ancestors(book, bom.item_ref_id)
    book.move_drafts()
    return bom


def update(book: FormulaBook, bom: Bom, body: Body) -> Bom:
    """Applies an update body; one that changes nothing writes nothing and returns the BOM as it is.

    What the body does not change is not held against other records again, unless the BOM becomes Active. An
    archived BOM can only be read and restored (`invalid_state_transition`).
    """
    lifecycle.refuse_archived(bom)
    lookup = Lookup(book)
    item = lifecycle.output_item(lookup, body.get("ItemRefId") or bom.item_ref_id)
    if item.id != bom.item_ref_id:
        check_output(item, body.get("Type") or bom.type)
    after = changed_bom(book, lookup, bom, body, item)
    if lifecycle.same_content(bom, after, MEMBERS):
        return bom
    is_activated = lifecycle.is_activated(bom, after)
    if is_activated:
        check_output(item, after.type)
    elif after.type != bom.type:
        check_stocked(item, after.type)
    credits = check_content(lookup, after, None if is_activated else bom)
    if lifecycle.is_rolled_anew(bom, after):
        costing.roll_up(costing.Rates(lookup), after, credits)
    check_identity(book.boms, after, bom)
    if after.item_ref_id != bom.item_ref_id:
        _refuse_if_pinned(book, bom, {bom.id}, "it cannot make another item")
    lifecycle.make_room(book, book.boms, after, bool(body.get("ReplaceActive")), UPDATED)
    write(book, book.boms, after, UPDATED)
    lifecycle.carry_up(book, bom, after)
    book.move_drafts()
    return after


def archive(book: FormulaBook, ids: Iterable[str]) -> int:
    """Archives the BOMs in the order given; returns how many changed. A pinned one refuses all (`in_use`).

    Unknown and archived ones count 0. A BOM that is pinned only by others of the same call is no obstacle.
    """
    given = list(ids)
    for bom in find(book.boms, given, archived=False):
        _refuse_if_pinned(book, bom, set(given), "it cannot be archived")
    return lifecycle.archive(book, book.boms, given, ARCHIVED)


def restore(book: FormulaBook, ids: Iterable[str]) -> int:
    """Restores archived BOMs in the order given; returns how many changed.

    Each gets the status that it had, or Draft where its item has another Active BOM by then. One whose items
    are inactive, that pins an archived BOM or that would close a cycle refuses all.
    """
    planned = lifecycle.restored_copies(book.boms, ids)
    staged = Lookup(book, planned)
    for bom in planned:
        check_usable(staged, bom)
        check_acyclic(staged, bom)
    for bom in planned:
        write(book, book.boms, costing.rolled_again(costing.Rates(Lookup(book)), bom), RESTORED)
        reroll_ancestors(book, bom.item_ref_id if bom.is_active else None, bom.id)
    book.move_drafts()
    return len(planned)


def _refuse_if_pinned(book: FormulaBook, bom: Bom, leaving: set[str], consequence: str) -> None:
    pinning = [other.label for other in book.boms.pinning(bom.id) if other.id not in leaving]
    if pinning:
        names = ", ".join(pinning[:_NAMES_SHOWN])
        more = f" and {len(pinning) - _NAMES_SHOWN} more" if len(pinning) > _NAMES_SHOWN else ""
        raise Refused("in_use", f"{bom.label} is pinned by {names}{more}: {consequence}.")
