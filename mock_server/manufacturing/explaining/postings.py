"""The movements of a completed work order on figures."""

from __future__ import annotations

from typing import Any

from mock_server.manufacturing.stock import DocumentType, Movement, MovementType, Place
from mock_server.manufacturing.work_orders import WorkOrder


def posted(copy: WorkOrder, own: WorkOrder) -> list[Movement]:
    """The movements of the completion of an order as they were posted, with the figures of its copy."""
    assert copy.actual_cost is not None
    values: dict[tuple[str, str], list[Any]] = {}
    for material in copy.materials:
        key = (MovementType.PRODUCTION_CONSUMPTION.value, material.item_ref_id)
        values.setdefault(key, []).append((material.cost, material.consumed_quantity))
    main = (copy.actual_cost.total, copy.completed_quantity)
    values[MovementType.PRODUCTION_RECEIPT.value, copy.item_ref_id] = [main]
    for product in copy.by_products:
        kind = f"{product.kind}Receipt"
        if product.actual_quantity:
            entry = (product.actual_credit, product.actual_quantity)
            values.setdefault((kind, product.item_ref_id), []).append(entry)
    found = []
    for each in own.stock_movements:
        value, quantity = values[each.type, each.item_ref_id].pop(0)
        place = Place.STORE
        is_out = each.type == MovementType.PRODUCTION_CONSUMPTION
        found.append(
            Movement(
                each.id,
                each.item_ref_id,
                each.item_code,
                MovementType(each.type),
                quantity,
                value,
                place if is_out else None,
                None if is_out else place,
                each.posting_date,
                DocumentType.WORK_ORDER,
                copy.id,
                copy.number,
                each.reverses_movement_ref_id,
                each.posted_at,
            )
        )
    return found
