"""Explodes a BOM into exact component needs: phantoms always opened, sub-assemblies only where asked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from mock_server.manufacturing.formulas import (
    MAX_WORK,
    Bom,
    Catalogue,
    Lookup,
    costing,
    too_large,
    topological_order,
)

Levels = Literal["full", "single"]

_ZERO = Fraction(0)


@dataclass(slots=True)
class Exploded:
    """Exact need per item id in stock units; for the sub-assemblies among them the BOM that makes them."""

    needs: dict[str, Fraction]
    made_by: dict[str, Bom]


@dataclass(slots=True)
class _Demand:
    """How much of a BOM is needed, over how many lines: each line that needs it is an order of its own."""

    quantity: Fraction
    orders: int


def explode(
    catalogue: Catalogue | Lookup, bom: Bom, quantity: Decimal | Fraction | int, levels: Levels = "full"
) -> dict[str, Fraction]:
    """Exact need per item id, in stock units, for so many units of the BOM's output; see `explode_bom`."""
    lookup = catalogue if isinstance(catalogue, Lookup) else Lookup(catalogue)
    return explode_bom(lookup, bom, Fraction(quantity), levels).needs


def explode_bom(lookup: Lookup, bom: Bom, quantity: Fraction, levels: Levels) -> Exploded:
    """Replaces each line that is opened by the explosion of its own need; an order of 0 needs nothing.

    A fixed quantity counts once per order: once for the BOM itself, and once for each line that is opened
    into the BOM that has it. Every BOM is visited once, after all that need it, so the work grows with the
    number of lines and not of paths; it is bounded (`explosion_too_large`).
    """
    found = Exploded({}, {})
    if not quantity:
        return found
    made: dict[str, list[Bom | None]] = {}
    work = 0

    def opened(consumer: Bom) -> list[Bom]:
        nonlocal work
        work += len(consumer.lines)
        if work > MAX_WORK:
            raise too_large(f"{bom.label} is too large to explode")
        subs = made[consumer.id] = [lookup.bom_of(line) for line in consumer.lines]
        return [sub for sub in subs if sub is not None and (levels == "full" or sub.is_phantom)]

    demands = {bom.id: _Demand(quantity, 1)}
    for consumer in topological_order([bom], lambda each: each.id, opened):
        demand = demands.pop(consumer.id)
        runs = demand.quantity / Fraction(consumer.output_quantity)
        for line, sub in zip(consumer.lines, made[consumer.id], strict=True):
            need = Fraction(costing.line_need(line)) * (demand.orders if line.is_fixed_quantity else runs)
            if sub is not None and (levels == "full" or sub.is_phantom):
                below = demands.get(sub.id)
                if below is None:
                    demands[sub.id] = _Demand(need, demand.orders)
                else:
                    below.quantity += need
                    below.orders += demand.orders
                continue
            if sub is not None:
                found.made_by[line.item_ref_id] = sub
            found.needs[line.item_ref_id] = found.needs.get(line.item_ref_id, _ZERO) + need
    return found
