"""The graph of items and their formulas: no item may need itself, and no chain may be too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.ports import Formula
from mock_server.refused import Refused

MAX_LEVELS = 20
MAX_WORK = 5_000
# Lines of all BOMs and recipes to which one change of cost may have to be carried.
MAX_ROLL_UP = 2 * MAX_WORK
_PATH_SHOWN = 12

Node = TypeVar("Node")


def too_large(what: str) -> Refused:
    """The refusal of a structure that would take too much work to explode."""
    return Refused(
        "explosion_too_large",
        f"{what}: at most {MAX_LEVELS} levels and {MAX_WORK} lines can be exploded.",
    )


def check_acyclic(lookup: Lookup, top: Formula) -> None:
    """Refuses a BOM or recipe whose output is, at any depth, one of its own components (`bom_cycle`).

    The graph is that of the Active BOMs and recipes, with this one taken as Active. An item's Active BOM, its
    Active recipe and a pinned BOM all count, since each may be what makes the item. The rest of the graph has
    no cycle, so a new one must lead back to this output: visiting each formula below once is enough.
    """
    output = top.item_ref_id
    consumer: dict[str, Formula | None] = {top.id: None}
    waiting: list[Formula] = [top]
    work = 0
    while waiting:
        formula = waiting.pop()
        work += len(formula.lines)
        if work > MAX_WORK:
            raise too_large(f"The components of {top.item_code} are too many to check")
        lookup.prepare(formula.lines)
        for index, line in enumerate(formula.lines):
            if line.item_ref_id == output:
                raise _cycle(top, formula, consumer, index)
            makers = lookup.active_formulas(line.item_ref_id)
            pinned = lookup.bom(line.sub_bom_ref_id) if line.sub_bom_ref_id is not None else None
            if pinned is not None:
                makers.append(pinned)
            for below in makers:
                if below.id not in consumer:
                    consumer[below.id] = formula
                    waiting.append(below)


def _cycle(top: Formula, last: Formula, consumer: dict[str, Formula | None], index: int) -> Refused:
    """Names the way from a formula down to its own output, and the line of it on which the way starts."""
    chain = [last]
    while (above := consumer[chain[-1].id]) is not None:
        chain.append(above)
    chain.reverse()
    if len(chain) > 1:
        first = chain[1].item_ref_id
        index = next(i for i, line in enumerate(top.lines) if line.item_ref_id == first)
    codes = [formula.item_code for formula in chain] + [top.item_code]
    if len(codes) > _PATH_SHOWN:
        codes = [*codes[: _PATH_SHOWN - 2], "…", codes[-1]]
    member = "Lines" if isinstance(top, Bom) else "Ingredients"
    return Refused(
        "bom_cycle",
        f"{top.item_code} cannot be a component of itself: {' → '.join(codes)}.",
        pointer=f"/{member}/{index}/ItemRefId",
    )


def check_levels(formula: Formula) -> None:
    """Refuses a BOM or recipe that stands on more than 20 levels (`explosion_too_large`)."""
    if formula.levels > MAX_LEVELS:
        raise too_large(f"{formula.item_code} by {formula.label} would have {formula.levels} levels")


def topological_order(
    roots: Iterable[Node], name: Callable[[Node], str], successors: Callable[[Node], Iterable[Node]]
) -> list[Node]:
    """Lists all that can be reached, each node once and before its successors; the graph is acyclic."""
    seen: set[str] = set()
    finished: list[Node] = []
    stack: list[tuple[Node, bool]] = [(root, False) for root in roots]
    while stack:
        node, is_done = stack.pop()
        if is_done:
            finished.append(node)
            continue
        key = name(node)
        if key in seen:
            continue
        seen.add(key)
        stack.append((node, True))
        stack.extend((successor, False) for successor in successors(node) if name(successor) not in seen)
    finished.reverse()
    return finished
