"""What by-products and co-products take off the cost of the main product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import EXACT, ZERO, round_up, shown
from mock_server.manufacturing.formulas.bom import BomByProduct
from mock_server.manufacturing.formulas.exact_cost import unpack
from mock_server.manufacturing.formulas.recipe import AnyFormula
from mock_server.refused import Refused

FIXED_RATE = "FixedRate"
COST_SHARE = "CostSharePercent"
SALES_VALUE = "SalesValue"


@dataclass(slots=True)
class Credits:
    """What the by-products of one output quantity take: fixed values, then shares of what is left.

    Both are in the order of the by-products, 0 where the cost method is another one.
    """

    fixed: tuple[Decimal, ...]
    shares: tuple[Fraction, ...]

    @property
    def share(self) -> Fraction:
        """All shares together."""
        return sum(self.shares, Fraction(0))

    def credit(self, cost: Fraction) -> Fraction:
        """The exact credit against a cost: fixed rates first, shares of the net, never more than the cost."""
        if not self.fixed:
            return Fraction(0)
        return sum(self.each(cost), Fraction(0))

    def each(self, cost: Fraction) -> list[Fraction]:
        """The exact credit of each by-product."""
        return taken([Fraction(fixed) for fixed in self.fixed], self.shares, cost)


NO_CREDITS = Credits((), ())


def taken(
    fixed: Sequence[Fraction],
    shares: Sequence[Fraction],
    cost: Fraction,
    rounded: Callable[[Fraction], Fraction] = lambda value: value,
) -> list[Fraction]:
    """What each output takes off a cost: the fixed values first, then the shares of the net.

    Together they never exceed the cost. `rounded` is applied to each; what it leaves is the main product's.
    """
    left = cost
    values: list[Fraction] = []
    for value in fixed:
        values.append(min(rounded(value), left))
        left -= values[-1]
    net = left
    for index, share in enumerate(shares):
        if share:
            value = min(rounded(net * share), left)
            values[index] += value
            left -= value
    return values


def has_sales_value(by_products: Iterable[BomByProduct]) -> bool:
    """Tells whether a by-product shares the cost by sales value, so that the main product's price matters."""
    return any(product.cost_method == SALES_VALUE for product in by_products)


def credits_of(
    by_products: Sequence[BomByProduct], output_quantity: Decimal, main_price: Decimal | None
) -> Credits:
    """Reads the credits for one output quantity of the formula.

    A sales-value share is quantity times sales price over the sum for all joint outputs, the main one at its
    item's selling price, all as expected (DEC-20). Where that price was taken away since, nothing is shared
    by value. Source: assumed.
    """
    if not by_products:
        return NO_CREDITS
    values = [_sales(product) for product in by_products]
    joint = Fraction(0)
    if main_price:
        joint = sum(map(Fraction, values), Fraction(EXACT.multiply(output_quantity, main_price)))
    shares: list[Fraction] = []
    for product, value in zip(by_products, values, strict=True):
        if product.cost_method == COST_SHARE:
            shares.append(Fraction(product.cost_share_percent or ZERO) / 100)
        else:
            shares.append(Fraction(value) / joint if joint else Fraction(0))
    return Credits(tuple(_fixed(product) for product in by_products), tuple(shares))


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


def _fixed(product: BomByProduct) -> Decimal:
    if product.cost_method != FIXED_RATE:
        return ZERO
    return EXACT.multiply(product.quantity, product.rate or ZERO)


def _sales(product: BomByProduct) -> Decimal:
    if product.cost_method != SALES_VALUE:
        return ZERO
    return EXACT.multiply(product.quantity, product.sales_price or ZERO)


@dataclass(slots=True)
class StandardCredit:
    """What a by-product takes off a phantom's cost: for its output quantity, of that a run and an order."""

    whole: Fraction
    run: Fraction
    order: Fraction
    is_frozen: bool


def standard_credits(phantom: AnyFormula, credits: Credits) -> list[StandardCredit]:
    """What each by-product of a phantom takes off its standard cost, wherever it is made."""
    cost = unpack(phantom.exact_cost)
    gross = cost.gross
    if gross is None:
        gross = Fraction(phantom.total_cost + phantom.by_product_credit)
    found: list[StandardCredit] = []
    for whole, fixed, share in zip(credits.each(gross), credits.fixed, credits.shares, strict=True):
        order = share * cost.once
        found.append(StandardCredit(whole, whole - order, order, bool(share) or whole != fixed))
    return found
