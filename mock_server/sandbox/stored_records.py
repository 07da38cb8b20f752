"""What is answered as it was stored: the kinds of records, their places in the contract, their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, bindparam, select

from mock_server.storage import Session, Statement, tables
from mock_server.storage.documents import Documents
from mock_server.storage.rows import (
    BOMS,
    INSPECTIONS,
    ITEMS,
    RECIPES,
    SUBCONTRACT_ORDERS,
    VENDORS,
    WORK_ORDERS,
    SubcontractRows,
    WorkOrderRows,
)

_BATCH = 1000


class Row(NamedTuple):
    """One stored record; `tenant` and `internal` only where it is a document."""

    label: str
    body: bytes
    tenant: int | None
    internal: bytes | None
    columns: tuple[Any, ...]


@dataclass(frozen=True)
class Kind:
    """One kind of record: `operation` answers it whole, or in a list at `member`; `label` is its name."""

    name: str
    table: Table
    operation: str
    label: str = "id"
    member: tuple[str, ...] = ()
    documents: Documents[Any] | None = None
    collection: str = ""
    columns: tuple[str, ...] = ()
    is_public: bool = True

    @cached_property
    def _key(self) -> Column[Any]:
        return self.table.c["row" if "row" in self.table.c else "id"]

    @cached_property
    def _body(self) -> Column[Any]:
        return self.table.c["body" if "body" in self.table.c else "state"]

    @cached_property
    def _batch(self) -> Statement:
        extra = [] if self.documents is None else ["tenant", "internal", *self.columns]
        shown = [self._key, self.table.c[self.label], self._body, *(self.table.c[name] for name in extra)]
        query = select(*shown).where(self._key > bindparam("last")).order_by(self._key)
        return Statement(query.limit(bindparam("size")))

    def rows(self, session: Session) -> Iterator[Row]:
        """Every record of all entities."""
        last: int | str = 0 if self._key.name == "row" else ""
        while True:
            found = session.all(self._batch, {"last": last, "size": _BATCH})
            for _, label, body, *rest in found:
                tenant, internal, *columns = rest or (None, None)
                yield Row(label, body, tenant, internal, tuple(columns))
            if len(found) < _BATCH:
                return
            last = found[-1][0]


KINDS = (
    Kind("item", ITEMS.table, "getItem", "code", documents=ITEMS),
    Kind("vendor", VENDORS.table, "getVendor", "code", documents=VENDORS),
    Kind("BOM", BOMS.table, "getBom", "number", documents=BOMS),
    Kind("recipe", RECIPES.table, "getRecipe", "number", documents=RECIPES),
    Kind(
        "work order",
        WORK_ORDERS.table,
        "getWorkOrder",
        "number",
        documents=WORK_ORDERS,
        collection="work_orders",
        columns=WorkOrderRows.columns,
    ),
    Kind(
        "quality inspection",
        INSPECTIONS.table,
        "getQualityInspection",
        "number",
        documents=INSPECTIONS,
    ),
    Kind(
        "subcontract order",
        SUBCONTRACT_ORDERS.table,
        "getSubcontractOrder",
        "number",
        documents=SUBCONTRACT_ORDERS,
        collection="subcontract_orders",
        columns=SubcontractRows.columns,
    ),
    Kind(
        "webhook subscription",
        tables.webhooks,
        "listWebhookSubscriptions",
        member=("properties", "subscriptions", "items"),
    ),
    Kind(
        "stock movement",
        tables.movements,
        "listMovements",
        member=("properties", "movements", "items"),
        is_public=False,
    ),
    Kind("install", tables.installs, "getInstall", is_public=False),
)
