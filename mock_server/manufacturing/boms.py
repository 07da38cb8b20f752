"""The commands on BOMs: create, update, archive, restore. Each is one transaction of the book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mock_server.manufacturing.ancestors import reroll_ancestors
from mock_server.manufacturing.bom_draft import Body, changed_bom, new_bom, unknown_item
from mock_server.manufacturing.bom_guards import (
    check_content,
    check_number,
    check_output,
    check_reference,
    check_usable,
)
from mock_server.manufacturing.bom_records import ACTIVE, ARCHIVED, DRAFT, MANUFACTURE, Bom
from mock_server.manufacturing.costing import Rates, roll_up
from mock_server.manufacturing.item_graph import check_acyclic
from mock_server.manufacturing.lookup import Lookup
from mock_server.manufacturing.ports import Book, Catalogue
from mock_server.manufacturing.refusals import Refused

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


def create_bom(book: Book, body: Body) -> Bom:
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
        bom.bom_number = book.next_bom_number()
        while book.number_taken(bom.bom_number, bom.version):
            bom.bom_number = book.next_bom_number()
    else:
        check_number(book, bom, None)
    check_reference(book, bom, None)
    _make_room(book, bom, bool(body.get("ReplaceActive")))
    book.put_bom(bom, CREATED)
    if bom.is_active:
        reroll_ancestors(book, bom.item_ref_id)
    return bom


def update_bom(book: Book, bom: Bom, body: Body) -> Bom:
    """Applies an update body; one that changes nothing writes nothing and returns the BOM as it is.

    An archived BOM can only be read and restored (`invalid_state_transition`).
    """
    if bom.is_archived:
        raise Refused(
            "invalid_state_transition",
            f"{bom.label} is archived: restore it before it can be updated.",
            from_=ARCHIVED,
            action="update",
            allowed=["restore"],
        )
    lookup = Lookup(book)
    item_id = body.get("ItemRefId") or bom.item_ref_id
    item = lookup.item(item_id)
    if item is None:
        raise unknown_item(item_id, "/ItemRefId")
    if item_id != bom.item_ref_id:
        check_output(item, body.get("Type") or bom.type)
    after = changed_bom(book, lookup, bom, body, item)
    if _same_content(bom, after):
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
    _carry_up(book, bom, after)
    return after


def archive_boms(book: Book, ids: Iterable[str]) -> int:
    """Archives the BOMs in the order given; returns how many changed. A pinned one refuses all (`in_use`).

    Unknown and archived ones count 0. A BOM that is pinned only by others of the same call is no obstacle.
    """
    given = list(ids)
    chosen = set(given)
    for bom in _found(book, given, archived=False):
        _refuse_if_pinned(book, bom, chosen, "it cannot be archived")
    modified = 0
    for bom_id in given:
        # Read anew: an earlier one of the set may have changed this one's cost.
        bom_now = book.bom(bom_id)
        if bom_now is None or bom_now.is_archived:
            continue
        after = replace(bom_now, status=ARCHIVED, is_archived=True, status_before_archive=bom_now.status)
        _write(book, after, BOM_ARCHIVED)
        if bom_now.is_active:
            reroll_ancestors(book, bom_now.item_ref_id)
        modified += 1
    return modified


def restore_boms(book: Book, ids: Iterable[str]) -> int:
    """Restores archived BOMs in the order given; returns how many changed.

    Each gets the status that it had, or Draft where its item has another Active BOM by then. One whose items
    are inactive, that pins an archived BOM or that would close a cycle refuses all.
    """
    planned: dict[str, Bom] = {}
    taken: set[str] = set()
    for bom in _found(book, ids, archived=True):
        status = bom.status_before_archive or DRAFT
        if status == ACTIVE:
            if bom.item_ref_id in taken or book.active_bom(bom.item_ref_id) is not None:
                status = DRAFT
            taken.add(bom.item_ref_id)
        lines = [replace(line) for line in bom.lines]
        planned[bom.id] = replace(
            bom, status=status, is_archived=False, status_before_archive=None, lines=lines
        )
    staged = Lookup(book, planned.values())
    for bom in planned.values():
        check_usable(staged, bom)
        check_acyclic(staged, bom)
    for bom in planned.values():
        roll_up(Rates(Lookup(book)), bom)
        _write(book, bom, BOM_RESTORED)
        reroll_ancestors(book, bom.item_ref_id if bom.is_active else None, bom.id)
    return len(planned)


def _found(book: Catalogue, ids: Iterable[str], *, archived: bool) -> list[Bom]:
    found: dict[str, Bom] = {}
    for bom_id in ids:
        bom = book.bom(bom_id)
        if bom is not None and bom.is_archived is archived:
            found[bom.id] = bom
    return list(found.values())


def _refuse_if_pinned(book: Book, bom: Bom, leaving: set[str], consequence: str) -> None:
    pinning = [other.label for other in book.boms_pinning(bom.id) if other.id not in leaving]
    if pinning:
        names = ", ".join(pinning[:_NAMES_SHOWN])
        more = f" and {len(pinning) - _NAMES_SHOWN} more" if len(pinning) > _NAMES_SHOWN else ""
        raise Refused("in_use", f"{bom.label} is pinned by {names}{more}: {consequence}.")


def _make_room(book: Book, bom: Bom, is_replacing: bool) -> None:
    """Sees to it that an Active BOM is the only one of its item."""
    if not bom.is_active:
        return
    other = book.active_bom(bom.item_ref_id)
    if other is None or other.id == bom.id:
        return
    if not is_replacing:
        raise Refused(
            "active_bom_exists",
            f"{bom.item_code} has an Active BOM already, {other.label}. Send ReplaceActive to replace it.",
            pointer="/Status",
        )
    _write(book, replace(other, status=DRAFT), UPDATED)


def _write(book: Book, bom: Bom, event: str) -> None:
    bom.revision += 1
    bom.repository_version += 1
    bom.updated_at = book.now
    book.put_bom(bom, event)


def _carry_up(book: Book, before: Bom, after: Bom) -> None:
    items = dict.fromkeys(bom.item_ref_id for bom in (before, after) if bom.is_active)
    is_same = (
        before.is_active == after.is_active
        and before.item_ref_id == after.item_ref_id
        and before.exact_cost == after.exact_cost
        and before.levels == after.levels
    )
    if is_same:
        return
    if not items:
        reroll_ancestors(book, None, after.id)
    for item_id in items:
        reroll_ancestors(book, item_id, after.id)


def _same_content(before: Bom, after: Bom) -> bool:
    if any(getattr(before, name) != getattr(after, name) for name in _CONTENT):
        return False
    if len(before.lines) != len(after.lines):
        return False
    return all(
        replace(new, unit_cost=old.unit_cost, line_cost=old.line_cost) == old
        for old, new in zip(before.lines, after.lines, strict=True)
    )
