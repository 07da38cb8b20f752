"""The records of one kind and one entity inside a transaction, each read once and then remembered."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from mock_server.storage.database import Row
from mock_server.storage.documents.context import Context
from mock_server.storage.documents.outbox import add_event
from mock_server.storage.documents.pages import read_body
from mock_server.storage.documents.table import Documents
from mock_server.storage.sequences import next_value

T = TypeVar("T")


class Rows(Generic[T]):
    """Reads and writes the records of one document table; implements the collections of the rules."""

    # Columns that `complete` needs beside the body.
    columns: ClassVar[tuple[str, ...]] = ()

    def __init__(self, documents: Documents[T], context: Context) -> None:
        self.documents = documents
        self.session = context.session
        self.tenant = context.tenant
        self._context = context
        self.known: dict[str, T | None] = {}
        self._written: dict[str, bytes] = {}

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

    def next_number(self) -> str:
        """The next generated number, such as BOM-0001."""
        prefix = self.documents.prefix
        return f"{prefix}{next_value(self.session, self.tenant.key, prefix):04d}"

    def number_taken(self, document: Any) -> bool:
        """Whether a record of the entity has the document's key."""
        values = dict(zip(("number", "version"), document.key, strict=False))
        return (
            self.session.one(self.documents.finders.by_number, {"tenant": self.tenant.key, **values})
            is not None
        )

    def reference_taken(self, document: Any) -> bool:
        """Whether another record carries the document's external reference."""
        values = {"tenant": self.tenant.key, "reference": document.external_reference}
        row = self.session.one(self.documents.finders.by_reference, values)
        return row is not None and row[0] != document.id

    def put(self, record: T, event: str | None = None) -> None:
        """Writes the record, and an event with what it shows then."""
        self.write(record, event)

    def write(self, record: Any, event: str | None = None) -> int:
        """As `put`; the record's place in the entity's order."""
        is_new = self.known.get(record.id) is None
        body, seq = self.documents.put(self._context, record, is_new=is_new)
        self.known[record.id] = record
        self._written[record.id] = body
        if event is not None:
            add_event(self._context, event, record.id, record.revision, self.shown(record))
        return seq

    def shown(self, record: Any) -> bytes:
        """The record as GET shows it: what was just written is not read again."""
        body = self._written.get(record.id)
        if body is not None:
            return self.fresh(record, body)
        found = self.find(record.id)
        assert found is not None, f"there is no row of {record.id}"
        return found[0]

    def find(self, record_id: str) -> tuple[bytes, int] | None:
        """A record as GET shows it, and its revision."""
        columns = ("revision", *self.columns)
        found = read_body(self.session, self.documents.table, self.tenant.key, record_id, columns)
        return None if found is None else (self.complete(found[0], found[2:]), found[1])

    def fresh(self, record: T, body: bytes) -> bytes:
        """The body of a record that was just written, with what is not stored of it."""
        return body

    def complete(self, body: bytes, columns: Row) -> bytes:
        """A stored body, with what is not stored of the record; `columns` are the values of `columns`."""
        return body
