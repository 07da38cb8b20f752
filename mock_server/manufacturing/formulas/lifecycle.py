"""What the commands on BOMs and recipes share: one Active formula an item, the archive, costs above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mock_server.manufacturing.documents import Lifecycle, find, not_allowed, write
from mock_server.manufacturing.formulas.ancestors import reroll_ancestors
from mock_server.manufacturing.formulas.bom import BomLine, FormulaStatus
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.ports import F, FormulaBook, Formulas
from mock_server.manufacturing.formulas.recipe import (
    AnyFormula,
    RecipeIngredient,
    content_of,
    has_same_lines,
    same_making,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import Text
from mock_server.manufacturing.refusals import unknown_item
from mock_server.refused import Refused

_DRAFT, _ACTIVE, _ARCHIVED = FormulaStatus.DRAFT, FormulaStatus.ACTIVE, FormulaStatus.ARCHIVED

# Draft and Active change into each other by an update.
LIFECYCLE = Lifecycle[FormulaStatus](
    ("update", {_DRAFT: _DRAFT, _ACTIVE: _ACTIVE}),
    ("archive", {_DRAFT: _ARCHIVED, _ACTIVE: _ARCHIVED}),
    ("restore", {_ARCHIVED: _DRAFT}),
)


def output_item(lookup: Lookup, item_id: str) -> Item:
    """The item that a formula makes (`unknown_reference`)."""
    item = lookup.item(item_id)
    if item is None:
        raise unknown_item(item_id, "/ItemRefId")
    return item


def refuse_archived(formula: AnyFormula) -> None:
    """Refuses to update an archived formula, which can only be read and restored."""
    if formula.is_archived:
        text = f"{formula.label} is archived: restore it before it can be updated."
        raise not_allowed(text, _ARCHIVED, "update", LIFECYCLE.allowed(_ARCHIVED))


def make_room(
    book: FormulaBook, formulas: Formulas[F], formula: F, is_replacing: bool, event: str | None
) -> None:
    """Sees to it that an Active formula is the only one of its item: another one becomes Draft.

    Without `is_replacing` another one refuses it (`active_bom_exists`, `active_recipe_exists`).
    """
    other = formulas.active(formula.item_ref_id) if formula.is_active else None
    if other is None or other.id == formula.id:
        return
    if not is_replacing:
        raise Refused(
            f"active_{formula.KIND.lower()}_exists",
            f"{formula.item_code} has an Active {formula.KIND} already, {other.label}."
            " Send ReplaceActive to replace it.",
            pointer="/Status",
        )
    write(book, formulas, replace(other, status=_DRAFT), event)


def same_content(before: F, after: F, members: Iterable[Text]) -> bool:
    """Whether two records agree in their members and in their lines, names of items and costs aside."""
    if before.item_ref_id != after.item_ref_id or not has_same_lines(before, after):
        return False
    names = [*(member.attribute for member in members), "operations", "by_products"]
    return all(getattr(before, name) == getattr(after, name) for name in names)


def same_graph(before: AnyFormula, after: AnyFormula) -> bool:
    """Whether an update leaves the graph of items as it was."""
    return before.item_ref_id == after.item_ref_id and has_same_lines(before, after)


def same_shares(before: AnyFormula, after: AnyFormula) -> bool:
    """Whether an update leaves what the shares of the by-products follow from as it was."""
    names = ("item_ref_id", "output_quantity", "by_products")
    return all(getattr(before, name) == getattr(after, name) for name in names)


def changed_lines(before: AnyFormula | None, after: AnyFormula) -> list[int]:
    """The places of the lines that are not among those of before; all of them where there is none."""
    kept = set() if before is None else {content_of(line) for line in before.lines}
    lines: Sequence[BomLine | RecipeIngredient] = after.lines
    return [place for place, line in enumerate(lines) if content_of(line) not in kept]


def is_rolled_anew(before: AnyFormula, after: AnyFormula) -> bool:
    """Whether an update may change what the formula costs."""
    return is_activated(before, after) or not same_making(before, after)


def is_activated(before: AnyFormula, after: AnyFormula) -> bool:
    """Whether an update makes the formula Active: it is then held against all that a new one must keep."""
    return after.is_active and not before.is_active


def carry_up(book: FormulaBook, before: AnyFormula, after: AnyFormula) -> None:
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


def archive(book: FormulaBook, formulas: Formulas[F], ids: Iterable[str], event: str | None = None) -> int:
    """Archives formulas in the order given, each with the status that it had; returns how many changed.

    Unknown and archived ones count 0.
    """
    modified = 0
    for formula_id in ids:
        # Read anew: an earlier one of the set may have changed this one's cost.
        formula = formulas.get(formula_id)
        if formula is None or formula.is_archived:
            continue
        status = formula.status
        after = replace(formula, status=_ARCHIVED, is_archived=True, status_before_archive=status)
        write(book, formulas, after, event)
        if formula.is_active:
            reroll_ancestors(book, formula.item_ref_id)
        modified += 1
    book.move_drafts()
    return modified


def restored_copies(formulas: Formulas[F], ids: Iterable[str]) -> list[F]:
    """The archived records of a set as they leave the archive, each with the status that it had.

    One that was Active is Draft where its item has another Active one, be it an earlier one of the set.
    """
    copies: list[F] = []
    taken: set[str] = set()
    for formula in find(formulas, ids, archived=True):
        status = FormulaStatus(formula.status_before_archive or _DRAFT)
        if status == _ACTIVE:
            if formula.item_ref_id in taken or formulas.active(formula.item_ref_id) is not None:
                status = _DRAFT
            taken.add(formula.item_ref_id)
        copies.append(replace(formula, status=status, is_archived=False, status_before_archive=None))
    return copies
