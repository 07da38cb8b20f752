"""Stock figures and movements as rows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select

from mock_server.manufacturing.stock import Movement, Stock
from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.documents import mapper
from mock_server.storage.sequences import next_place
from mock_server.storage.tables import AMOUNT_SCALE, QUANTITY_SCALE, movements, stock
from mock_server.storage.tenancy import Tenant
from mock_server.wire import dumps

_FIGURES = (
    "on_hand",
    "value",
    "average",
    "allocated",
    "at_subcontractor",
    "at_subcontractor_value",
    "quarantine",
    "quarantine_value",
)
_PLACES = tuple(AMOUNT_SCALE if name.endswith("value") else QUANTITY_SCALE for name in _FIGURES)
_GET = Statement(
    select(*(stock.c[name] for name in _FIGURES)).where(
        stock.c.tenant == bindparam("tenant"), stock.c.item_id == bindparam("item")
    )
)
_PUT = Statement(
    upsert(
        stock,
        {name: bindparam(name) for name in ("tenant", "item_id", *_FIGURES)},
        on=("tenant", "item_id"),
        change=lambda new: {name: new[name] for name in _FIGURES},
    )
)
_MOVEMENT = (
    "tenant",
    "id",
    "item_id",
    "type",
    "quantity",
    "value",
    "posted_on",
    "document_id",
    "body",
)
_ADD = Statement(
    insert(movements).values({"seq": next_place(movements), **{name: bindparam(name) for name in _MOVEMENT}})
)


def scaled(value: Decimal, places: int) -> int:
    """A decimal as an integer count of its smallest unit; it must fit."""
    count = int(value.scaleb(places))
    assert Decimal(count).scaleb(-places) == value, f"{value} has more than {places} decimals"
    return count


def read_stock(session: Session, tenant: Tenant, item_id: str) -> Stock:
    """The item's stock; zero where it never had any."""
    row = session.one(_GET, {"tenant": tenant.key, "item": item_id})
    if row is None:
        return Stock()
    figures: Iterable[Any] = (
        None if count is None else Decimal(count).scaleb(-places)
        for count, places in zip(row, _PLACES, strict=True)
    )
    return Stock(*figures)


def write_stock(session: Session, tenant: Tenant, item_id: str, figures: Stock) -> None:
    """Replaces the item's stock figures."""
    values: dict[str, Any] = {}
    for name, places in zip(_FIGURES, _PLACES, strict=True):
        figure = getattr(figures, name)
        values[name] = None if figure is None else scaled(figure, places)
    session.run(_PUT, {"tenant": tenant.key, "item_id": item_id, **values})


def add_movement(session: Session, tenant: Tenant, movement: Movement) -> bytes:
    """Appends a movement; its rendered body."""
    body = dumps(shown_movement(movement))
    session.run(
        _ADD,
        {
            "tenant": tenant.key,
            "id": movement.id,
            "item_id": movement.item_ref_id,
            "type": movement.type,
            "quantity": scaled(movement.quantity, QUANTITY_SCALE),
            "value": scaled(movement.value, AMOUNT_SCALE),
            "posted_on": movement.posting_date.isoformat(),
            "document_id": movement.document_ref_id,
            "body": body,
        },
    )
    return body


def shown_movement(movement: Movement) -> dict[str, Any]:
    """The movement as the control plane lists it."""
    public = mapper(Movement).public(movement)
    public["From"], public["To"] = public.pop("FromPlace"), public.pop("ToPlace")
    return public
