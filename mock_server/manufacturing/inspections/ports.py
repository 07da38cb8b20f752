"""What the commands on quality inspections need from the outside; no stock is among it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mock_server.manufacturing.documents import Book, Collection, Finder
from mock_server.manufacturing.inspections.records import Inspection


class InspectedOrder(Protocol):
    """An order as far as an inspection needs to know it."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def item_ref_id(self) -> str: ...
    @property
    def status(self) -> str: ...


class Inspections(Collection[Inspection], Protocol):
    """The inspections of one entity."""

    def open(self, order_id: str, lot_number: str | None, /) -> Sequence[Inspection]:
        """The Open inspections of the order and lot; without a number, those of the lot without one."""

    def completed(self, order_id: str, /) -> Sequence[Inspection]:
        """A work order's Completed ones by completion time, then id; archived ones count."""


class InspectionBook(Book, Protocol):
    """A book with inspections and the orders that they are of."""

    @property
    def inspections(self) -> Inspections: ...
    @property
    def work_orders(self) -> Finder[InspectedOrder]: ...
    @property
    def subcontract_orders(self) -> Finder[InspectedOrder]: ...
