"""What the goods of one receipt cost, and what an order's goods have cost by then."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import EXACT, MAX_AMOUNT, MAX_UNIT_COST, ZERO, amount, unit_cost
from mock_server.manufacturing.refusals import too_much
from mock_server.manufacturing.stock import share_of
from mock_server.manufacturing.subcontract_orders.records import SubcontractCost, SubcontractOrder


@dataclass(slots=True)
class ReceiptCost:
    """Material, service and additional cost of the accepted goods, and the material of the rejected ones."""

    material: Decimal
    service: Decimal
    additional: Decimal
    rejected_material: Decimal
    unit: Decimal | None


def cost_of_receipt(
    order: SubcontractOrder, material: Decimal, accepted: Decimal, rejected: Decimal, additional: Decimal
) -> ReceiptCost:
    """Splits the material by quantity; the accepted goods take what rounding leaves over."""
    set_apart = share_of(material, rejected, accepted + rejected)
    service = amount(EXACT.multiply(order.rate_per_unit, accepted))
    carried = material - set_apart
    return ReceiptCost(
        carried, service, additional, set_apart, _unit(carried + service + additional, accepted)
    )


def add_to_cost(before: SubcontractCost, receipt: ReceiptCost, accepted: Decimal) -> SubcontractCost:
    """The cost of an order after a receipt, for all that is accepted by then."""
    material = before.material + receipt.material
    service = before.service + receipt.service
    additional = before.additional + receipt.additional
    total = material + service + additional
    return SubcontractCost(
        material,
        service,
        additional,
        total,
        _unit(total, accepted),
        before.rejected_material + receipt.rejected_material,
        before.loss,
    )


def _unit(total: Decimal, accepted: Decimal) -> Decimal | None:
    if accepted == ZERO:
        return None
    unit = unit_cost(Fraction(total) / Fraction(accepted))
    if total > MAX_AMOUNT or unit > MAX_UNIT_COST:
        raise too_much("The goods cost too much")
    return unit
