"""A work order as it is read: a Draft follows its BOM or recipe, and the day decides what is overdue."""

from __future__ import annotations

from mock_server.manufacturing.formulas import AnyFormula, Lookup
from mock_server.manufacturing.work_orders.contents import with_contents
from mock_server.manufacturing.work_orders.ports import OrderCatalogue
from mock_server.manufacturing.work_orders.records import ShownWorkOrder, WorkOrder, WorkOrderStatus
from mock_server.refused import Refused


def shown_work_order(catalogue: OrderCatalogue, lookup: Lookup, order: WorkOrder) -> ShownWorkOrder:
    """The order as of now, and whether it is overdue; a page of them shares one lookup.

    A Draft shows what its BOM or recipe says now, without a new revision.
    """
    shown = followed(lookup, order) if order.status == WorkOrderStatus.DRAFT else order
    is_open = order.status in (WorkOrderStatus.DRAFT, WorkOrderStatus.IN_PROGRESS)
    overdue = is_open and order.due_date is not None and order.due_date < catalogue.today
    return ShownWorkOrder(shown, overdue)


def followed(lookup: Lookup, order: WorkOrder) -> WorkOrder:
    """A Draft with the contents of now; with those of its last write where the formula fits it no longer."""
    source = source_of(lookup, order)
    if source is None or source.item_ref_id != order.item_ref_id:
        return order
    try:
        return with_contents(lookup, order, source)
    except Refused:
        return order


def source_of(lookup: Lookup, order: WorkOrder) -> AnyFormula | None:
    """The BOM or recipe that the order is made from."""
    if order.bom_ref_id is not None:
        return lookup.bom(order.bom_ref_id)
    if order.recipe_ref_id is not None:
        return lookup.recipes.get(order.recipe_ref_id)
    return None
