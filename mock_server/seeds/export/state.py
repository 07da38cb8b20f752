"""What of an entity goes into a pack, as it is stored."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Table, bindparam, literal_column, select

from mock_server.seeds.operations import BOM, INSPECTION, ITEM, RECIPE, SUBCONTRACT_ORDER, VENDOR, WORK_ORDER
from mock_server.storage import Session, Statement, tables
from mock_server.storage.documents import exact
from mock_server.storage.tenancy import Tenant

# Of one kind and entity; there is no pack of more.
MAX_ROWS = 5_000
_TABLES = {
    ITEM: tables.items,
    VENDOR: tables.vendors,
    BOM: tables.boms,
    RECIPE: tables.recipes,
    WORK_ORDER: tables.work_orders,
    INSPECTION: tables.quality_inspections,
    SUBCONTRACT_ORDER: tables.subcontract_orders,
}
# The states of orders that go into a pack. What the others did is in the stock.
OPEN = {
    WORK_ORDER: frozenset({"Draft", "InProgress"}),
    SUBCONTRACT_ORDER: frozenset({"Draft", "MaterialsIssued", "PartiallyReceived", "Received"}),
}
Record = dict[str, Any]


class EntityState(NamedTuple):
    """The stored bodies of one entity by kind, in the order of their making, and the movements of its orders.

    `is_whole` says whether these are all that there are.
    """

    tenant: Tenant
    bodies: dict[str, list[bytes]]
    movements: dict[str, list[bytes]]
    is_whole: bool

    def records(self, kind: str) -> list[Record]:
        """The records of a kind, their figures exact."""
        return [exact(body) for body in self.bodies[kind]]

    def moves(self, order_id: str) -> list[Record]:
        """The stock movements of an open order of job work, as they were posted."""
        return [exact(body) for body in self.movements.get(order_id, ())]


@cache
def _of_kind(kind: str) -> Statement:
    table = _TABLES[kind]
    query = select(table.c.body).where(table.c.tenant == bindparam("tenant")).order_by(table.c.seq)
    return Statement(query.limit(literal_column(str(MAX_ROWS + 1))))


@cache
def _of_document(table: Table) -> Statement:
    query = select(table.c.body).where(
        table.c.tenant == bindparam("tenant"), table.c.document_id == bindparam("document")
    )
    return Statement(query.order_by(table.c.seq))


def read_state(session: Session, tenant: Tenant) -> EntityState:
    """Reads the entity, in a transaction that sees one state; no more rows of a kind than a pack can hold."""
    values = {"tenant": tenant.key}
    bodies = {kind: [row[0] for row in session.all(_of_kind(kind), values)] for kind in _TABLES}
    moved = {
        order_id: [
            row[0] for row in session.all(_of_document(tables.movements), {**values, "document": order_id})
        ]
        for order_id in _issued(bodies[SUBCONTRACT_ORDER])
    }
    is_whole = all(len(rows) <= MAX_ROWS for rows in bodies.values())
    return EntityState(tenant, bodies, moved, is_whole)


def _issued(bodies: Iterable[bytes]) -> list[str]:
    """The open orders of job work that have moved stock."""
    orders = (orjson.loads(body) for body in bodies)
    return [
        order["id"]
        for order in orders
        if order["Status"] in OPEN[SUBCONTRACT_ORDER] and order["Status"] != "Draft"
    ]
