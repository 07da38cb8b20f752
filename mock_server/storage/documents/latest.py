"""The document that was made last, by the ids of all: they sort in the order of their making."""

from __future__ import annotations

from sqlalchemy import func, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import (
    boms,
    items,
    quality_inspections,
    recipes,
    subcontract_orders,
    vendors,
    work_orders,
)

_TABLES = (items, vendors, boms, recipes, work_orders, quality_inspections, subcontract_orders)
_LAST = [Statement(select(func.max(table.c.id))) for table in _TABLES]


def last_document(session: Session) -> str | None:
    """The greatest id of a document; none where there are no documents."""
    found = [row[0] for statement in _LAST if (row := session.one(statement, {})) is not None and row[0]]
    return max(found, default=None)
