"""Work orders on figures."""

from __future__ import annotations

from mock_server.manufacturing.explaining.formulas import ExplainedLookup
from mock_server.manufacturing.explaining.frozen import Frozen, quantities
from mock_server.manufacturing.explaining.leaves import label
from mock_server.manufacturing.explaining.rebinding import explained
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderStatus, source_of, with_contents
from mock_server.refused import Refused


def explained_work_order(lookup: ExplainedLookup, order: WorkOrder) -> WorkOrder:
    """A copy of the order whose figures know how they came about.

    A Draft is worked out from its BOM or recipe as that is now. Any other order is worked out from what its
    release has frozen: a rate of more than six decimals is kept with six, and what that leaves is a leaf.
    """
    currency = lookup.currency
    if order.status == WorkOrderStatus.DRAFT:
        formula = source_of(lookup, order)
        if formula is not None and formula.item_ref_id == order.item_ref_id:
            try:
                draft = explained(with_contents)(lookup, quantities(order), lookup.rolled(formula))
            except Refused:
                return quantities(order)
            return _labelled(draft)
    snapshot = order.snapshot
    if snapshot is None:
        return quantities(order)
    return _labelled(Frozen(order, snapshot, currency).worked_out())


def _labelled(order: WorkOrder) -> WorkOrder:
    for material in order.materials:
        label(material, f"{{}} of {material.item_code}")
    for product in order.by_products:
        label(product, f"{{}} of {product.item_code}")
    for operation in order.operations:
        label(operation, f"{{}} of {operation.name}")
    return order
