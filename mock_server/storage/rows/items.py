"""Items and vendors as rows; an item's public JSON shows its stock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from mock_server.manufacturing import Item, Vendor
from mock_server.storage.database import Session, Statement
from mock_server.storage.documents import Documents, mapper
from mock_server.storage.rows.stock import read_stock
from mock_server.storage.tables import items, vendors
from mock_server.storage.tenancy import Tenant


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
    is_shared=True,
)


_CODE = Statement(
    select(items.c.id).where(items.c.tenant == bindparam("tenant"), items.c.code == bindparam("code"))
)


def item_code_taken(session: Session, tenant: Tenant, code: str) -> bool:
    """Whether an item of the entity has this code."""
    return session.one(_CODE, {"tenant": tenant.key, "code": code}) is not None


VENDORS: Documents[Vendor] = Documents(
    vendors,
    mapper(Vendor),
    lambda vendor: {"code": vendor.vendor_code, "is_subcontractor": vendor.is_subcontractor},
    lambda vendor: f"{vendor.vendor_code} {vendor.display_name} {vendor.company_name}",
    lambda session, tenant, vendor: {},
    is_shared=True,
)
