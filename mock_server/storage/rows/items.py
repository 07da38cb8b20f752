"""Items and vendors as rows; an item's public JSON shows its stock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import Table, bindparam, select

from mock_server.manufacturing import Book, Item, Vendor, later
from mock_server.manufacturing.formulas import Moved
from mock_server.manufacturing.stock import Stocks
from mock_server.storage.database import Statement
from mock_server.storage.documents import Context, Documents, Rows, mapper
from mock_server.storage.rows.followed import STRUCTURE
from mock_server.storage.sequences import renew
from mock_server.storage.tables import items, vendors


class ItemContext(Book, Context, Protocol):
    """A context that knows the stock of items, and notes what Draft orders show."""

    @property
    def stock(self) -> Stocks: ...
    @property
    def moved(self) -> Moved: ...


def _stock_shown(context: ItemContext, item: Item) -> dict[str, Any]:
    figures = context.stock.get(item.id)
    return {
        "AverageUnitCost": figures.average,
        "CurrentStock": figures.on_hand,
        "OnHandQuantity": figures.on_hand,
        "AllocatedQuantity": figures.allocated,
        "AvailableQuantity": figures.available,
        "AtSubcontractorQuantity": figures.at_subcontractor,
        "QuarantineQuantity": figures.quarantine,
        "StockValue": figures.value,
    }


ITEMS: Documents[Item] = Documents(
    items,
    mapper(Item),
    lambda item: {"code": item.item_code, "is_active": item.is_active},
    lambda item: f"{item.item_code} {item.name}",
    _stock_shown,
    is_shared=True,
)


def _by_code(table: Table) -> Statement:
    """Finds the record of an entity that has a code."""
    return Statement(
        select(table.c.id).where(table.c.tenant == bindparam("tenant"), table.c.code == bindparam("code"))
    )


_ITEM_CODE, _VENDOR_CODE = _by_code(items), _by_code(vendors)


class ItemRows(Rows[Item]):
    """The items of one entity."""

    def __init__(self, documents: Documents[Item], context: ItemContext) -> None:
        super().__init__(documents, context)
        self._book = context
        # Items that this transaction has moved: it moves each once, however often its stock changes.
        self._shifted: set[str] = set()

    def put(self, record: Item, event: str | None = None) -> None:
        """Writes the item."""
        before = self.known.get(record.id)
        if before is not None:
            self._book.moved.item(before, record)
        super().put(record, event)
        renew(self.session, self.tenant.key, STRUCTURE)

    def code_taken(self, code: str) -> bool:
        """Whether an item of the entity has this code."""
        return self.session.one(_ITEM_CODE, {"tenant": self.tenant.key, "code": code}) is not None

    def refresh(self, item_id: str) -> None:
        """Shows on an item what its stock is now."""
        item = self.known[item_id] if item_id in self.known else self.get(item_id)
        if item is None:
            return
        if item_id not in self._shifted:
            self._shifted.add(item_id)
            item = self.known[item_id] = replace(item, updated_at=later(self._book, item.updated_at))
            self._moves[item_id] = self._moves.get(item_id, 0) + 1
        self._written[item_id] = self.documents.put_body(self._context, item, self._moves[item_id])


VENDORS: Documents[Vendor] = Documents(
    vendors,
    mapper(Vendor),
    lambda vendor: {"code": vendor.vendor_code, "is_subcontractor": vendor.is_subcontractor},
    lambda vendor: f"{vendor.vendor_code} {vendor.display_name} {vendor.company_name}",
    lambda context, vendor: {},
    is_shared=True,
)


class VendorRows(Rows[Vendor]):
    """The vendors of one entity."""

    def code_taken(self, code: str) -> bool:
        """Whether a vendor of the entity has this code."""
        return self.session.one(_VENDOR_CODE, {"tenant": self.tenant.key, "code": code}) is not None
