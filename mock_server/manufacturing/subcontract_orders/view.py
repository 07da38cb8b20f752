"""What a subcontract order shows beside its record, worked out at read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.subcontract_orders.materials import Requirements, requirements_of
from mock_server.manufacturing.subcontract_orders.ports import DatedCatalogue
from mock_server.manufacturing.subcontract_orders.records import (
    SubcontractMaterial,
    SubcontractOrder,
)
from mock_server.refused import Refused


@dataclass(slots=True)
class SubcontractView:
    """The members that are filled in at read; field names become wire names as those of a record do."""

    bom_version: str | None
    materials: list[SubcontractMaterial]
    overdue: bool
    delivery_overdue: bool


def shown_subcontract_order(book: DatedCatalogue, lookup: Lookup, order: SubcontractOrder) -> SubcontractView:
    """The members of an order that depend on the day, or on the BOM while the order is a Draft."""
    version, materials = order.bom_version, order.materials
    if not order.is_frozen:
        version, needed = needs_now(lookup, order)
        materials = needed.materials
    today = book.today
    return SubcontractView(version, materials, is_overdue(order, today), is_delivery_overdue(order, today))


def needs_now(lookup: Lookup, order: SubcontractOrder) -> tuple[str | None, Requirements]:
    """Version of the order's BOM and what it says now; no materials where they have become too many."""
    bom = lookup.bom(order.bom_ref_id)
    if bom is None:
        return order.bom_version, Requirements([], [])
    try:
        return bom.version, requirements_of(lookup, bom, order.ordered_quantity)
    except Refused:
        return bom.version, Requirements([], [])


def is_overdue(order: SubcontractOrder, today: date) -> bool:
    """Whether material is with the subcontractor after the return date of its challan."""
    due = order.material_due_date
    return due is not None and today > due


def is_delivery_overdue(order: SubcontractOrder, today: date) -> bool:
    """Whether goods are pending after the expected date of an open order."""
    due = order.delivery_due_date
    return due is not None and today > due
