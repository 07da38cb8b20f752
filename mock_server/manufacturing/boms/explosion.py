"""Explodes a BOM into exact component needs: phantoms always opened, sub-assemblies only where asked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from mock_server.manufacturing.formulas import (
    MAX_WORK,
    Bom,
    BomLine,
    Catalogue,
    Lookup,
    costing,
    too_large,
    topological_order,
)

Levels = Literal["full", "single"]

_ZERO = Fraction(0)


@dataclass(slots=True)
class Need:
    """What is needed of one item in its stock unit, exact: `variable` a unit of output, `fixed` an order."""

    item_ref_id: str
    item_code: str = ""
    variable: Fraction = _ZERO
    fixed: Fraction = _ZERO
    sub_bom_ref_id: str | None = None

    def of(self, quantity: Fraction) -> Fraction:
        """The need of an order; one of 0 needs nothing."""
        return self.variable * quantity + self.fixed if quantity else _ZERO


@dataclass(slots=True)
class Exploded:
    """Need by item id; of the sub-assemblies among them that a line pins a BOM for, that line."""

    needs: dict[str, Need]
    pinned: dict[str, BomLine]


@dataclass(slots=True)
class _Demand:
    """How much of a BOM is needed, over how many lines: each line that needs it is an order of its own."""

    variable: Fraction
    fixed: Fraction
    orders: int


def explode(
    catalogue: Catalogue | Lookup, bom: Bom, quantity: Decimal | Fraction | int, levels: Levels = "full"
) -> dict[str, Fraction]:
    """Exact need per item id, in stock units, for so many units of the BOM's output; see `explode_bom`."""
    if not quantity:
        return {}
    lookup = catalogue if isinstance(catalogue, Lookup) else Lookup(catalogue)
    size = Fraction(quantity)
    return {item_id: need.of(size) for item_id, need in explode_bom(lookup, bom, levels).needs.items()}


def explode_bom(lookup: Lookup, bom: Bom, levels: Levels) -> Exploded:
    """Replaces each line that is opened by the explosion of its own need.

    A fixed quantity counts once per order: once for the BOM itself, and once for each line that is opened
    into the BOM that has it. Every BOM is visited once, after all that need it, so the work grows with the
    number of lines and not of paths; it is bounded (`explosion_too_large`).
    """
    found = Exploded({}, {})
    made: dict[str, list[Bom | None]] = {}
    work = 0

    def opened(consumer: Bom) -> list[Bom]:
        nonlocal work
        work += len(consumer.lines)
        if work > MAX_WORK:
            raise too_large(f"{bom.label} is too large to explode")
        lookup.prepare(consumer.lines)
        subs = made[consumer.id] = _made_by(lookup, consumer, levels)
        return [sub for sub in subs if sub is not None]

    demands = {bom.id: _Demand(Fraction(1), _ZERO, 1)}
    for consumer in topological_order([bom], lambda each: each.id, opened):
        demand = demands.pop(consumer.id)
        output = Fraction(consumer.output_quantity)
        for line, sub in zip(consumer.lines, made[consumer.id], strict=True):
            exact = Fraction(costing.line_need(line))
            if line.is_fixed_quantity:
                variable, fixed = _ZERO, exact * demand.orders
            else:
                runs = exact / output
                variable, fixed = demand.variable * runs, demand.fixed * runs if demand.fixed else _ZERO
            if sub is not None:
                below = demands.setdefault(sub.id, _Demand(_ZERO, _ZERO, 0))
                below.variable += variable
                below.fixed += fixed
                below.orders += demand.orders
                continue
            if line.sub_bom_ref_id is not None:
                found.pinned[line.item_ref_id] = line
            need = found.needs.setdefault(line.item_ref_id, Need(line.item_ref_id, line.item_code))
            need.variable += variable
            need.fixed += fixed
    return found


def _made_by(lookup: Lookup, consumer: Bom, levels: Levels) -> list[Bom | None]:
    """For each line the BOM that is opened in its place."""
    if levels == "full":
        return [lookup.bom_of(line) for line in consumer.lines]
    return lookup.phantoms_of(consumer.lines)
