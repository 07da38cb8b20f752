"""What the resources with documents have in common: lists, reads, and answers after a write."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from mock_server.api.answers import check_tag, created, record
from mock_server.api.pages import Filters, page
from mock_server.api.services import Services, tenant_of
from mock_server.gateway import Answer, Call
from mock_server.refused import Refused
from mock_server.storage import SqlBook
from mock_server.storage.documents import Rows

T = TypeVar("T")


class DocumentHandlers(Generic[T]):
    """Lists and reads one resource; `key` names it in the list envelope, `collection` in a book."""

    collection: ClassVar[str]
    key: ClassVar[str]
    filters: Filters = Filters()

    def __init__(self, services: Services) -> None:
        self.services = services

    def rows(self, book: SqlBook) -> Rows[T]:
        """The records of the resource in a book."""
        found: Rows[T] = getattr(book, self.collection)
        return found

    def page(self, call: Call) -> Answer:
        """A page of records."""
        rows = self.rows(self.services.book(call))
        zone = tenant_of(call).time_zone
        values = self.filters.read(call.query, lambda: self.services.clock.today(zone).isoformat())
        return page(
            call,
            self.services.session,
            self.services.cursors,
            rows.documents.table,
            self.key,
            values,
            rows.columns,
            rows.bodies if rows.columns else None,
        )

    def one(self, call: Call) -> Answer:
        """One record, archived ones included."""
        found = self.rows(self.services.book(call)).find(call.path["id"])
        if found is None:
            raise Refused("not_found")
        return record(*found)

    def answer(self, book: SqlBook, document: Any) -> Answer:
        """A document after a command, as GET shows it now."""
        return record(self.rows(book).shown(document), self.rows(book).tag(document))

    def created(self, call: Call, book: SqlBook, document: Any) -> Answer:
        """A new document."""
        rows = self.rows(book)
        return created(call, rows.shown(document), document.id, rows.tag(document))

    def find(self, call: Call) -> tuple[SqlBook, T]:
        """The record that the path names, for a write; its ETag is checked against If-Match."""
        book = self.services.book(call)
        rows = self.rows(book)
        found = rows.get(call.path["id"])
        if found is None:
            raise Refused("not_found")
        check_tag(call, rows.tag(found))
        return book, found
