"""The records of one kind and one entity inside a transaction, each read once and then remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import bindparam

from mock_server.storage.database import Row, Statement
from mock_server.storage.dialects import listed, upsert
from mock_server.storage.documents.context import Context
from mock_server.storage.documents.outbox import add_event
from mock_server.storage.documents.pages import read_body
from mock_server.storage.documents.table import Documents
from mock_server.storage.sequences import next_value
from mock_server.storage.tables import former_numbers

T = TypeVar("T")


_KEEP_NUMBER = Statement(
    upsert(former_numbers, {name: bindparam(name) for name in ("tenant", "kind", "number")})
)


def _tag(revision: int, moves: int) -> str:
    return f"{revision}.{moves}" if moves else str(revision)


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
        self._moves: dict[str, int] = {}
        self._written: dict[str, bytes] = {}
        # What was there before the first write of each, or none.
        self._first: dict[str, T | None] = {}

    def get(self, record_id: str) -> T | None:
        """The record, archived ones included, or none."""
        if record_id not in self.known:
            found = self.documents.find(self.session, self.tenant, record_id)
            self.known[record_id], self._moves[record_id] = found or (None, 0)
        return self.known[record_id]

    def load(self, record_ids: Iterable[str]) -> None:
        """Reads several at once, so that each is at hand when it is asked for."""
        missing = [record_id for record_id in dict.fromkeys(record_ids) if record_id not in self.known]
        if len(missing) > 1:
            values = {"tenant": self.tenant.key, "ids": listed(missing)}
            for record_id, *row in self.session.all(self.documents.finders.by_ids, values):
                self.known[record_id], self._moves[record_id] = self.documents.moved(*row)

    def remember(self, record_id: str, body: bytes, internal: bytes, moves: int) -> T:
        """The record of a row that was read by another query, which shows all of it."""
        found = self.known.get(record_id)
        if found is None:
            found = self.known[record_id] = self.documents.read(body, internal)
            self._moves[record_id] = moves
        return found

    def tag(self, record: Any) -> str:
        """Its ETag: the revision, and how often others have changed since what it shows."""
        return _tag(record.revision, self._moves.get(record.id, 0))

    def next_number(self) -> str:
        """The next generated number, such as BOM-0001."""
        prefix = self.documents.prefix
        return f"{prefix}{next_value(self.session, self.tenant.key, prefix):04d}"

    def number_used(self, number: str) -> bool:
        """Whether a record of the entity has or had the number."""
        values = {"tenant": self.tenant.key, "number": number}
        return self.session.one(self.documents.finders.number_used, values) is not None

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
        before = self.known.get(record.id)
        self._first.setdefault(record.id, before)
        moves = self._moves[record.id] = 0 if before is None else self._moved(before, record)
        body, seq = self.documents.put(self._context, record, is_new=before is None, moves=moves)
        former = getattr(before, "number", None)
        if former is not None and former != record.number:
            values = {"tenant": self.tenant.key, "kind": self.documents.name, "number": former}
            self.session.run(_KEEP_NUMBER, values)
        self.known[record.id] = record
        self._written[record.id] = body
        if event is not None:
            add_event(self._context, event, record.id, record.revision, self.shown(record))
        return seq

    def _moved(self, before: Any, after: Any) -> int:
        """A write of its own begins to count anew; one that follows another record's counts if it shows."""
        if getattr(before, "revision", 1) != getattr(after, "revision", 1):
            return 0
        return self._moves.get(after.id, 0) + int(before.updated_at != after.updated_at)

    def changes(self) -> Iterator[tuple[str, dict[str, Any] | None, dict[str, Any]]]:
        """The records that were written: id, and the members that they had and have now."""
        for record_id, first in self._first.items():
            last = self.known[record_id]
            assert last is not None
            before = None if first is None else self.documents.public(first)
            yield record_id, before, self.documents.public(last)

    def shown(self, record: Any) -> bytes:
        """The record as GET shows it: what was just written is not read again."""
        body = self._written.get(record.id)
        if body is not None:
            return self.fresh(record, body)
        found = self.find(record.id)
        assert found is not None, f"there is no row of {record.id}"
        return found[0]

    def find(self, record_id: str) -> tuple[bytes, str] | None:
        """A record as GET shows it, and its ETag."""
        columns = ("revision", "moves", *self.columns)
        found = read_body(self.session, self.documents.table, self.tenant.key, record_id, columns)
        return None if found is None else (self.complete(found[0], found[3:]), _tag(found[1], found[2]))

    def bodies(self, rows: Sequence[Row]) -> Iterable[bytes]:
        """The bodies of a page's rows, as GET shows them: body, place, columns. It may end early."""
        end = 2 + len(self.columns)
        return (self.complete(row[0], row[2:end]) for row in rows)

    def fresh(self, record: T, body: bytes) -> bytes:
        """The body of a record that was just written, with what is not stored of it."""
        return body

    def complete(self, body: bytes, columns: Row) -> bytes:
        """A stored body, with what is not stored of the record; `columns` are the values of `columns`."""
        return body
