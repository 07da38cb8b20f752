"""The records of one kind and one entity inside a transaction, each read once and then remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import bindparam, select

from mock_server.storage.database import Row, Statement
from mock_server.storage.dialects import among, listed
from mock_server.storage.documents.context import Context
from mock_server.storage.documents.outbox import add_event
from mock_server.storage.documents.pages import read_body
from mock_server.storage.documents.table import Documents
from mock_server.storage.sequences import next_value

T = TypeVar("T")


class Finders:
    """Statements that every document table has, compiled once per table."""

    def __init__(self, documents: Documents[Any]) -> None:
        self._table = documents.table

    @cached_property
    def by_ids(self) -> Statement:
        """Id, body and internal members of several."""
        table = self._table
        return Statement(
            select(table.c.id, table.c.body, table.c.internal).where(
                table.c.tenant == bindparam("tenant"), among(table.c.id, bindparam("ids"))
            )
        )

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
        name = documents.name
        self._finders = _FINDERS.get(name) or _FINDERS.setdefault(name, Finders(documents))

    def get(self, record_id: str) -> T | None:
        """The record, archived ones included, or none."""
        if record_id not in self.known:
            self.known[record_id] = self.documents.get(self.session, self.tenant, record_id)
        return self.known[record_id]

    def load(self, record_ids: Iterable[str]) -> None:
        """Reads several at once, so that each is at hand when it is asked for."""
        missing = [record_id for record_id in dict.fromkeys(record_ids) if record_id not in self.known]
        if len(missing) > 1:
            values = {"tenant": self.tenant.key, "ids": listed(missing)}
            for row in self.session.all(self._finders.by_ids, values):
                self.remember(*row)

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
        return self.session.one(self._finders.by_number, {"tenant": self.tenant.key, **values}) is not None

    def reference_taken(self, document: Any) -> bool:
        """Whether another record carries the document's external reference."""
        values = {"tenant": self.tenant.key, "reference": document.external_reference}
        row = self.session.one(self._finders.by_reference, values)
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

    def completed(self, rows: Sequence[Row]) -> Iterable[bytes]:
        """The bodies of a page's rows, as GET shows them: body, place, columns. It may end early."""
        end = 2 + len(self.columns)
        return (self.complete(row[0], row[2:end]) for row in rows)

    def fresh(self, record: T, body: bytes) -> bytes:
        """The body of a record that was just written, with what is not stored of it."""
        return body

    def complete(self, body: bytes, columns: Row) -> bytes:
        """A stored body, with what is not stored of the record; `columns` are the values of `columns`."""
        return body
