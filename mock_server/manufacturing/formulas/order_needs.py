"""What one order takes in, does and puts out, exact, from a BOM or a recipe."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import EXACT, Exact, unit_cost
from mock_server.manufacturing.formulas.bom import Bom, BomLine, BomType
from mock_server.manufacturing.formulas.by_products import COST_SHARE, FIXED_RATE, SALES_VALUE, side_values
from mock_server.manufacturing.formulas.costing import line_need
from mock_server.manufacturing.formulas.graph import MAX_WORK, too_large, topological_order
from mock_server.manufacturing.formulas.lookup import Lookup

# What the contract can show of one order.
MAX_NEEDS = 500
MAX_OPERATIONS = 100
MAX_SIDE_OUTPUTS = 50

_NONE = Fraction(0)


@dataclass(slots=True)
class Need:
    """Need of one item for the planned quantity, in its stock unit: what scales with it, and what does not.

    `unit_cost` is the standard cost where a pinned BOM gives it, else none.
    """

    item_ref_id: str
    variable: Fraction = _NONE
    fixed: Fraction = _NONE
    unit_cost: Decimal | None = None


@dataclass(slots=True)
class Work:
    """One operation: set-up minutes once per order, run minutes for the planned quantity, a rate per hour.

    `overhead_percent` differs from the formula's only for the work of a phantom; none means the formula's.
    """

    sequence: int
    name: str
    setup_minutes: Exact
    run_minutes: Fraction
    cost_per_hour: Decimal
    overhead_percent: Decimal | None = None


@dataclass(slots=True)
class SideOutput:
    """An output beside the main one; `expected` is for the planned quantity, in its stock unit."""

    item_ref_id: str
    item_code: str
    uom: str
    kind: str
    cost_method: str
    rate: Decimal | None
    cost_share_percent: Decimal | None
    sales_price: Decimal | None
    expected: Fraction


@dataclass(slots=True)
class OrderFormula:
    """Everything for `planned` units of the main output; other overhead and service are for all of them."""

    needs: list[Need]
    work: list[Work]
    side_outputs: list[SideOutput]
    overhead_percent: Decimal
    other_overhead: Fraction
    service: Fraction
    planned: Decimal


@dataclass(slots=True)
class _Demand:
    """How much of a phantom an order needs, over how many lines: each line makes it once."""

    variable: Fraction
    fixed: Fraction
    orders: int


@dataclass(slots=True)
class _Opened:
    """The needs of an order, and its BOM with the phantoms that were opened, consumers first."""

    needs: dict[str, Need] = field(default_factory=dict)
    made: list[tuple[Bom, _Demand]] = field(default_factory=list)


def formula_of_bom(lookup: Lookup, bom: Bom, planned: Decimal) -> OrderFormula:
    """One level down with phantoms opened; a phantom's work and outputs become the order's own.

    A phantom's by-products that take a share of its cost stand at what that share is at standard.
    """
    opened = _open(lookup, bom, planned)
    work: list[Work] = []
    side_outputs: list[SideOutput] = []
    other = _NONE
    for each, demand in opened.made:
        runs = (demand.variable + demand.fixed) / Fraction(each.output_quantity)
        other += Fraction(each.other_overhead) * runs
        _add_work(work, bom, each, demand)
        _add_side_outputs(lookup, side_outputs, bom, each, runs)
    if len(work) > MAX_OPERATIONS or len(side_outputs) > MAX_SIDE_OUTPUTS or len(opened.needs) > MAX_NEEDS:
        raise too_large(f"{bom.label} has too many materials, operations or by-products in its phantoms")
    service = (
        Fraction(bom.service_cost_per_unit) * Fraction(planned) if bom.type == BomType.SUBCONTRACT else _NONE
    )
    return OrderFormula(
        list(opened.needs.values()), work, side_outputs, bom.overhead_percent, other, service, planned
    )


def _open(lookup: Lookup, bom: Bom, planned: Decimal) -> _Opened:
    """Each phantom is visited once, after all that need it; a fixed quantity counts once for each making."""
    opened = _Opened()
    phantoms: dict[str, list[Bom | None]] = {}
    count = 0

    def below(consumer: Bom) -> list[Bom]:
        nonlocal count
        count += len(consumer.lines)
        if count > MAX_WORK:
            raise too_large(f"{bom.label} is too large to explode")
        found = phantoms[consumer.id] = [_phantom(lookup, line) for line in consumer.lines]
        return [phantom for phantom in found if phantom is not None]

    demands = {bom.id: _Demand(Fraction(planned), _NONE, 1)}
    for consumer in topological_order([bom], lambda each: each.id, below):
        demand = demands[consumer.id]
        opened.made.append((consumer, demand))
        output = Fraction(consumer.output_quantity)
        for line, phantom in zip(consumer.lines, phantoms[consumer.id], strict=True):
            need = Fraction(line_need(line))
            if line.is_fixed_quantity:
                variable, fixed = _NONE, need * demand.orders
            else:
                variable, fixed = need * demand.variable / output, need * demand.fixed / output
            if phantom is not None:
                made = demands.setdefault(phantom.id, _Demand(_NONE, _NONE, 0))
                made.variable += variable
                made.fixed += fixed
                made.orders += demand.orders
                continue
            merged = opened.needs.setdefault(line.item_ref_id, Need(line.item_ref_id))
            merged.variable += variable
            merged.fixed += fixed
            pinned = lookup.bom(line.sub_bom_ref_id) if line.sub_bom_ref_id is not None else None
            if pinned is not None:
                merged.unit_cost = pinned.unit_cost
    return opened


def _phantom(lookup: Lookup, line: BomLine) -> Bom | None:
    made_by = lookup.bom_of(line)
    return made_by if made_by is not None and made_by.is_phantom else None


def _add_work(work: list[Work], bom: Bom, made: Bom, demand: _Demand) -> None:
    for operation in made.operations:
        run = Fraction(operation.run_minutes_per_unit)
        setup: Exact = operation.setup_minutes
        if made is not bom:
            setup = Fraction(setup) * demand.orders + run * demand.fixed
        work.append(
            Work(
                operation.sequence,
                operation.name,
                setup,
                run * demand.variable,
                operation.cost_per_hour,
                None if made is bom else made.overhead_percent,
            )
        )


def _add_side_outputs(
    lookup: Lookup, side_outputs: list[SideOutput], bom: Bom, made: Bom, runs: Fraction
) -> None:
    rates = [] if made is bom else _standard_rates(lookup, made)
    for index, product in enumerate(made.by_products):
        is_share = made is not bom and product.cost_method in (COST_SHARE, SALES_VALUE)
        side_outputs.append(
            SideOutput(
                product.item_ref_id,
                product.item_code,
                product.uom,
                product.kind,
                FIXED_RATE if is_share else product.cost_method,
                rates[index] if is_share else product.rate,
                None if is_share else product.cost_share_percent,
                None if is_share else product.sales_price,
                Fraction(product.quantity) * runs,
            )
        )


def _standard_rates(lookup: Lookup, made: Bom) -> list[Decimal]:
    """What one unit of each by-product of a phantom takes off the phantom's standard cost."""
    quantities = [product.quantity for product in made.by_products]
    main = lookup.item(made.item_ref_id)
    price = main.selling_price if main is not None else None
    value = EXACT.multiply(made.output_quantity, price) if price else None
    gross = made.total_cost + made.by_product_credit
    values = side_values(made.by_products, quantities, gross, gross, value)
    return [
        unit_cost(Fraction(value) / Fraction(quantity))
        for value, quantity in zip(values, quantities, strict=True)
    ]
