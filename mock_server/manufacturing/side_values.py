"""What each output beside the main one is worth: fixed values first, then shares of what is left."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from mock_server.manufacturing.by_products import COST_SHARE, FIXED_RATE, SALES_VALUE
from mock_server.manufacturing.decimals import EXACT, ZERO, Exact, amount


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
