"""A formula with its phantoms opened, once for all orders of it: figures linear in their quantity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import unit_cost
from mock_server.manufacturing.formulas.bom import Bom, BomByProduct, BomLine, BomType
from mock_server.manufacturing.formulas.by_products import FIXED_RATE, standard_credits
from mock_server.manufacturing.formulas.costing import Rate, Rates, credits_of_formula, stock_need
from mock_server.manufacturing.formulas.graph import MAX_WORK, too_large, topological_order
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.recipe import AnyFormula, Recipe, RecipeIngredient, quantity_of
from mock_server.refused import Refused

# What the contract can show of one order.
MAX_NEEDS = 500
MAX_OPERATIONS = 100
MAX_SIDE_OUTPUTS = 50

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Linear:
    """A figure of an order: `variable` a planned unit, `batched` a batch, `fixed` an order."""

    variable: Fraction = _NONE
    batched: Fraction = _NONE
    fixed: Fraction = _NONE

    def times(self, factor: Fraction) -> Linear:
        """All of it, so many times."""
        return Linear(
            self.variable * factor if self.variable else _NONE,
            self.batched * factor if self.batched else _NONE,
            self.fixed * factor if self.fixed else _NONE,
        )

    def plus(self, other: Linear) -> Linear:
        """Both together."""
        return Linear(self.variable + other.variable, self.batched + other.batched, self.fixed + other.fixed)

    def constant(self, batches: int) -> Fraction:
        """The part that does not grow with the planned quantity, for an order of so many batches."""
        return self.batched * batches + self.fixed if self.batched else self.fixed

    def of(self, planned: Fraction, batches: int) -> Fraction:
        """The figure of an order."""
        return self.variable * planned + self.constant(batches)


@dataclass(slots=True)
class NeedPart:
    """What is needed of one item: a quantity for each standard cost at which lines count it."""

    item_ref_id: str
    at_rates: list[tuple[Linear, Rate]]


@dataclass(slots=True)
class WorkPart:
    """One operation; the minutes of a phantom's are its own for all of it that the order makes."""

    sequence: int
    name: str
    minutes: Linear
    cost_per_hour: Decimal
    overhead_percent: Decimal | None


@dataclass(slots=True)
class OutputPart:
    """An output beside the main one: its quantity, the value that it takes first, its share of the rest."""

    item_ref_id: str
    item_code: str
    uom: str
    kind: str
    cost_method: str
    rate: Decimal | None
    cost_share_percent: Decimal | None
    sales_price: Decimal | None
    quantity: Linear
    fixed: Linear
    share: Fraction


@dataclass(slots=True)
class Opened:
    """All parts of a formula, with those of its phantoms; `work_done` is the number of lines read for it."""

    overhead_percent: Decimal
    service_per_unit: Fraction
    work_done: int = 0
    needs: list[NeedPart] = field(default_factory=list)
    work: list[WorkPart] = field(default_factory=list)
    outputs: list[OutputPart] = field(default_factory=list)
    other_overhead: Linear = field(default_factory=Linear)


@dataclass(slots=True)
class _Demand:
    """How much of a phantom an order needs, over how many lines: each line makes it once."""

    quantity: Linear
    orders: int


def opened(lookup: Lookup, formula: AnyFormula) -> Opened:
    """The formula with its phantoms opened, worked out once for each lookup."""
    known = lookup.opened.get(formula.id)
    if known is None:
        try:
            known = _open(lookup, formula)
        except Refused as refused:
            known = refused
        lookup.opened[formula.id] = known
    if isinstance(known, Refused):
        raise known
    assert isinstance(known, Opened)
    return known


