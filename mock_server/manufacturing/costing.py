"""Standard cost of a BOM, rolled up from its components, operations, service and by-products."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.bom_records import SUBCONTRACT, Bom, BomLine
from mock_server.manufacturing.by_products import NO_CREDITS, Credits, credits_of, needs_main_price
from mock_server.manufacturing.decimals import (
    EXACT,
    HUNDRED,
    MAX_AMOUNT,
    MAX_UNIT_COST,
    ONE,
    ZERO,
    Exact,
    amount,
    unit_cost,
)
from mock_server.manufacturing.exact_cost import NOTHING, ExactCost, pack, unpack
from mock_server.manufacturing.item_graph import check_levels
from mock_server.manufacturing.lookup import Lookup
from mock_server.manufacturing.refusals import Refused

CURRENT = "rollup-current"
FOLLOWED = "rollup-followed-component"


@dataclass(slots=True)
class Rate:
    """Cost of one unit of a component, exact and as shown; `phantom` where it is made within the order."""

    unit: Exact
    shown: Decimal
    levels: int
    phantom: ExactCost | None


class Rates:
    """Rates of components: rolled up where the item has a formula, else its standard cost; read once."""

    __slots__ = ("_known", "lookup")

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._known: dict[tuple[str, str | None], Rate] = {}

    def of(self, line: BomLine) -> Rate:
        """The rate of a line's item, per stock unit."""
        key = (line.item_ref_id, line.sub_bom_ref_id)
        rate = self._known.get(key)
        if rate is None:
            rate = self._known[key] = self._read(line)
        return rate

    def _read(self, line: BomLine) -> Rate:
        formula = self.lookup.formula_of(line)
        if formula is None:
            item = self.lookup.item(line.item_ref_id)
            cost = (item.standard_cost if item is not None else None) or ZERO
            return Rate(cost, cost, 0, None)
        exact = unpack(formula.exact_cost)
        return Rate(exact.unit, formula.unit_cost, formula.levels, exact if formula.is_phantom else None)


class _Sum:
    """Adds decimals as decimals and fractions as fractions: most BOMs never need the slower ones."""

    __slots__ = ("decimals", "fractions")

    def __init__(self) -> None:
        self.decimals = ZERO
        self.fractions = NOTHING

    def add(self, value: Exact) -> None:
        if isinstance(value, Decimal):
            self.decimals = EXACT.add(self.decimals, value)
        else:
            self.fractions += value

    def total(self) -> Fraction:
        return Fraction(self.decimals) + self.fractions


def line_need(line: BomLine) -> Decimal:
    """Exact stock quantity of a line for one output quantity (one order, where fixed), with wastage."""
    need = line.quantity
    if line.conversion_factor != ONE:
        need = EXACT.multiply(need, line.conversion_factor)
    if line.wastage_percent:
        need = EXACT.scaleb(EXACT.multiply(need, EXACT.add(HUNDRED, line.wastage_percent)), -2)
    return need


def credits_of_bom(lookup: Lookup, bom: Bom) -> Credits:
    """The by-product credits of a BOM, at the main product's present selling price."""
    if not bom.by_products:
        return NO_CREDITS
    main = lookup.item(bom.item_ref_id) if needs_main_price(bom.by_products) else None
    return credits_of(bom.by_products, bom.output_quantity, main.selling_price if main is not None else None)


