"""Orders of which not all is stored: the day decides what is overdue, a Draft follows its formula."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

from mock_server.manufacturing.formulas import Catalogue, Lookup
from mock_server.storage.documents import Context, Documents, Rows

T = TypeVar("T")


def day(value: date | None) -> str | None:
    """A day as columns hold it."""
    return None if value is None else value.isoformat()


class Dated(Context, Catalogue, Protocol):
    """A context that knows the day, and the formulas that a Draft follows."""

    @property
    def today(self) -> date: ...


class FollowedRows(Rows[T]):
    """The orders of one kind and entity."""

    def __init__(self, documents: Documents[T], context: Dated) -> None:
        super().__init__(documents, context)
        self.context = context

    @cached_property
    def lookup(self) -> Lookup:
        """What is read for one order of a page is at hand for the next."""
        return Lookup(self.context)

    def known_order(self, record_id: str) -> T:
        """An order that has a row."""
        order = self.get(record_id)
        assert order is not None
        return order

    def is_late(self, due: str | None) -> bytes:
        """Whether a day is past, as JSON."""
        return b"true" if due is not None and due < self.context.today.isoformat() else b"false"
