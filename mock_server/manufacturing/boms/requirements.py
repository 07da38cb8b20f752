"""What an order of a BOM needs, rounded once per item, and where an item is used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.boms.availability import StockedCatalogue, most_units
from mock_server.manufacturing.boms.explosion import Levels, explode_bom
from mock_server.manufacturing.decimals import (
    EXACT,
    MAX_AMOUNT,
    MAX_QUANTITY,
    QUANTITY_PLACES,
    ZERO,
    amount,
    round_half_up,
    shown,
)
from mock_server.manufacturing.formulas import Bom, BomLine, Lookup, costing
from mock_server.manufacturing.refusals import too_much
from mock_server.manufacturing.units import check_precision, to_uom


@dataclass(slots=True)
class Requirement:
    """Need of one item in its stock unit, rounded and to 6 decimals; `cost` is of the rounded need."""

    item_ref_id: str
    item_code: str
    item_name: str
    uom: str
    required_quantity: Decimal
    exact_quantity: Decimal
    unit_cost: Decimal
    cost: Decimal
    on_hand_quantity: Decimal
    available_quantity: Decimal
    short_quantity: Decimal


@dataclass(slots=True)
class Requirements:
    """The needs of an order, by item code; `can_make` is the most whole units that stock allows now."""

    bom: Bom
    planned_quantity: Decimal
    levels: Levels
    rows: list[Requirement]
    total_cost: Decimal
    can_make: int


@dataclass(slots=True)
class Usage:
    """A BOM that consumes an item directly, its lines of the item and their stock quantity (6 decimals)."""

    bom: Bom
    lines: list[BomLine]
    quantity: Decimal


def material_requirements(
    catalogue: StockedCatalogue, bom: Bom, planned_quantity: Decimal, levels: Levels = "full"
) -> Requirements:
    """Explodes a BOM for a planned quantity; `single` stops at sub-assemblies, both open phantoms.

    Each item is compared with its own available stock: with `full` that of a sub-assembly is not counted.

    Refuses a fraction of a whole unit (`fractional_quantity`) and figures beyond the contract's bounds.
    """
    lookup = Lookup(catalogue)
    check_planned(bom, planned_quantity)
    exploded = explode_bom(lookup, bom, levels)
    rates = costing.Rates(lookup)
    lookup.prepare(list(exploded.needs.values()))
    catalogue.stock.load(exploded.needs)
    rows: list[Requirement] = []
    total, can_make = ZERO, int(MAX_QUANTITY)
    for item_id, need in exploded.needs.items():
        item = lookup.item(item_id)
        if item is None:
            continue
        exact = need.of(Fraction(planned_quantity))
        required = to_uom(exact, item.uom)
        # A pinned BOM gives the cost of its item here, whether or not it is the Active one.
        rate = rates.of(exploded.pinned.get(item_id) or need)
        cost = amount(
            EXACT.multiply(required, rate.unit)
            if isinstance(rate.unit, Decimal)
            else Fraction(required) * rate.unit
        )
        total += cost
        if required > MAX_QUANTITY or total > MAX_AMOUNT:
            raise too_much(
                f"{shown(planned_quantity)} {bom.uom} of {bom.item_code} need more than can be shown"
            )
        shown_exact = round_half_up(exact, QUANTITY_PLACES)
        on_shelf = catalogue.stock.get(item_id)
        available = on_shelf.available
        can_make = min(can_make, most_units(need, item.uom, available))
        short = max(ZERO, required - available)
        stock = (on_shelf.on_hand, available, short)
        rows.append(
            Requirement(
                item.id, item.item_code, item.name, item.uom, required, shown_exact, rate.shown, cost, *stock
            )
        )
    rows.sort(key=lambda row: (row.item_code, row.item_ref_id))
    return Requirements(bom, planned_quantity, levels, rows, total, can_make)


def check_planned(bom: Bom, planned_quantity: Decimal) -> None:
    """Refuses a planned quantity that is a fraction of a whole unit."""
    check_precision(bom.item_code, bom.uom, planned_quantity)


def usage_of(bom: Bom, item_id: str) -> Usage:
    """How a BOM uses an item directly, with wastage."""
    lines = [line for line in bom.lines if line.item_ref_id == item_id]
    quantity = ZERO
    for line in lines:
        quantity = EXACT.add(quantity, costing.line_need(line))
    return Usage(bom, lines, round_half_up(quantity, QUANTITY_PLACES))
