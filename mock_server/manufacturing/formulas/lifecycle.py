"""What the commands on BOMs and recipes share: a formula as a record that is written, archived, restored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.formulas.ancestors import reroll_ancestors
from mock_server.manufacturing.formulas.bom import ACTIVE, ARCHIVED, DRAFT, Bom
from mock_server.manufacturing.formulas.ports import Book
from mock_server.manufacturing.formulas.recipe import AnyFormula, Recipe
from mock_server.manufacturing.refusals import Refused

F = TypeVar("F", Bom, Recipe)


def refuse_archived(formula: AnyFormula) -> None:
    """Refuses to update an archived formula, which can only be read and restored."""
    if formula.is_archived:
        raise Refused(
            "invalid_state_transition",
            f"{formula.label} is archived: restore it before it can be updated.",
            from_=ARCHIVED,
            action="update",
            allowed=["restore"],
        )


def displaced(formula: F, other: F | None, is_replacing: bool, kind: str, code: str) -> F | None:
    """The Active formula of the same item as it becomes Draft, so that this one is the only Active one.

    None where this one is not Active or no other is; without `is_replacing` another one refuses it.
    """
    if not formula.is_active or other is None or other.id == formula.id:
        return None
    if not is_replacing:
        raise Refused(
            code,
            f"{formula.item_code} has an Active {kind} already, {other.label}."
            " Send ReplaceActive to replace it.",
            pointer="/Status",
        )
    return replace(other, status=DRAFT)


def stamp(book: Book, formula: AnyFormula) -> None:
    """Makes a record that is not yet in the book the next revision."""
    formula.revision += 1
    formula.repository_version += 1
    formula.updated_at = book.now


def same_content(before: F, after: F, names: Iterable[str]) -> bool:
    """Whether two records agree in the attributes named and in their lines, line costs aside."""
    if any(getattr(before, name) != getattr(after, name) for name in names):
        return False
    return _bare_lines(before) == _bare_lines(after)


def _bare_lines(formula: AnyFormula) -> list[object]:
    return [replace(line, unit_cost=ZERO, line_cost=ZERO) for line in formula.lines]


def carry_up(book: Book, before: AnyFormula, after: AnyFormula) -> None:
    """Rolls up what is built on a formula, where an update changed what that has to know."""
    is_same = (
        before.is_active == after.is_active
        and before.item_ref_id == after.item_ref_id
        and before.exact_cost == after.exact_cost
        and before.levels == after.levels
    )
    if is_same:
        return
    items = dict.fromkeys(formula.item_ref_id for formula in (before, after) if formula.is_active)
    if not items:
        reroll_ancestors(book, None, after.id)
    for item_id in items:
        reroll_ancestors(book, item_id, after.id)


def found(read: Callable[[str], F | None], ids: Iterable[str], *, archived: bool) -> list[F]:
    """The records of a set that an archive or restore concerns, each once, in the order given."""
    records: dict[str, F] = {}
    for record_id in ids:
        record = read(record_id)
        if record is not None and record.is_archived is archived:
            records[record.id] = record
    return list(records.values())


def archived_copy(formula: F) -> F:
    """The record as it goes to the archive; it remembers its status."""
    return replace(formula, status=ARCHIVED, is_archived=True, status_before_archive=formula.status)


def restored_copies(archived: Iterable[F], active: Callable[[str], F | None]) -> list[F]:
    """The records as they leave the archive, each with the status that it had.

    One that was Active is Draft where its item has another Active one, be it an earlier one of the set.
    """
    copies: list[F] = []
    taken: set[str] = set()
    for formula in archived:
        status = formula.status_before_archive or DRAFT
        if status == ACTIVE:
            if formula.item_ref_id in taken or active(formula.item_ref_id) is not None:
                status = DRAFT
            taken.add(formula.item_ref_id)
        copies.append(replace(formula, status=status, is_archived=False, status_before_archive=None))
    return copies
