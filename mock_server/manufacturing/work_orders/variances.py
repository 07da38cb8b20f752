"""Why a work order cost what it did: actual cost less standard cost of the good units, by element."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from mock_server.manufacturing.decimals import ZERO, amount
from mock_server.manufacturing.work_orders.records import WorkOrder, WorkOrderActualCost, WorkOrderVariance


class Labour(NamedTuple):
    """Work of one operation for the started quantity: actual and standard minutes and rates per hour."""

    actual_minutes: Decimal
    standard_minutes: Decimal
    actual_rate: Decimal
    standard_rate: Decimal
    overhead_percent: Decimal


def variance(order: WorkOrder, actual: WorkOrderActualCost, work: Sequence[Labour]) -> WorkOrderVariance:
    """The split of the total variance of an order that has its actuals; positive is adverse.

    Each element but material usage is rounded once. Usage takes what is left of the total, so that the
    elements add up to it: what rounding leaves, and fixed lines and set-up that fewer started units than
    planned have to carry. Other overhead follows the started quantity, so its own variance is 0.
    """
    price = rate = efficiency = overhead = Fraction(0)
    for material in order.materials:
        at_standard = Fraction(material.standard_unit_cost) * Fraction(material.consumed_quantity)
        price += Fraction(material.cost) - at_standard
    for each in work:
        hours = Fraction(each.actual_minutes) / 60
        standard_hours = Fraction(each.standard_minutes) / 60
        actual_rate, standard_rate = Fraction(each.actual_rate), Fraction(each.standard_rate)
        rate += (actual_rate - standard_rate) * hours
        efficiency += (hours - standard_hours) * standard_rate
        difference = hours * actual_rate - standard_hours * standard_rate
        overhead += difference * Fraction(each.overhead_percent) / 100
    started, completed = Fraction(order.started_quantity), Fraction(order.completed_quantity)
    ratio = started / Fraction(order.planned_quantity)
    credit = Fraction(0)
    for product in order.by_products:
        credit += Fraction(product.expected_credit) * ratio - Fraction(product.actual_credit or ZERO)
    unit = Fraction(order.planned_cost.standard_unit_cost)
    total = actual.total - amount(unit * completed)
    elements = {
        "material_price": amount(price),
        "labour_rate": amount(rate),
        "labour_efficiency": amount(efficiency),
        "overhead": amount(overhead),
        "by_product": amount(credit),
        "yield_": amount((started - completed) * unit),
    }
    return WorkOrderVariance(material_usage=total - sum(elements.values()), total=total, **elements)
