"""By-products: what came out beside the main output of completed work orders, expected and actual."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from mock_server.manufacturing.decimals import ZERO, amount
from mock_server.manufacturing.reports.report import ReportOrder, actual_of, check_sums, heading, percent
from mock_server.manufacturing.units import expected_output
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderByProduct


@dataclass(slots=True)
class ByProductYield(ReportOrder):
    """One by-product of one order, in its own unit; expected is for the started quantity.

    The share is the credit in percent of the cost before all credits.
    """

    by_product_ref_id: str
    by_product_code: str
    by_product_uom: str
    kind: str
    cost_method: str
    expected_quantity: Decimal
    actual_quantity: Decimal
    difference_quantity: Decimal
    expected_credit: Decimal
    credit: Decimal
    share_percent: Decimal | None


@dataclass(slots=True)
class ByProductTotals:
    """Sums over all rows; quantities are of different units and not added up."""

    row_count: int
    expected_credit: Decimal
    credit: Decimal
    difference_credit: Decimal


class ProductSums(NamedTuple):
    """Sums over by-products of completed orders."""

    row_count: int
    expected_credit: Decimal
    credit: Decimal


def by_product_totals(sums: ProductSums) -> ByProductTotals:
    """The totals from the sums over all rows."""
    count, expected, credit = sums
    totals = ByProductTotals(count, expected, credit, credit - expected)
    check_sums([totals.expected_credit, totals.credit, totals.difference_credit])
    return totals


def products_of(order: WorkOrder) -> list[WorkOrderByProduct]:
    """What came out beside the main output of a completed order, by code."""
    return sorted(order.by_products, key=lambda each: each.item_code)


def expected_credit(order: WorkOrder, product: WorkOrderByProduct) -> Decimal:
    """The planned credit for what was started."""
    return amount(Fraction(product.expected_credit) * _started(order))


def _started(order: WorkOrder) -> Fraction:
    return Fraction(order.started_quantity) / Fraction(order.planned_quantity)


def by_product_yield(order: WorkOrder, product: WorkOrderByProduct) -> ByProductYield:
    """The row of one by-product of a completed order."""
    expected = expected_output(Fraction(product.expected_quantity) * _started(order), product.uom)
    received, credit = product.actual_quantity or ZERO, product.actual_credit or ZERO
    actual = actual_of(order)
    return ByProductYield(
        *heading(order),
        product.item_ref_id,
        product.item_code,
        product.uom,
        product.kind,
        product.cost_method,
        expected,
        received,
        received - expected,
        expected_credit(order, product),
        credit,
        percent(credit, actual.total + actual.by_product_credit),
    )
