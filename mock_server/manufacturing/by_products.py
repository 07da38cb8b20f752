"""What by-products and co-products take off the cost of the main product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.bom_records import BomByProduct
from mock_server.manufacturing.decimals import EXACT, ZERO, amount, round_up, shown
from mock_server.manufacturing.refusals import Refused

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
