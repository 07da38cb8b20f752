"""By-products: what came out beside the main output of completed work orders, expected and actual."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import ZERO, amount
from mock_server.manufacturing.order_contents import expected_output
from mock_server.manufacturing.report_orders import Report, ReportOrder, actual_of, heading, percent
from mock_server.manufacturing.work_order_records import WorkOrder, WorkOrderByProduct


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

    row_count: int = 0
    expected_credit: Decimal = ZERO
    credit: Decimal = ZERO
    difference_credit: Decimal = ZERO


def by_product_yields(
    orders: Iterable[WorkOrder], item_ref_id: str | None = None
) -> Report[ByProductYield, ByProductTotals]:
    """One row per order and by-product: orders as given, by-products by code.

    An item finds the rows of the orders that made it, and those in which it is the by-product.
    """
    rows = [
        _row(order, product)
        for order in orders
        for product in sorted(order.by_products, key=lambda each: each.item_code)
        if item_ref_id in (None, order.item_ref_id, product.item_ref_id)
    ]
    totals = ByProductTotals(row_count=len(rows))
    for row in rows:
        totals.expected_credit += row.expected_credit
        totals.credit += row.credit
    totals.difference_credit = totals.credit - totals.expected_credit
    return Report(rows, totals)


def _row(order: WorkOrder, product: WorkOrderByProduct) -> ByProductYield:
    ratio = Fraction(order.started_quantity) / Fraction(order.planned_quantity)
    expected = expected_output(Fraction(product.expected_quantity) * ratio, product.uom)
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
        amount(Fraction(product.expected_credit) * ratio),
        credit,
        percent(credit, actual.total + actual.by_product_credit),
    )
