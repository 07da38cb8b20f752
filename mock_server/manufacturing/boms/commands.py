"""The commands on BOMs: create, update, archive, restore. Each is one transaction of the book."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.manufacturing.boms.body import changed_bom, new_bom
from mock_server.manufacturing.boms.guards import (
    check_content,
    check_number,
    check_output,
    check_reference,
    check_usable,
)
from mock_server.manufacturing.documents import next_free_number
from mock_server.manufacturing.formulas import (
    MANUFACTURE,
    Bom,
    Book,
    Lookup,
    Rates,
    archived_copy,
    carry_up,
    check_acyclic,
    displaced,
    found,
    refuse_archived,
    reroll_ancestors,
    restored_copies,
    roll_up,
    rolled_again,
    same_content,
    stamp,
)
from mock_server.manufacturing.refusals import Refused, unknown_item
from mock_server.manufacturing.request_body import Body

CREATED = "bom.created"
UPDATED = "bom.updated"
BOM_ARCHIVED = "bom.archived"
BOM_RESTORED = "bom.restored"

_NAMES_SHOWN = 3
# Worked out or kept by the book itself: a change of these alone is no change.
_CONTENT = (
    "bom_number",
    "version",
    "name",
    "type",
    "item_ref_id",
    "output_quantity",
    "uom",
    "status",
    "effective_from",
    "effective_to",
    "inspection_required",
    "service_cost_per_unit",
    "overhead_percent",
    "other_overhead",
    "operations",
    "by_products",
    "notes",
    "external_reference",
)


def create(book: Book, body: Body) -> Bom:
    """Creates a Draft or Active BOM and rolls up its cost; an Active one also changes the BOMs above it."""
    lookup = Lookup(book)
    item = lookup.item(body["ItemRefId"])
    if item is None:
        raise unknown_item(body["ItemRefId"], "/ItemRefId")
    check_output(item, body.get("Type") or MANUFACTURE)
    bom = new_bom(book, lookup, body, item)
    credits = check_content(lookup, bom)
    roll_up(Rates(lookup), bom, credits)
    if not bom.bom_number:
        bom.bom_number = next_free_number(
            book.next_bom_number, lambda number: book.number_taken(number, bom.version)
        )
    else:
        check_number(book, bom, None)
    check_reference(book, bom, None)
    _make_room(book, bom, bool(body.get("ReplaceActive")))
    book.put_bom(bom, CREATED)
    if bom.is_active:
        reroll_ancestors(book, bom.item_ref_id)
    return bom


def update(book: Book, bom: Bom, body: Body) -> Bom:
    """Applies an update body; one that changes nothing writes nothing and returns the BOM as it is.

    An archived BOM can only be read and restored (`invalid_state_transition`).
    """
    refuse_archived(bom)
    lookup = Lookup(book)
    item_id = body.get("ItemRefId") or bom.item_ref_id
    item = lookup.item(item_id)
    if item is None:
        raise unknown_item(item_id, "/ItemRefId")
    if item_id != bom.item_ref_id:
        check_output(item, body.get("Type") or bom.type)
    after = changed_bom(book, lookup, bom, body, item)
    if same_content(bom, after, _CONTENT):
        return bom
    check_output(item, after.type)
    credits = check_content(lookup, after)
    roll_up(Rates(lookup), after, credits)
    check_number(book, after, bom)
    check_reference(book, after, bom)
    if after.item_ref_id != bom.item_ref_id:
        _refuse_if_pinned(book, bom, {bom.id}, "it cannot make another item")
    _make_room(book, after, bool(body.get("ReplaceActive")))
    _write(book, after, UPDATED)
    carry_up(book, bom, after)
    return after


def archive(book: Book, ids: Iterable[str]) -> int:
    """Archives the BOMs in the order given; returns how many changed. A pinned one refuses all (`in_use`).

    Unknown and archived ones count 0. A BOM that is pinned only by others of the same call is no obstacle.
    """
    given = list(ids)
    chosen = set(given)
    for bom in found(book.bom, given, archived=False):
        _refuse_if_pinned(book, bom, chosen, "it cannot be archived")
    modified = 0
    for bom_id in given:
        # Read anew: an earlier one of the set may have changed this one's cost.
        bom_now = book.bom(bom_id)
        if bom_now is None or bom_now.is_archived:
            continue
        _write(book, archived_copy(bom_now), BOM_ARCHIVED)
        if bom_now.is_active:
            reroll_ancestors(book, bom_now.item_ref_id)
        modified += 1
    return modified


def restore(book: Book, ids: Iterable[str]) -> int:
    """Restores archived BOMs in the order given; returns how many changed.

    Each gets the status that it had, or Draft where its item has another Active BOM by then. One whose items
    are inactive, that pins an archived BOM or that would close a cycle refuses all.
    """
    planned = restored_copies(found(book.bom, ids, archived=True), book.active_bom)
    staged = Lookup(book, planned)
    for bom in planned:
        check_usable(staged, bom)
        check_acyclic(staged, bom)
    for bom in planned:
        _write(book, rolled_again(Rates(Lookup(book)), bom), BOM_RESTORED)
        reroll_ancestors(book, bom.item_ref_id if bom.is_active else None, bom.id)
    return len(planned)


def _refuse_if_pinned(book: Book, bom: Bom, leaving: set[str], consequence: str) -> None:
    pinning = [other.label for other in book.boms_pinning(bom.id) if other.id not in leaving]
    if pinning:
        names = ", ".join(pinning[:_NAMES_SHOWN])
        more = f" and {len(pinning) - _NAMES_SHOWN} more" if len(pinning) > _NAMES_SHOWN else ""
        raise Refused("in_use", f"{bom.label} is pinned by {names}{more}: {consequence}.")


def _make_room(book: Book, bom: Bom, is_replacing: bool) -> None:
    """Sees to it that an Active BOM is the only one of its item."""
    other = book.active_bom(bom.item_ref_id) if bom.is_active else None
    leaving = displaced(bom, other, is_replacing, "BOM", "active_bom_exists")
    if leaving is not None:
        _write(book, leaving, UPDATED)


def _write(book: Book, bom: Bom, event: str) -> None:
    stamp(book, bom)
    book.put_bom(bom, event)
