"""What by-products and co-products take off the cost of the main product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from mock_server.manufacturing.decimals import EXACT, ZERO, Exact, amount, round_up, shown
from mock_server.manufacturing.formulas.bom import BomByProduct
from mock_server.refused import Refused

FIXED_RATE = "FixedRate"
COST_SHARE = "CostSharePercent"
SALES_VALUE = "SalesValue"


@dataclass(slots=True)
class Credits:
    """What the by-products of one output quantity take: fixed values, then shares of what is left."""

    fixed: Decimal
    shares: tuple[Fraction, ...]

    @property
    def share(self) -> Fraction:
        """All shares together."""
        return sum(self.shares, Fraction(0))

    def credit(self, cost: Fraction) -> Fraction:
        """The credit against a cost: fixed rates first, shares of the net, never more than the cost.

        A share is an amount of money, rounded to 2 decimals; what that leaves stays with the main product.
        """
        if not self.fixed and not self.shares:
            return Fraction(0)
        fixed = Fraction(self.fixed)
        if fixed >= cost:
            return cost
        net = cost - fixed
        return min(cost, fixed + sum(Fraction(amount(net * share)) for share in self.shares))


NO_CREDITS = Credits(ZERO, ())


def needs_main_price(by_products: Iterable[BomByProduct]) -> bool:
    """Tells whether the main product's selling price matters."""
    return any(product.cost_method == SALES_VALUE for product in by_products)


def credits_of(
    by_products: list[BomByProduct], output_quantity: Decimal, main_price: Decimal | None
) -> Credits:
    """Reads the credits for one output quantity of the formula.

    A sales-value share is quantity times sales price over the sum for all joint outputs, the main one at its
    item's selling price. Without that price nothing is shared by value. Source: assumed.
    """
    if not by_products:
        return NO_CREDITS
    fixed = ZERO
    shares: list[Fraction] = []
    values: list[Decimal] = []
    for product in by_products:
        if product.cost_method == FIXED_RATE:
            fixed = EXACT.add(fixed, EXACT.multiply(product.quantity, product.rate or ZERO))
        elif product.cost_method == COST_SHARE:
            shares.append(Fraction(product.cost_share_percent or ZERO) / 100)
        elif product.cost_method == SALES_VALUE:
            values.append(EXACT.multiply(product.quantity, product.sales_price or ZERO))
    if values and main_price:
        joint = sum(map(Fraction, values), Fraction(EXACT.multiply(output_quantity, main_price)))
        shares += [Fraction(value) / joint for value in values]
    return Credits(fixed, tuple(shares))


def check_shares(credits: Credits) -> None:
    """Refuses shares that come to more than the whole cost (`cost_share_exceeds_100`)."""
    share = credits.share
    if share > 1:
        percent = round_up(share * 100, 6)
        raise Refused(
            "cost_share_exceeds_100",
            f"The cost shares of the by-products add up to {shown(percent)} percent, more than 100.",
            pointer="/ByProducts",
        )


class Valued(Protocol):
    """An output with its cost method; only the figure of the method counts."""

    @property
    def cost_method(self) -> str: ...
    @property
    def rate(self) -> Decimal | None: ...
    @property
    def cost_share_percent(self) -> Decimal | None: ...
    @property
    def sales_price(self) -> Decimal | None: ...


def side_values(
    outputs: Sequence[Valued],
    quantities: Sequence[Decimal],
    cost: Exact,
    limit: Decimal,
    main_value: Decimal | None,
) -> list[Decimal]:
    """The value of each output at 2 decimals, in their order; together they never exceed the limit.

    The cost is that of all outputs together; what rounding leaves stays with the main one. A sales-value
    share is an output's sales value over that of all joint outputs; `main_value` is the main one's, and
    without it nothing is shared by value. An output of which nothing came has no value. Source: assumed.
    """
    fixed = [_fixed(output, quantity) for output, quantity in zip(outputs, quantities, strict=True)]
    net = max(Fraction(0), Fraction(cost) - Fraction(sum(fixed, ZERO)))
    joint = main_value
    if joint is not None:
        for output, quantity in zip(outputs, quantities, strict=True):
            joint = EXACT.add(joint, _sales(output, quantity))
    values = [ZERO] * len(outputs)
    left = limit
    for is_shared in (False, True):
        for index, (output, quantity) in enumerate(zip(outputs, quantities, strict=True)):
            if (output.cost_method in (COST_SHARE, SALES_VALUE)) is not is_shared:
                continue
            value = amount(net * _share(output, quantity, joint)) if is_shared else fixed[index]
            values[index] = min(value, left)
            left -= values[index]
    return values


def _fixed(output: Valued, quantity: Decimal) -> Decimal:
    if output.cost_method != FIXED_RATE:
        return ZERO
    return amount(EXACT.multiply(quantity, output.rate or ZERO))


def _sales(output: Valued, quantity: Decimal) -> Decimal:
    if output.cost_method != SALES_VALUE:
        return ZERO
    return EXACT.multiply(quantity, output.sales_price or ZERO)


def _share(output: Valued, quantity: Decimal, joint: Decimal | None) -> Fraction:
    if not quantity:
        return Fraction(0)
    if output.cost_method == COST_SHARE:
        return Fraction(output.cost_share_percent or ZERO) / 100
    return Fraction(_sales(output, quantity)) / Fraction(joint) if joint else Fraction(0)
