"""Stock of an item and the movements that change it, and what the ledger needs from the outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.documents import Book


class Place(StrEnum):
    """Where stock is."""

    STORE = "Store"
    SUBCONTRACTOR = "Subcontractor"
    QUARANTINE = "Quarantine"


class MovementType(StrEnum):
    """Why stock moves."""

    OPENING = "Opening"
    ADJUSTMENT = "Adjustment"
    PRODUCTION_CONSUMPTION = "ProductionConsumption"
    PRODUCTION_RECEIPT = "ProductionReceipt"
    BY_PRODUCT_RECEIPT = "ByProductReceipt"
    CO_PRODUCT_RECEIPT = "CoProductReceipt"
    SUBCONTRACT_ISSUE = "SubcontractIssue"
    SUBCONTRACT_RETURN = "SubcontractReturn"
    SUBCONTRACT_CONSUMPTION = "SubcontractConsumption"
    SUBCONTRACT_RECEIPT = "SubcontractReceipt"


class DocumentType(StrEnum):
    """What posts a movement."""

    OPENING = "Opening"
    ADJUSTMENT = "Adjustment"
    WORK_ORDER = "WorkOrder"
    SUBCONTRACT_ORDER = "SubcontractOrder"


@dataclass(slots=True)
class Stock:
    """Stock of one item: quantities in its stock unit, values at 2 decimals, the average at 6.

    `on_hand`, `value` and `average` are the store's. At zero stock the last average stays; there is none
    before the first receipt, and an average of 0 is one.
    """

    on_hand: Decimal = ZERO
    value: Decimal = ZERO
    average: Decimal | None = None
    allocated: Decimal = ZERO
    at_subcontractor: Decimal = ZERO
    at_subcontractor_value: Decimal = ZERO
    quarantine: Decimal = ZERO
    quarantine_value: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        """What an order may still reserve or use."""
        return self.on_hand - self.allocated


@dataclass(slots=True)
class Movement:
    """One posting: a positive quantity and its value leave a place, reach one, or both. It never changes."""

    id: str
    item_ref_id: str
    item_code: str
    type: MovementType
    quantity: Decimal
    value: Decimal
    from_place: Place | None
    to_place: Place | None
    posting_date: date
    document_type: DocumentType
    document_ref_id: str | None
    document_number: str | None
    reverses_movement_ref_id: str | None
    created_at: datetime


class Stocks(Protocol):
    """Stock and movements of one entity inside one transaction."""

    def get(self, item_id: str, /) -> Stock:
        """The item's stock; nothing where it never had any. It is not changed in place."""

    def load(self, item_ids: Iterable[str], /) -> None:
        """Reads that of several items at once, so that each is at hand when it is asked for."""

    def put(self, item_id: str, stock: Stock, /) -> None:
        """Replaces the item's stock figures."""

    def post(self, movement: Movement, /) -> None:
        """Appends the movement; none is ever changed or taken back."""


class StockBook(Book, Protocol):
    """A book that moves stock."""

    @property
    def today(self) -> date:
        """The transaction's day in the entity's time zone."""

    @property
    def stock(self) -> Stocks: ...
