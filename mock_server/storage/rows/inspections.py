"""Quality inspections as rows."""

from __future__ import annotations

from sqlalchemy import bindparam, literal_column, select

from mock_server.manufacturing.inspections import Inspection
from mock_server.storage.database import Statement
from mock_server.storage.documents import Documents, Rows, mapper, owner
from mock_server.storage.tables import quality_inspections
from mock_server.wire import instant

INSPECTIONS: Documents[Inspection] = Documents(
    quality_inspections,
    mapper(Inspection, Inspection.INTERNAL),
    lambda inspection: {
        "number": inspection.inspection_number,
        "status": inspection.status.value,
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
    prefix="QI-",
)

_forms = [quality_inspections.c[name] for name in ("id", "body", "internal", "moves")]
_COMPLETED = Statement(
    select(*_forms)
    .where(
        quality_inspections.c.tenant == bindparam("tenant"),
        quality_inspections.c.work_order_id == bindparam("order_id"),
        quality_inspections.c.status == literal_column("'Completed'"),
    )
    .order_by(quality_inspections.c.completed_at, quality_inspections.c.id)
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


class InspectionRows(Rows[Inspection]):
    """The inspections of one entity."""

    def completed(self, order_id: str) -> list[Inspection]:
        """The Completed ones of a work order, by completion time, then id."""
        rows = self.session.all(_COMPLETED, {"tenant": self.tenant.key, "order_id": order_id})
        return [self.remember(*row) for row in rows]

    def open(self, order_id: str, lot_number: str | None) -> list[Inspection]:
        """The Open ones of an order and lot."""
        return [each for each in self.unfinished(order_id) if each.lot_number == lot_number]

    def unfinished(self, order_id: str) -> list[Inspection]:
        """The Open ones of an order, of whatever lot."""
        values = {"tenant": self.tenant.key, "order_id": order_id}
        rows = [row for statement in _OPEN.values() for row in self.session.all(statement, values)]
        return [self.remember(*row) for row in rows]
