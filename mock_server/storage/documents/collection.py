"""The records of one kind and one entity inside a transaction, each read once and then remembered."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.documents.table import Documents
from mock_server.storage.tenancy import Tenant

T = TypeVar("T")


class Finders:
    """Statements that every document table has, compiled once per table."""

    def __init__(self, documents: Documents[Any]) -> None:
        self._table = documents.table

    @cached_property
    def by_number(self) -> Statement:
        """Id by number, and by version where the table has one."""
        table = self._table
        query = select(table.c.id).where(
            table.c.tenant == bindparam("tenant"), table.c.number == bindparam("number")
        )
        if "version" in table.c:
            query = query.where(table.c.version == bindparam("version"))
        return Statement(query)

    @cached_property
    def by_reference(self) -> Statement:
        """Id by external reference."""
        table = self._table
        return Statement(
            select(table.c.id).where(
                table.c.tenant == bindparam("tenant"), table.c.external_reference == bindparam("reference")
            )
        )


_FINDERS: dict[str, Finders] = {}


class Rows(Generic[T]):
    """Reads and writes the records of one document table."""

    def __init__(self, documents: Documents[T], session: Session, tenant: Tenant) -> None:
        self.documents = documents
        self.session = session
        self.tenant = tenant
        self.known: dict[str, T | None] = {}
        name = documents.name
        self.finders = _FINDERS.get(name) or _FINDERS.setdefault(name, Finders(documents))

    def get(self, record_id: str) -> T | None:
        """The record, archived ones included, or none."""
        if record_id not in self.known:
            self.known[record_id] = self.documents.get(self.session, self.tenant, record_id)
        return self.known[record_id]

    def remember(self, record_id: str, body: bytes, internal: bytes) -> T:
        """The record of a row that was read by another query."""
        found = self.known.get(record_id)
        if found is None:
            found = self.known[record_id] = self.documents.read(body, internal)
        return found

    def number_taken(self, number: str, version: str | None = None) -> bool:
        """Whether a record of the entity has this number (and version)."""
        values = {"tenant": self.tenant.key, "number": number}
        if version is not None:
            values["version"] = version
        return self.session.one(self.finders.by_number, values) is not None

    def reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another record carries the external reference."""
        row = self.session.one(self.finders.by_reference, {"tenant": self.tenant.key, "reference": reference})
        return row is not None and row[0] != except_id

    def put(self, record: T) -> tuple[bytes, int]:
        """Writes the record; the rendered body and its place in the entity's order."""
        record_id: str = getattr(record, "id")  # noqa: B009
        is_new = self.known.get(record_id) is None
        written = self.documents.put(self.session, self.tenant, record, is_new=is_new)
        self.known[record_id] = record
        return written
