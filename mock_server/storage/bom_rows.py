"""BOMs as rows, and the index of their lines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, insert, literal_column, select

from mock_server.manufacturing.bom_records import INTERNAL_FIELDS, Bom
from mock_server.storage.database import Session, Statement
from mock_server.storage.documents import Documents, owner
from mock_server.storage.records import mapper
from mock_server.storage.tables import bom_lines, boms
from mock_server.storage.tenants import Tenant

_FORMS = (boms.c.id, boms.c.body, boms.c.internal)
_ACTIVE = Statement(
    select(*_FORMS).where(
        boms.c.tenant == bindparam("tenant"),
        boms.c.item_id == bindparam("item"),
        # Written out: the partial index serves no parameter.
        boms.c.status == literal_column("'Active'"),
    )
)
_USING = Statement(
    select(bom_lines.c.bom_id)
    .where(bom_lines.c.tenant == bindparam("tenant"), bom_lines.c.item_id == bindparam("item"))
    .group_by(bom_lines.c.bom_seq, bom_lines.c.bom_id)
    .order_by(bom_lines.c.bom_seq)
)
_PINNING = Statement(
    select(bom_lines.c.bom_id)
    .where(bom_lines.c.tenant == bindparam("tenant"), bom_lines.c.sub_bom_id == bindparam("bom"))
    .group_by(bom_lines.c.bom_seq, bom_lines.c.bom_id)
    .order_by(bom_lines.c.bom_seq)
)
_NUMBER = Statement(
    select(boms.c.id).where(
        boms.c.tenant == bindparam("tenant"),
        boms.c.number == bindparam("number"),
        boms.c.version == bindparam("version"),
    )
)
_REFERENCE = Statement(
    select(boms.c.id).where(
        boms.c.tenant == bindparam("tenant"), boms.c.external_reference == bindparam("reference")
    )
)
_DROP_LINES = Statement(
    delete(bom_lines).where(bom_lines.c.tenant == bindparam("tenant"), bom_lines.c.bom_id == bindparam("bom"))
)
_ADD_LINE = Statement(
    insert(bom_lines).values(
        {name: bindparam(name) for name in ("tenant", "bom_seq", "bom_id", "item_id", "sub_bom_id")}
    )
)
_EVERY = Statement(select(boms.c.body, boms.c.internal).where(boms.c.tenant == bindparam("tenant")))


def _columns(bom: Bom) -> dict[str, Any]:
    return {
        "number": bom.bom_number,
        "version": bom.version,
        "status": bom.status,
        "type": bom.type,
        "item_id": bom.item_ref_id,
    }


BOMS: Documents[Bom] = Documents(
    boms,
    mapper(Bom, INTERNAL_FIELDS),
    _columns,
    lambda bom: f"{bom.bom_number} {bom.name} {bom.item_code} {bom.item_name}",
    owner,
)


class BomRows:
    """The BOMs of one entity, each read once and then remembered."""

    def __init__(self, session: Session, tenant: Tenant) -> None:
        self._session = session
        self._tenant = tenant
        self._known: dict[str, Bom | None] = {}

    def get(self, bom_id: str) -> Bom | None:
        """The BOM, or none."""
        if bom_id not in self._known:
            self._known[bom_id] = BOMS.get(self._session, self._tenant, bom_id)
        return self._known[bom_id]

    def active(self, item_id: str) -> Bom | None:
        """The Active BOM of an item."""
        row = self._session.one(_ACTIVE, {"tenant": self._tenant.key, "item": item_id})
        if row is None:
            return None
        if self._known.get(row[0]) is None:
            self._known[row[0]] = BOMS.read(row[1], row[2])
        return self._known[row[0]]

    def using(self, item_id: str) -> list[Bom]:
        """Unarchived BOMs with a direct line of the item, oldest first."""
        return self._found(_USING, {"tenant": self._tenant.key, "item": item_id})

    def pinning(self, bom_id: str) -> list[Bom]:
        """Unarchived BOMs with a line that pins the BOM, oldest first."""
        return self._found(_PINNING, {"tenant": self._tenant.key, "bom": bom_id})

    def _found(self, statement: Statement, parameters: dict[str, Any]) -> list[Bom]:
        found = (self.get(row[0]) for row in self._session.all(statement, parameters))
        return [bom for bom in found if bom is not None]

    def every(self) -> list[Bom]:
        """All BOMs of the entity."""
        rows = self._session.all(_EVERY, {"tenant": self._tenant.key})
        return [BOMS.read(body, internal) for body, internal in rows]

    def number_taken(self, number: str, version: str) -> bool:
        """Whether a BOM has this number and version."""
        values = {"tenant": self._tenant.key, "number": number, "version": version}
        return self._session.one(_NUMBER, values) is not None

    def reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another BOM carries the external reference."""
        row = self._session.one(_REFERENCE, {"tenant": self._tenant.key, "reference": reference})
        return row is not None and row[0] != except_id

    def put(self, bom: Bom) -> bytes:
        """Writes the BOM and the index of its lines; the rendered body."""
        session, tenant = self._session, self._tenant
        before = self._known.get(bom.id)
        body, seq = BOMS.put(session, tenant, bom, is_new=before is None)
        self._known[bom.id] = bom
        wanted = _links(bom)
        if before is not None:
            if _links(before) == wanted:
                return body
            session.run(_DROP_LINES, {"tenant": tenant.key, "bom": bom.id})
        for item_id, sub_bom_id in wanted:
            session.run(
                _ADD_LINE,
                {
                    "tenant": tenant.key,
                    "bom_seq": seq,
                    "bom_id": bom.id,
                    "item_id": item_id,
                    "sub_bom_id": sub_bom_id,
                },
            )
        return body


def _links(bom: Bom) -> list[tuple[str, str | None]]:
    if bom.is_archived:
        return []
    return list(dict.fromkeys((line.item_ref_id, line.sub_bom_ref_id) for line in bom.lines))
