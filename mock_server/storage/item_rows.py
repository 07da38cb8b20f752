"""Items and vendors as rows; an item's public JSON shows its stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from mock_server.manufacturing.items import Item
from mock_server.storage.database import Session, Statement
from mock_server.storage.documents import Documents
from mock_server.storage.records import mapper
from mock_server.storage.tables import AMOUNT_SCALE, QUANTITY_SCALE, items, stock, vendors
from mock_server.storage.tenants import Tenant

_FIGURES = ("on_hand", "value", "average", "allocated", "at_subcontractor", "quarantine")
_GET = Statement(
    select(*(stock.c[name] for name in _FIGURES)).where(
        stock.c.tenant == bindparam("tenant"), stock.c.item_id == bindparam("item")
    )
)
_put = insert(stock).values({name: bindparam(name) for name in ("tenant", "item_id", *_FIGURES)})
_PUT = Statement(
    _put.on_conflict_do_update(
        index_elements=[stock.c.tenant, stock.c.item_id],
        set_={name: _put.excluded[name] for name in _FIGURES},
    )
)


def scaled(value: Decimal, places: int) -> int:
    """A decimal as an integer count of its smallest unit."""
    return int(value.scaleb(places))


def unscaled(value: int, places: int) -> Decimal:
    """The decimal of an integer count."""
    return Decimal(value).scaleb(-places)


@dataclass(slots=True)
class Stock:
    """Stock of one item: quantities in its unit, the store's value and moving average."""

    on_hand: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    average: Decimal = Decimal(0)
    allocated: Decimal = Decimal(0)
    at_subcontractor: Decimal = Decimal(0)
    quarantine: Decimal = Decimal(0)


_PLACES = {"value": AMOUNT_SCALE}


def read_stock(session: Session, tenant: Tenant, item_id: str) -> Stock:
    """The item's stock; zero where it never had any."""
    row = session.one(_GET, {"tenant": tenant.key, "item": item_id})
    if row is None:
        return Stock()
    return Stock(
        *(
            unscaled(value, _PLACES.get(name, QUANTITY_SCALE))
            for name, value in zip(_FIGURES, row, strict=True)
        )
    )


def write_stock(session: Session, tenant: Tenant, item_id: str, figures: Stock) -> None:
    """Replaces the item's stock figures."""
    values = {name: scaled(getattr(figures, name), _PLACES.get(name, QUANTITY_SCALE)) for name in _FIGURES}
    session.run(_PUT, {"tenant": tenant.key, "item_id": item_id, **values})


def _stock_shown(session: Session, tenant: Tenant, item: Item) -> dict[str, Any]:
    figures = read_stock(session, tenant, item.id)
    return {
        "AverageUnitCost": figures.average,
        "CurrentStock": figures.on_hand,
        "OnHandQuantity": figures.on_hand,
        "AllocatedQuantity": figures.allocated,
        "AvailableQuantity": figures.on_hand - figures.allocated,
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
)


_CODE = Statement(
    select(items.c.id).where(items.c.tenant == bindparam("tenant"), items.c.code == bindparam("code"))
)


def item_code_taken(session: Session, tenant: Tenant, code: str) -> bool:
    """Whether an item of the entity has this code."""
    return session.one(_CODE, {"tenant": tenant.key, "code": code}) is not None


@dataclass(slots=True)
class Vendor:
    """A vendor of one entity; GSTIN only where it is registered."""

    id: str
    vendor_code: str
    display_name: str
    company_name: str
    vendor_type: str
    status: str
    currency: str
    is_subcontractor: bool
    gstin: str | None
    is_archived: bool
    created_at: datetime
    updated_at: datetime


VENDORS: Documents[Vendor] = Documents(
    vendors,
    mapper(Vendor),
    lambda vendor: {"code": vendor.vendor_code, "is_subcontractor": vendor.is_subcontractor},
    lambda vendor: f"{vendor.vendor_code} {vendor.display_name} {vendor.company_name}",
    lambda session, tenant, vendor: {},
)