def _open(lookup: Lookup, formula: AnyFormula) -> Opened:
    """Each phantom is visited once, after all that need it; a fixed quantity counts once for each making."""
    service = _NONE
    if isinstance(formula, Bom) and formula.type == BomType.SUBCONTRACT:
        service = Fraction(formula.service_cost_per_unit)
    parts = Opened(formula.overhead_percent, service)
    phantoms: dict[str, list[Bom | None]] = {}

    def below(consumer: AnyFormula) -> list[AnyFormula]:
        parts.work_done += len(consumer.lines)
        lookup.lines_read += len(consumer.lines)
        if parts.work_done > MAX_WORK:
            raise too_large(f"{formula.label} is too large to explode")
        found = phantoms[consumer.id] = lookup.phantoms_of(consumer.lines)
        return [phantom for phantom in found if phantom is not None]

    demands = {formula.id: _Demand(Linear(Fraction(1)), 1)}
    needs: dict[str, dict[str, tuple[Linear, Rate]]] = {}
    rates = Rates(lookup)
    for consumer in topological_order([formula], lambda each: each.id, below):
        demand = demands[consumer.id]
        per_output = demand.quantity.times(1 / Fraction(consumer.output_quantity))
        parts.other_overhead = parts.other_overhead.plus(per_output.times(Fraction(consumer.other_overhead)))
        _add_work(parts, formula, consumer, demand)
        _add_outputs(lookup, parts, formula, consumer, demand, per_output)
        lines: Sequence[BomLine | RecipeIngredient] = consumer.lines
        for line, phantom in zip(lines, phantoms[consumer.id], strict=True):
            quantity = _needed(formula, consumer, line, demand, per_output)
            if phantom is not None:
                made = demands.setdefault(phantom.id, _Demand(Linear(), 0))
                made.quantity = made.quantity.plus(quantity)
                made.orders += demand.orders
                continue
            rate = rates.of(line)
            at_rates = needs.setdefault(line.item_ref_id, {})
            before = at_rates.get(rate.key)
            at_rates[rate.key] = (quantity if before is None else before[0].plus(quantity), rate)
    if len(parts.work) > MAX_OPERATIONS or len(parts.outputs) > MAX_SIDE_OUTPUTS or len(needs) > MAX_NEEDS:
        raise too_large(f"{formula.label} has too many materials, operations or by-products in its phantoms")
    parts.needs = [NeedPart(item_id, list(at_rates.values())) for item_id, at_rates in needs.items()]
    return parts


def _needed(
    formula: AnyFormula,
    consumer: AnyFormula,
    line: BomLine | RecipeIngredient,
    demand: _Demand,
    per_output: Linear,
) -> Linear:
    need = Fraction(stock_need(quantity_of(consumer, line), line))
    if not line.is_fixed_quantity:
        return per_output.times(need)
    return Linear(batched=need) if consumer is formula else Linear(fixed=need * demand.orders)


def _add_work(parts: Opened, formula: AnyFormula, made: AnyFormula, demand: _Demand) -> None:
    overhead = None if made is formula else made.overhead_percent
    if isinstance(made, Recipe):
        runs = demand.quantity.times(1 / Fraction(made.output_quantity))
        for step in made.operations:
            minutes = runs.times(Fraction(step.minutes_per_batch))
            parts.work.append(WorkPart(step.sequence, step.name, minutes, step.cost_per_hour, overhead))
        return
    for operation in made.operations:
        setup = Linear(fixed=Fraction(operation.setup_minutes) * demand.orders)
        minutes = setup.plus(demand.quantity.times(Fraction(operation.run_minutes_per_unit)))
        parts.work.append(
            WorkPart(operation.sequence, operation.name, minutes, operation.cost_per_hour, overhead)
        )


def _add_outputs(
    lookup: Lookup, parts: Opened, formula: AnyFormula, made: AnyFormula, demand: _Demand, runs: Linear
) -> None:
    """A phantom's outputs are frozen at the fixed rates that they take off its standard cost."""
    if not made.by_products:
        return
    credits = credits_of_formula(lookup, made)
    if made is formula:
        for product, fixed, share in zip(made.by_products, credits.fixed, credits.shares, strict=True):
            parts.outputs.append(_part(product, runs, runs.times(Fraction(fixed)), share))
        return
    for product, each in zip(made.by_products, standard_credits(made, credits), strict=True):
        value = runs.times(each.run).plus(Linear(fixed=each.order * demand.orders))
        output = _part(product, runs, value, _NONE)
        if each.is_frozen:
            output.cost_method, output.cost_share_percent, output.sales_price = FIXED_RATE, None, None
            output.rate = unit_cost(each.whole / Fraction(product.quantity))
        parts.outputs.append(output)


def _part(product: BomByProduct, runs: Linear, fixed: Linear, share: Fraction) -> OutputPart:
    return OutputPart(
        product.item_ref_id,
        product.item_code,
        product.uom,
        product.kind,
        product.cost_method,
        product.rate,
        product.cost_share_percent,
        product.sales_price,
        runs.times(Fraction(product.quantity)),
        fixed,
        share,
    )
