"""Planned and actual cost of a work order: each element rounded once, the main output takes the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from mock_server.manufacturing.decimals import (
    EXACT,
    MAX_AMOUNT,
    MAX_UNIT_COST,
    ZERO,
    Exact,
    amount,
    round_half_up,
    unit_cost,
)
from mock_server.manufacturing.formulas import FIXED_RATE, order_needs, taken
from mock_server.manufacturing.work_orders.records import (
    WorkOrderActualCost,
    WorkOrderByProduct,
    WorkOrderPlannedCost,
)
from mock_server.refused import Refused

MINUTES_PLACES = 6
MAX_MINUTES = Decimal(9999999)


class Hours(NamedTuple):
    """Work of one operation: minutes, rate per hour, and overhead in percent of what it costs."""

    minutes: Exact
    rate: Decimal
    overhead_percent: Decimal


class Rounded(NamedTuple):
    """The elements of a cost as amounts of money; their sum is what is spent."""

    material: Decimal
    labour: Decimal
    overhead: Decimal
    other_overhead: Decimal

    @property
    def total(self) -> Decimal:
        """All elements together."""
        return self.material + self.labour + self.overhead + self.other_overhead


class Gross(NamedTuple):
    """What an order costs before its by-products are taken off, exact."""

    material: Fraction
    labour: Fraction
    overhead: Fraction
    other_overhead: Fraction

    @property
    def total(self) -> Fraction:
        """All elements together."""
        return self.material + self.labour + self.overhead + self.other_overhead

    @property
    def rounded(self) -> Rounded:
        """Each element as an amount of money."""
        return Rounded(*(amount(element) for element in self))


def at_rate(quantity: Decimal, rate: Exact) -> Decimal:
    """What a quantity costs at a rate."""
    return amount(EXACT.multiply(quantity, rate) if isinstance(rate, Decimal) else Fraction(quantity) * rate)


def unit_of(value: Decimal, quantity: Decimal) -> Decimal:
    """What one unit of a quantity is worth."""
    return unit_cost(Fraction(value) / Fraction(quantity))


def labour(work: Iterable[Hours]) -> tuple[Fraction, Fraction]:
    """Cost of the work and the overhead on it, exact."""
    cost = overhead = Fraction(0)
    for each in work:
        hourly = Fraction(each.minutes) * Fraction(each.rate) / 60
        cost += hourly
        overhead += hourly * Fraction(each.overhead_percent) / 100
    return cost, overhead


def planned_cost(
    number: str,
    gross: Gross,
    by_products: Sequence[WorkOrderByProduct],
    outputs: Sequence[order_needs.SideOutput],
    planned: Decimal,
) -> tuple[WorkOrderPlannedCost, list[WorkOrderByProduct]]:
    """The planned cost, and the by-products with their expected credits.

    Each figure is rounded once from its exact value, the total is the sum of the elements shown, and the
    standard of one unit comes from the exact total (DEC-19).
    """
    rounded = gross.rounded
    credits = taken([each.fixed for each in outputs], [each.share for each in outputs], gross.total)
    exact = sum(credits, Fraction(0))
    credit = min(amount(exact), rounded.total)
    cost = WorkOrderPlannedCost(
        material=rounded.material,
        labour=rounded.labour,
        overhead=rounded.overhead,
        other_overhead=rounded.other_overhead,
        by_product_credit=credit,
        total=rounded.total - credit,
        standard_unit_cost=unit_cost((gross.total - exact) / Fraction(planned)),
    )
    check_amounts(number, [rounded.total], [cost.standard_unit_cost])
    return cost, [
        replace(each, expected_credit=amount(value)) for each, value in zip(by_products, credits, strict=True)
    ]


def actual_cost(
    number: str,
    gross: Gross,
    by_products: Sequence[WorkOrderByProduct],
    shares: Sequence[Fraction],
    completed: Decimal,
) -> tuple[WorkOrderActualCost, list[WorkOrderByProduct]]:
    """The actual cost, and the by-products with their actual credits.

    Values received + scrap loss = material + labour + overhead + other overhead, to the last digit: the good
    units carry what rounding leaves, and the cost of the scrapped ones. Shares are those of the expected
    outputs (DEC-20): where no good unit came out, what the main output's share has to bear is lost. An output
    of which nothing came takes nothing.
    """
    spent = gross.rounded
    credits = _posted(by_products, shares, spent.total)
    credit = sum(credits, ZERO)
    total = spent.total - credit
    cost = WorkOrderActualCost(
        material=spent.material,
        labour=spent.labour,
        overhead=spent.overhead,
        other_overhead=spent.other_overhead,
        by_product_credit=credit,
        scrap_loss=ZERO if completed else total,
        total=total,
        actual_unit_cost=unit_of(total, completed) if completed else None,
    )
    check_amounts(number, [spent.total], [cost.actual_unit_cost or ZERO])
    return cost, [
        replace(each, actual_credit=value) for each, value in zip(by_products, credits, strict=True)
    ]


def minutes_of(number: str, setup: Fraction, run: Fraction) -> Decimal:
    """Set-up and run minutes together, at 6 decimals."""
    minutes = round_half_up(setup + run, MINUTES_PLACES)
    if minutes > MAX_MINUTES:
        raise _too_large(number, f"minutes may reach {MAX_MINUTES}")
    return minutes


def check_amounts(number: str, amounts: Iterable[Decimal], unit_costs: Iterable[Decimal]) -> None:
    """Refuses figures that the contract cannot show (`explosion_too_large`)."""
    if any(abs(each) > MAX_AMOUNT for each in amounts) or any(each > MAX_UNIT_COST for each in unit_costs):
        raise _too_large(number, f"amounts may reach {MAX_AMOUNT}, unit costs {MAX_UNIT_COST}")


def _too_large(number: str, bounds: str) -> Refused:
    what = f"The figures of {number}" if number else "The figures of the order"
    return Refused("explosion_too_large", f"{what} would be too large: {bounds}.")


def _posted(
    by_products: Sequence[WorkOrderByProduct], shares: Sequence[Fraction], spent: Decimal
) -> list[Decimal]:
    """The credits as amounts of money; what rounding leaves is the main output's (INV-C7)."""
    quantities = [each.actual_quantity or ZERO for each in by_products]
    fixed = [
        Fraction(quantity) * Fraction(each.rate or ZERO) if each.cost_method == FIXED_RATE else Fraction(0)
        for each, quantity in zip(by_products, quantities, strict=True)
    ]
    borne = [share if quantity else Fraction(0) for share, quantity in zip(shares, quantities, strict=True)]
    return [amount(value) for value in taken(fixed, borne, Fraction(spent), _as_amount)]


def _as_amount(value: Fraction) -> Fraction:
    return Fraction(amount(value))
