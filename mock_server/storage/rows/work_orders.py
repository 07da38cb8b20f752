"""Work orders as rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from mock_server.manufacturing.work_orders import (
    WorkOrder,
    WorkOrderStatus,
    shown_work_order,
)
from mock_server.storage.database import Row
from mock_server.storage.documents import Documents, mapper, owner
from mock_server.storage.rows.followed import FollowedRows, day
from mock_server.storage.tables import work_orders


def _open_due(order: WorkOrder) -> date | None:
    is_open = order.status in (WorkOrderStatus.DRAFT, WorkOrderStatus.IN_PROGRESS)
    return order.due_date if is_open else None


def _work_order_columns(order: WorkOrder) -> dict[str, Any]:
    return {
        "number": order.work_order_number,
        "status": order.status.value,
        "item_id": order.item_ref_id,
        "bom_id": order.bom_ref_id,
        "recipe_id": order.recipe_ref_id,
        "lot_number": order.lot_number,
        "priority": order.priority,
        "due_date": day(order.due_date),
        "open_due": day(_open_due(order)),
    }


WORK_ORDERS: Documents[WorkOrder] = Documents(
    work_orders,
    mapper(WorkOrder, WorkOrder.INTERNAL),
    _work_order_columns,
    lambda order: f"{order.work_order_number} {order.item_code} {order.item_name}",
    owner,
    prefix="WO-",
)


class WorkOrderRows(FollowedRows[WorkOrder]):
    """The work orders of one entity."""

    columns = ("id", "status", "open_due", "moves")

    def fresh(self, record: WorkOrder, body: bytes) -> bytes:
        """A Draft was written with the contents of now."""
        return self._with_overdue(body, day(_open_due(record)))

    def put_together(self, order: WorkOrder) -> bytes:
        """A Draft with the contents of now."""
        shown = shown_work_order(self.context, self.lookup, order)
        return self.documents.render(self.context, shown.order, Overdue=shown.overdue)

    def stored(self, body: bytes, columns: Row) -> bytes:
        """Any other order: only the day is looked at."""
        return self._with_overdue(body, columns[2])

    def formula_ids(self, order: WorkOrder) -> tuple[str | None, str | None]:
        """The BOM, or the recipe, of an order."""
        return order.bom_ref_id, order.recipe_ref_id

    def _with_overdue(self, body: bytes, due: str | None) -> bytes:
        return b'%s,"Overdue":%s}' % (body[:-1], self.is_late(due))
