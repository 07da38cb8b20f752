"""What one order takes in, does and puts out, exact, from a BOM or a recipe."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import Exact, unit_cost
from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.opened import NeedPart, Opened, OutputPart, WorkPart, opened


@dataclass(slots=True)
class Need:
    """Need of one item for the planned quantity, in its stock unit: what scales with it, and what does not.

    `rate` is the exact standard cost of one unit, `unit_cost` what is shown of it.
    """

    item_ref_id: str
    variable: Fraction
    fixed: Fraction
    rate: Exact
    unit_cost: Decimal


@dataclass(slots=True)
class Work:
    """One operation: set-up minutes once per order, run minutes for the planned quantity, a rate per hour.

    `overhead_percent` differs from the formula's only for the work of a phantom; none means the formula's.
    """

    sequence: int
    name: str
    setup_minutes: Fraction
    run_minutes: Fraction
    cost_per_hour: Decimal
    overhead_percent: Decimal | None = None


@dataclass(slots=True)
class SideOutput:
    """An output beside the main one; `expected` is for the planned quantity, in its stock unit, exact.

    `fixed` is the exact value that it takes off the cost first, `share` its part of what is left.
    """

    item_ref_id: str
    item_code: str
    uom: str
    kind: str
    cost_method: str
    rate: Decimal | None
    cost_share_percent: Decimal | None
    sales_price: Decimal | None
    expected: Fraction
    fixed: Fraction
    share: Fraction


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


def formula_of_bom(lookup: Lookup, bom: Bom, planned: Decimal) -> OrderFormula:
    """One level down with phantoms opened; a phantom's work and outputs become the order's own.

    A phantom's by-products that take a share of its cost stand at what that share is at standard.
    """
    return scaled(opened(lookup, bom), planned, 1)


def scaled(parts: Opened, planned: Decimal, batches: int) -> OrderFormula:
    """What an order of so much output, in so many batches, needs of a formula whose phantoms are open."""
    size = Fraction(planned)
    return OrderFormula(
        [_need(part, size, batches) for part in parts.needs],
        [_work(part, size, batches) for part in parts.work],
        [_output(part, size, batches) for part in parts.outputs],
        parts.overhead_percent,
        parts.other_overhead.of(size, batches),
        parts.service_per_unit * size,
        planned,
    )


def _need(part: NeedPart, planned: Fraction, batches: int) -> Need:
    (quantity, rate), *others = part.at_rates
    variable, fixed = quantity.variable * planned, quantity.constant(batches)
    if not others:
        return Need(part.item_ref_id, variable, fixed, rate.unit, rate.shown)
    # The same item at several costs, by pinned BOMs: the requirement is one, at the mean of its parts.
    cost = (variable + fixed) * Fraction(rate.unit)
    for quantity, rate in others:
        more, whole = quantity.variable * planned, quantity.constant(batches)
        cost += (more + whole) * Fraction(rate.unit)
        variable, fixed = variable + more, fixed + whole
    mean = cost / (variable + fixed)
    return Need(part.item_ref_id, variable, fixed, mean, unit_cost(mean))


def _work(part: WorkPart, planned: Fraction, batches: int) -> Work:
    return Work(
        part.sequence,
        part.name,
        part.minutes.constant(batches),
        part.minutes.variable * planned,
        part.cost_per_hour,
        part.overhead_percent,
    )


def _output(part: OutputPart, planned: Fraction, batches: int) -> SideOutput:
    return SideOutput(
        part.item_ref_id,
        part.item_code,
        part.uom,
        part.kind,
        part.cost_method,
        part.rate,
        part.cost_share_percent,
        part.sales_price,
        part.quantity.of(planned, batches),
        part.fixed.of(planned, batches),
        part.share,
    )
