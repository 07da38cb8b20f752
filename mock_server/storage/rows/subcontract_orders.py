"""Subcontract orders as rows, and the numbers of their challans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.subcontract_orders import (
    SubcontractOrder,
    SubcontractStatus,
    SubcontractView,
    shown_subcontract_order,
)
from mock_server.storage.database import Row, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.documents import Context, Documents, mapper, owner
from mock_server.storage.rows.followed import FollowedRows, day
from mock_server.storage.sequences import next_value
from mock_server.storage.tables import challans, subcontract_orders

SUBCONTRACT_ORDERS: Documents[SubcontractOrder] = Documents(
    subcontract_orders,
    mapper(SubcontractOrder, SubcontractOrder.INTERNAL),
    lambda order: {
        "number": order.order_number,
        "status": order.status.value,
        "item_id": order.item_ref_id,
        "bom_id": order.bom_ref_id,
        "subcontractor_id": order.subcontractor_ref_id,
        "material_due": day(order.material_due_date),
        "delivery_due": day(order.delivery_due_date),
    },
    lambda order: f"{order.order_number} {order.subcontractor_name} {order.item_code} {order.item_name}",
    owner,
    prefix="SC-",
)

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


class SubcontractRows(FollowedRows[SubcontractOrder]):
    """The subcontract orders of one entity."""

    columns = ("id", "status", "material_due", "delivery_due", "moves")

    def fresh(self, record: SubcontractOrder, body: bytes) -> bytes:
        """A Draft has no materials of its own."""
        if record.status == SubcontractStatus.DRAFT:
            return self._rendered(record, Lookup(self.context))
        return self._with_overdue(body, day(record.material_due_date), day(record.delivery_due_date))

    def put_together(self, order: SubcontractOrder) -> bytes:
        """A Draft with the materials of now."""
        return self._rendered(order, self.lookup)

    def stored(self, body: bytes, columns: Row) -> bytes:
        """Any other order: only the day is looked at."""
        return self._with_overdue(body, columns[2], columns[3])

    def formula_ids(self, order: SubcontractOrder) -> tuple[str | None, str | None]:
        """The BOM of an order."""
        return order.bom_ref_id, None

    def _rendered(self, order: SubcontractOrder, lookup: Lookup) -> bytes:
        view = mapper(SubcontractView).public(shown_subcontract_order(self.context, lookup, order))
        return self.documents.render(self.context, order, **view)

    def _with_overdue(self, body: bytes, material_due: str | None, delivery_due: str | None) -> bytes:
        late = self.is_late(material_due), self.is_late(delivery_due)
        return b'%s,"Overdue":%s,"DeliveryOverdue":%s}' % (body[:-1], *late)


class ChallanNumbers:
    """The numbers of the challans of one entity."""

    def __init__(self, context: Context) -> None:
        self._session = context.session
        self._tenant = context.tenant.key

    def count(self, series_year: str) -> int:
        """The next count of the year."""
        return next_value(self._session, self._tenant, f"DC-{series_year}")

    def taken(self, series_year: str, number: str) -> bool:
        """Whether a challan of the year has this number."""
        return self._session.one(_CHALLAN, self._values(series_year, number)) is not None

    def keep(self, series_year: str, number: str) -> None:
        """Takes the number."""
        self._session.run(_ADD_CHALLAN, self._values(series_year, number))

    def _values(self, series_year: str, number: str) -> dict[str, Any]:
        return {"tenant": self._tenant, "series_year": series_year, "number": number}
