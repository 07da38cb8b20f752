"""Standard cost of a formula, rolled up from its components, operations, service and by-products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

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
from mock_server.manufacturing.formulas.bom import Bom, BomLine, BomType
from mock_server.manufacturing.formulas.by_products import NO_CREDITS, Credits, credits_of, has_sales_value
from mock_server.manufacturing.formulas.exact_cost import NOTHING, ExactCost, added, pack, unpack
from mock_server.manufacturing.formulas.graph import check_levels
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.ports import Component
from mock_server.manufacturing.formulas.recipe import AnyFormula, RecipeIngredient
from mock_server.refused import Refused

CURRENT = "rollup-current"
FOLLOWED = "rollup-followed-component"


@dataclass(slots=True)
class Rate:
    """Cost of one unit of a component, exact and as shown; `phantom` where it is made within the order.

    `key` is the formula that gives it, or the item.
    """

    key: str
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

    def of(self, line: Component) -> Rate:
        """The rate of a line's item, per stock unit."""
        key = (line.item_ref_id, line.sub_bom_ref_id)
        rate = self._known.get(key)
        if rate is None:
            rate = self._known[key] = self._read(line)
        return rate

    def _read(self, line: Component) -> Rate:
        made_at = self.lookup.made_at(line)
        if made_at is None:
            item = self.lookup.item(line.item_ref_id)
            cost = (item.standard_cost if item is not None else None) or ZERO
            return Rate(line.item_ref_id, cost, cost, 0, None)
        exact = unpack(made_at.exact_cost)
        phantom = exact if made_at.is_phantom else None
        return Rate(made_at.id, exact.unit, unit_cost(exact.unit), made_at.levels, phantom)


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
        return added(Fraction(self.decimals), self.fractions)


def line_need(line: BomLine) -> Decimal:
    """Exact stock quantity of a line for one output quantity (one order, where fixed), with wastage."""
    return stock_need(line.quantity, line)


def stock_need(quantity: Decimal, line: BomLine | RecipeIngredient) -> Decimal:
    """A quantity in a line's own unit, exact in the stock unit and with the line's wastage."""
    need = quantity
    if line.conversion_factor != ONE:
        need = EXACT.multiply(need, line.conversion_factor)
    if line.wastage_percent:
        need = EXACT.scaleb(EXACT.multiply(need, EXACT.add(HUNDRED, line.wastage_percent)), -2)
    return need


def credits_of_formula(lookup: Lookup, formula: AnyFormula) -> Credits:
    """The by-product credits of a formula, at the main product's present selling price."""
    if not formula.by_products:
        return NO_CREDITS
    main = lookup.item(formula.item_ref_id) if has_sales_value(formula.by_products) else None
    price = main.selling_price if main is not None else None
    return credits_of(formula.by_products, formula.output_quantity, price)


def roll_up(rates: Rates, bom: Bom, credits: Credits | None = None) -> None:
    """Works out every cost figure of a record that is not yet in a book, in place.

    Each element is rounded once from its exact value and the total is the sum of what is shown. The unit
    cost is rounded once from the exact total (DEC-19).
    """
    if credits is None:
        credits = credits_of_formula(rates.lookup, bom)
    rates.lookup.prepare(bom.lines)
    scaling, fixed = cost_lines(rates, bom, ((line, line_need(line)) for line in bom.lines))
    setup, run = _hourly(bom)
    labour = of_minutes(EXACT.add(setup, run))
    overhead = overhead_on(labour, bom)
    service = _service(bom)
    gross = added(scaling, fixed, labour, overhead, service)
    credit = credits.credit(gross)
    unit = show_costs(bom, added(scaling, fixed), labour, overhead, service, credit)
    cost = ExactCost(unit, unit, NOTHING)
    if bom.is_phantom:
        once = fixed + of_minutes(setup) * (1 + Fraction(bom.overhead_percent) / 100)
        if once:
            net = once * (1 - min(credits.share, Fraction(1)))
            rest = unit - net / Fraction(bom.output_quantity)
            cost = ExactCost(unit, max(NOTHING, rest), net)
        if bom.by_products:
            cost.gross, cost.once = gross, once
    bom.exact_cost = pack(cost)


def of_minutes(cost: Decimal) -> Fraction:
    """The cost of minutes times hourly rate."""
    top, bottom = cost.as_integer_ratio()
    return Fraction(top, 60 * bottom) if top else NOTHING


def overhead_on(labour: Fraction, formula: AnyFormula) -> Fraction:
    """The formula's overhead: its percentage of labour, and what it names besides."""
    loading = labour * Fraction(formula.overhead_percent) / 100 if formula.overhead_percent else NOTHING
    return added(loading, Fraction(formula.other_overhead))


def show_costs(
    formula: AnyFormula,
    material: Fraction,
    labour: Fraction,
    overhead: Fraction,
    service: Fraction,
    credit: Fraction,
) -> Fraction:
    """Sets the rounded figures of a formula from the exact ones; returns the exact unit cost.

    Refuses what the contract cannot show.
    """
    gross = added(material, labour, overhead, service)
    unit = (gross - credit if credit else gross) / Fraction(formula.output_quantity)
    formula.unit_cost = unit_cost(unit)
    formula.material_cost = amount(material)
    formula.labour_cost = amount(labour)
    formula.overhead_cost = amount(overhead)
    formula.service_cost = amount(service)
    spent = formula.material_cost + formula.labour_cost + formula.overhead_cost + formula.service_cost
    # What is shown of the cost may be less than the exact cost: the credit is no more than either.
    formula.by_product_credit = min(amount(credit), spent)
    formula.total_cost = spent - formula.by_product_credit
    if spent > MAX_AMOUNT or formula.unit_cost > MAX_UNIT_COST:
        raise _too_costly(formula)
    formula.cost_rollup_state = CURRENT
    return unit


def cost_lines(
    rates: Rates, formula: AnyFormula, needs: Iterable[tuple[BomLine | RecipeIngredient, Decimal]]
) -> tuple[Fraction, Fraction]:
    """Sets line costs and levels; returns the cost that scales with the output, and the fixed one.

    `needs` are the formula's own lines, each with its exact need in stock units.
    """
    levels = 0
    scaling, fixed = _Sum(), _Sum()
    for line, need in needs:
        rate = rates.of(line)
        levels = max(levels, rate.levels)
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
            raise _too_costly(formula)
    formula.levels = levels + 1
    check_levels(formula)
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
    if bom.type != BomType.SUBCONTRACT:
        return NOTHING
    return Fraction(EXACT.multiply(bom.service_cost_per_unit, bom.output_quantity))


def _too_costly(formula: AnyFormula) -> Refused:
    return Refused(
        "explosion_too_large",
        f"The cost of {formula.label} is too large:"
        f" amounts may reach {MAX_AMOUNT}, unit costs {MAX_UNIT_COST}.",
    )


def rolled_again(rates: Rates, bom: Bom) -> Bom:
    """A copy of a stored BOM with its costs worked out anew."""
    copy = replace(bom, lines=[replace(line) for line in bom.lines])
    roll_up(rates, copy)
    return copy
