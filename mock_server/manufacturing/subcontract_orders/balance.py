"""What a subcontractor still holds of an order's materials, and what leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import ZERO, shown
from mock_server.manufacturing.refusals import listed
from mock_server.manufacturing.stock import Shortage, insufficient_stock, share_of
from mock_server.manufacturing.subcontract_orders.challans import settled
from mock_server.manufacturing.subcontract_orders.materials import Asked
from mock_server.manufacturing.subcontract_orders.records import (
    MaterialMoved,
    SubcontractMaterial,
    SubcontractOrder,
)
from mock_server.manufacturing.units import to_uom
from mock_server.refused import Refused

_NAMES_SHOWN = 3


def consumption_of(order: SubcontractOrder, used: Sequence[Asked], quantity: Decimal) -> dict[str, Decimal]:
    """What goods received now use of each material: what the request states, else what the BOM says."""
    stated = {each.material.item_ref_id: each.quantity for each in used}
    received = order.received_quantity + quantity
    return {
        material.item_ref_id: (
            stated[material.item_ref_id]
            if material.item_ref_id in stated
            else due_by_bom(order, material, received)
        )
        for material in order.materials
    }


def due_by_bom(order: SubcontractOrder, material: SubcontractMaterial, received: Decimal) -> Decimal:
    """What the BOM lets a material be used for goods received so far, less what was used before.

    Cumulative, so that many receipts use what one would: a fixed part whole, the rest in proportion to the
    rounded requirement, rounded to the unit. Never below 0, where more was used before than the BOM says.
    """
    fixed = next(
        (need.quantity for need in order.fixed_needs if need.item_ref_id == material.item_ref_id), ZERO
    )
    scaling = Fraction(material.required_quantity - fixed)
    exact = scaling * Fraction(received) / Fraction(order.ordered_quantity) + Fraction(fixed)
    used = min(material.required_quantity, to_uom(exact, material.uom))
    return max(ZERO, used - material.consumed_quantity)


def check_material(order: SubcontractOrder, consumption: Mapping[str, Decimal]) -> None:
    """Refuses to consume more than the subcontractor has, and lists every shortage."""
    short = [
        Shortage(material.item_ref_id, material.item_code, needed, material.balance_quantity)
        for material in order.materials
        if (needed := consumption[material.item_ref_id]) > material.balance_quantity
    ]
    if short:
        told = [
            f"{each.item_code} needs {shown(each.required)}, {shown(each.available)} is there"
            for each in short
        ]
        raise Refused(
            "insufficient_material_at_subcontractor",
            f"Too little material of {order.order_number} is with the subcontractor: {listed(told)}.",
            **insufficient_stock("", short).details,
        )


def off_balance(
    order: SubcontractOrder, quantities: Mapping[str, Decimal], named: Iterable[str] = ()
) -> tuple[SubcontractOrder, list[MaterialMoved]]:
    """A copy of the order with quantities taken off its balances and challans, and what they were issued at.

    The materials of the copy are its own, and may be changed until it is put.
    """
    after = replace(order, materials=[replace(material) for material in order.materials])
    names = frozenset(named)
    moved = []
    for material in after.materials:
        quantity = quantities.get(material.item_ref_id, ZERO)
        if not quantity:
            continue
        value = share_of(material.balance_value, quantity, material.balance_quantity)
        material.balance_quantity -= quantity
        material.balance_value -= value
        after.challans = settled(after.challans, material.item_ref_id, quantity, names)
        moved.append(MaterialMoved(material.item_ref_id, material.item_code, quantity, value))
    return after, moved


def names_of(short: Sequence[Shortage]) -> str:
    """The codes of the first few items that are short, for a message."""
    codes = ", ".join(each.item_code for each in short[:_NAMES_SHOWN])
    return codes if len(short) <= _NAMES_SHOWN else f"{codes} and {len(short) - _NAMES_SHOWN} more"
