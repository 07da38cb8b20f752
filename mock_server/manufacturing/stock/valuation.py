"""Moving average: what a part of the store is worth, and the average after a change."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import amount, unit_cost
from mock_server.manufacturing.stock.records import Stock


def value_of(stock: Stock, quantity: Decimal) -> Decimal:
    """What a quantity of the store is worth at moving average; all of it is worth all the value."""
    return share_of(stock.value, quantity, stock.on_hand)


def share_of(value: Decimal, quantity: Decimal, whole: Decimal) -> Decimal:
    """The part of a value that goes with a part of its quantity, at 2 decimals; all of it with the whole."""
    if quantity == whole:
        return value
    return amount(Fraction(value) * Fraction(quantity) / Fraction(whole))


def with_store(stock: Stock, on_hand: Decimal, value: Decimal) -> Stock:
    """The stock with other figures of the store; at zero stock the last average stays."""
    average = unit_cost(Fraction(value) / Fraction(on_hand)) if on_hand else stock.average
    return replace(stock, on_hand=on_hand, value=value, average=average)
