"""Work orders, inspections and subcontract orders as rows.

What depends on the day, or on a Draft's BOM, is not in the stored JSON: it is filled in at read.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, literal_column, select

from mock_server.manufacturing.inspections import INTERNAL_INSPECTION_FIELDS, Inspection
from mock_server.manufacturing.subcontract_orders import (
    INTERNAL_SUBCONTRACT_FIELDS,
    SubcontractOrder,
    delivery_due_date,
    material_due_date,
)
from mock_server.manufacturing.work_orders import DRAFT, IN_PROGRESS, INTERNAL_WORK_ORDER_FIELDS, WorkOrder
from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.documents import Documents, Rows, mapper, owner
from mock_server.storage.tables import challans, quality_inspections, subcontract_orders, work_orders
from mock_server.storage.tenancy import Tenant
from mock_server.wire import instant


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _work_order_columns(order: WorkOrder) -> dict[str, Any]:
    return {
        "number": order.work_order_number,
        "status": order.status,
        "item_id": order.item_ref_id,
        "bom_id": order.bom_ref_id,
        "recipe_id": order.recipe_ref_id,
        "lot_number": order.lot_number,
        "priority": order.priority,
        "due_date": _day(order.due_date),
        "open_due": _day(order.due_date) if order.status in (DRAFT, IN_PROGRESS) else None,
    }


WORK_ORDERS: Documents[WorkOrder] = Documents(
    work_orders,
    mapper(WorkOrder, INTERNAL_WORK_ORDER_FIELDS),
    _work_order_columns,
    lambda order: f"{order.work_order_number} {order.item_code} {order.item_name}",
    owner,
)

INSPECTIONS: Documents[Inspection] = Documents(
    quality_inspections,
    mapper(Inspection, INTERNAL_INSPECTION_FIELDS),
    lambda inspection: {
        "number": inspection.inspection_number,
        "status": inspection.status,
        "type": inspection.type,
        "result": inspection.result,
        "item_id": inspection.item_ref_id,
        "work_order_id": inspection.work_order_ref_id,
        "subcontract_order_id": inspection.subcontract_order_ref_id,
        "lot_number": inspection.lot_number,
        "completed_at": None if inspection.completed_at is None else instant(inspection.completed_at),
    },
    lambda inspection: f"{inspection.inspection_number} {inspection.item_code} {inspection.item_name}",
    owner,
)

SUBCONTRACT_ORDERS: Documents[SubcontractOrder] = Documents(
    subcontract_orders,
    mapper(SubcontractOrder, INTERNAL_SUBCONTRACT_FIELDS),
    lambda order: {
        "number": order.order_number,
        "status": order.status,
        "item_id": order.item_ref_id,
        "subcontractor_id": order.subcontractor_ref_id,
        "material_due": _day(material_due_date(order)),
        "delivery_due": _day(delivery_due_date(order)),
    },
    lambda order: f"{order.order_number} {order.subcontractor_name} {order.item_code} {order.item_name}",
    owner,
)

_forms = (quality_inspections.c.id, quality_inspections.c.body, quality_inspections.c.internal)
_DECIDING = Statement(
    select(*_forms)
    .where(
        quality_inspections.c.tenant == bindparam("tenant"),
        quality_inspections.c.work_order_id == bindparam("order_id"),
        quality_inspections.c.status == literal_column("'Completed'"),
    )
    .order_by(quality_inspections.c.completed_at.desc(), quality_inspections.c.id.desc())
    .limit(1)
)
_OPEN = {
    column: Statement(
        select(*_forms)
        .where(
            quality_inspections.c.tenant == bindparam("tenant"),
            quality_inspections.c[column] == bindparam("order_id"),
            quality_inspections.c.status == literal_column("'Open'"),
        )
        .order_by(quality_inspections.c.seq)
    )
    for column in ("work_order_id", "subcontract_order_id")
}
_CHALLAN = Statement(
    select(challans.c.number).where(
        challans.c.tenant == bindparam("tenant"),
        challans.c.series_year == bindparam("series_year"),
        challans.c.number == bindparam("number"),
    )
)
_ADD_CHALLAN = Statement(
    upsert(challans, {name: bindparam(name) for name in ("tenant", "series_year", "number")})
)


class InspectionRows(Rows[Inspection]):
    """The inspections of one entity."""

    def deciding(self, order_id: str) -> Inspection | None:
        """The latest Completed one of a work order, by completion time, then id."""
        row = self.session.one(_DECIDING, {"tenant": self.tenant.key, "order_id": order_id})
        return None if row is None else self.remember(*row)

    def open(self, order_id: str, lot_number: str | None) -> list[Inspection]:
        """The Open ones of an order and lot."""
        values = {"tenant": self.tenant.key, "order_id": order_id}
        rows = [row for statement in _OPEN.values() for row in self.session.all(statement, values)]
        found = [self.remember(*row) for row in rows]
        return [inspection for inspection in found if inspection.lot_number == lot_number]


def challan_taken(session: Session, tenant: Tenant, series_year: str, number: str) -> bool:
    """Whether a challan of the financial year has this number."""
    values = {"tenant": tenant.key, "series_year": series_year, "number": number}
    return session.one(_CHALLAN, values) is not None


def keep_challan(session: Session, tenant: Tenant, series_year: str, number: str) -> None:
    """Keeps a challan number, once."""
    session.run(_ADD_CHALLAN, {"tenant": tenant.key, "series_year": series_year, "number": number})
