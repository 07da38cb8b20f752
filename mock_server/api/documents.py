"""What the resources with documents have in common: lists, reads, and answers after a write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Table

from mock_server.api.answers import check_revision, created, record
from mock_server.api.pages import Filters, page
from mock_server.api.services import Services, tenant_of
from mock_server.gateway import Answer, Call, Refusal
from mock_server.storage import SqlBook
from mock_server.storage.documents import read_body

T = TypeVar("T")
# Fills in what a stored body lacks: the book, the body, and the columns that were asked for.
View = Callable[[SqlBook, bytes, tuple[Any, ...]], bytes]


class DocumentHandlers(Generic[T]):
    """Lists and reads one resource; `key` names it in the list envelope."""

    table: Table
    key: str
    columns: tuple[str, ...] = ()
    view: View | None = None
    filters: Filters = Filters()

    def __init__(self, services: Services) -> None:
        self.services = services

    def page(self, call: Call) -> Answer:
        """A page of records."""
        view = type(self).view
        row: Callable[[tuple[Any, ...]], bytes] | None = None
        if view is not None:
            book = self.services.book(call)
            row = lambda found: view(book, found[0], found[2 : 2 + len(self.columns)])  # noqa: E731
        zone = tenant_of(call).time_zone
        values = self.filters.read(call.query, lambda: self.services.clock.today(zone).isoformat())
        return page(
            call,
            self.services.session,
            self.services.cursors,
            self.table,
            self.key,
            values,
            self.columns,
            row,
        )

    def one(self, call: Call) -> Answer:
        """One record, archived ones included."""
        return self.answer(call, self.services.book(call), call.path["id"])

    def answer(self, call: Call, book: SqlBook, record_id: str) -> Answer:
        """The record as it is now."""
        columns = ("revision", *self.columns)
        found = read_body(self.services.session, self.table, tenant_of(call).key, record_id, columns)
        if found is None:
            raise Refusal("not_found")
        body, revision, *rest = found
        view = type(self).view
        return record(body if view is None else view(book, body, tuple(rest)), revision)

    def created(self, call: Call, book: SqlBook, record_id: str) -> Answer:
        """The new record."""
        shown = self.answer(call, book, record_id)
        return created(call, shown.body, record_id, 1)

    def find(self, call: Call, read: Callable[[SqlBook, str], T | None]) -> tuple[SqlBook, T]:
        """The record that the path names, for a write; its revision is checked against If-Match."""
        book = self.services.book(call)
        found = read(book, call.path["id"])
        if found is None:
            raise Refusal("not_found")
        check_revision(call, getattr(found, "revision"))  # noqa: B009
        return book, found