def roll_up(rates: Rates, bom: Bom, credits: Credits | None = None) -> None:
    """Works out every cost figure of a record that is not yet in a book, in place.

    Total, unit cost, labour, overhead, service and credit are each rounded once from the exact value. The
    shown material cost takes the rest, so that the parts add up to the total to the last digit.
    """
    if credits is None:
        credits = credits_of_bom(rates.lookup, bom)
    scaling, fixed = _cost_lines(rates, bom)
    setup, run = _hourly(bom)
    output = Fraction(bom.output_quantity)
    loading = Fraction(bom.overhead_percent) / 100
    labour = Fraction(EXACT.add(setup, run)) / 60
    overhead = labour * loading + Fraction(bom.other_overhead)
    service = _service(bom)
    gross = scaling + fixed + labour + overhead + service
    credit = credits.credit(gross)
    total = gross - credit
    unit = total / output
    cost = ExactCost(unit, unit, NOTHING)
    if bom.is_phantom:
        once = fixed + Fraction(setup) / 60 * (1 + loading)
        if once:
            once *= 1 - min(credits.share, Fraction(1))
            cost = ExactCost(unit, max(NOTHING, (total - once) / output), once)
    bom.exact_cost = pack(cost)

    bom.total_cost = amount(total)
    bom.unit_cost = unit_cost(unit)
    if amount(gross) > MAX_AMOUNT or bom.unit_cost > MAX_UNIT_COST:
        raise _too_costly(bom)
    bom.labour_cost = amount(labour)
    bom.overhead_cost = amount(overhead)
    bom.service_cost = amount(service)
    bom.by_product_credit = amount(credit)
    _reconcile(bom)
    bom.cost_rollup_state = CURRENT


def _cost_lines(rates: Rates, bom: Bom) -> tuple[Fraction, Fraction]:
    """Sets line costs and levels; returns the cost that scales with the output, and the fixed one."""
    levels = 0
    scaling, fixed = _Sum(), _Sum()
    for line in bom.lines:
        rate = rates.of(line)
        levels = max(levels, rate.levels)
        need = line_need(line)
        if rate.phantom is None:
            unit, once = rate.unit, NOTHING
        else:
            unit, once = rate.phantom.per_unit, rate.phantom.per_order
            if once:
                fixed.add(once)
        cost: Exact = EXACT.multiply(need, unit) if isinstance(unit, Decimal) else Fraction(need) * unit
        (fixed if line.is_fixed_quantity else scaling).add(cost)
        line.unit_cost = rate.shown
        line.line_cost = amount(cost if isinstance(cost, Decimal) else cost + once)
        if line.line_cost > MAX_AMOUNT:
            raise _too_costly(bom)
    bom.levels = levels + 1
    check_levels(bom)
    return scaling.total(), fixed.total()


def _hourly(bom: Bom) -> tuple[Decimal, Decimal]:
    """Minutes times hourly rate of set-up and of running one output quantity, still to be divided by 60."""
    setup = run = ZERO
    for operation in bom.operations:
        rate = operation.cost_per_hour
        setup = EXACT.add(setup, EXACT.multiply(operation.setup_minutes, rate))
        run = EXACT.add(run, EXACT.multiply(operation.run_minutes_per_unit, rate))
    return setup, EXACT.multiply(run, bom.output_quantity)


def _service(bom: Bom) -> Fraction:
    if bom.type != SUBCONTRACT:
        return NOTHING
    return Fraction(EXACT.multiply(bom.service_cost_per_unit, bom.output_quantity))


def _reconcile(bom: Bom) -> None:
    """Makes the shown parts add up to the shown total: material takes the rest, never falling below 0."""
    others = bom.labour_cost + bom.overhead_cost + bom.service_cost - bom.by_product_credit
    bom.material_cost = bom.total_cost - others
    surplus = -bom.material_cost
    if surplus <= 0:
        return
    bom.material_cost = ZERO
    for part in ("labour_cost", "overhead_cost", "service_cost"):
        taken = min(surplus, getattr(bom, part))
        setattr(bom, part, getattr(bom, part) - taken)
        surplus -= taken


def _too_costly(bom: Bom) -> Refused:
    return Refused(
        "explosion_too_large",
        f"The cost of {bom.label} is too large: amounts may reach {MAX_AMOUNT}, unit costs {MAX_UNIT_COST}.",
    )


def rolled_again(rates: Rates, bom: Bom) -> Bom:
    """A copy of a stored BOM with its costs worked out anew."""
    copy = replace(bom, lines=[replace(line) for line in bom.lines])
    roll_up(rates, copy)
    return copy
