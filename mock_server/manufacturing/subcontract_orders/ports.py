"""What the commands on subcontract orders need from the outside."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from mock_server.manufacturing.documents import Collection, Finder
from mock_server.manufacturing.formulas import Catalogue, FormulaBook
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.stock import StockBook
from mock_server.manufacturing.subcontract_orders.records import SubcontractOrder
from mock_server.manufacturing.vendors import Vendor


class DatedCatalogue(Catalogue, Protocol):
    """A catalogue that knows what day it is; enough to show an order."""

    @property
    def today(self) -> date:
        """The day in the entity's time zone."""


class ChallanNumbers(Protocol):
    """The numbers of the challans of one entity, each used once in a financial year (`2026-27`)."""

    def count(self, series_year: str, /) -> int:
        """The next count of the year: strictly increasing, never one handed out before."""

    def taken(self, series_year: str, number: str, /) -> bool:
        """Whether a challan dated in this year has the number."""

    def keep(self, series_year: str, number: str, /) -> None:
        """Takes the number."""


class SubcontractBook(StockBook, FormulaBook, Protocol):
    """A book that also keeps subcontract orders."""

    @property
    def vendors(self) -> Finder[Vendor]: ...
    @property
    def inspections(self) -> Finder[Inspection]: ...
    @property
    def subcontract_orders(self) -> Collection[SubcontractOrder]: ...
    @property
    def challans(self) -> ChallanNumbers: ...
