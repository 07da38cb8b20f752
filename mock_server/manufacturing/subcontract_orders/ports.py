"""What the commands on subcontract orders need from the outside."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from mock_server.manufacturing.formulas import Book, Catalogue
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.stock import StockBook
from mock_server.manufacturing.subcontract_orders.records import SubcontractOrder
from mock_server.manufacturing.vendors import Vendor


class DatedCatalogue(Catalogue, Protocol):
    """A catalogue that knows what day it is; enough to show an order."""

    @property
    def today(self) -> date:
        """The day in the entity's time zone."""


class SubcontractBook(StockBook, Book, Protocol):
    """A book inside one write transaction that also moves stock and keeps subcontract orders."""

    def subcontract_order(self, order_id: str) -> SubcontractOrder | None:
        """The subcontract order, archived ones included."""

    def vendor(self, vendor_id: str) -> Vendor | None:
        """The vendor, archived ones included."""

    def inspection(self, inspection_id: str) -> Inspection | None:
        """The quality inspection, archived ones included."""

    def next_subcontract_number(self) -> str:
        """The next generated number (SC-0001): strictly increasing, never one handed out before."""

    def subcontract_number_taken(self, number: str) -> bool:
        """Whether a subcontract order of the entity, archived ones included, has this number."""

    def subcontract_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another subcontract order, archived ones included, carries this external reference."""

    def challan_number_taken(self, series_year: str, number: str) -> bool:
        """Whether a challan of the entity dated in this financial year (`2026-27`) has this number."""

    def next_challan_number(self, series_year: str) -> str:
        """The next number of the series DC in a financial year, as `challans.generated_number` writes it."""

    def put_subcontract_order(self, order: SubcontractOrder, event: str | None) -> None:
        """Inserts or replaces the order; an event topic goes to the outbox in the same transaction."""
