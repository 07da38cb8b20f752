"""Entities: whose data a row is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import bindparam, insert, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import entities

_COLUMNS = (
    entities.c.tenant,
    entities.c.org,
    entities.c.entity,
    entities.c.org_name,
    entities.c.name,
    entities.c.country,
    entities.c.currency,
    entities.c.time_zone,
    entities.c.overhead_percent,
)
_ALL = Statement(select(*_COLUMNS).order_by(entities.c.tenant))
_INSERT = Statement(insert(entities).values({column.name: bindparam(column.name) for column in _COLUMNS}))


@dataclass(frozen=True, slots=True)
class Tenant:
    """One entity of one organisation; `key` stands for it in every table."""

    key: int
    org: str
    entity: str
    org_name: str
    name: str
    country: str
    currency: str
    time_zone: str
    overhead_percent: Decimal


def read_tenants(session: Session) -> list[Tenant]:
    """Every entity of the sandbox."""
    rows = session.all(_ALL, {})
    return [Tenant(*row[:-1], Decimal(row[-1])) for row in rows]  # type: ignore[call-arg]


def lock_entity(session: Session, tenant: Tenant) -> None:
    """Makes this transaction the entity's only writer."""
    session.lock(f"entity {tenant.key}")


def add_tenant(session: Session, tenant: Tenant) -> None:
    """Adds an entity."""
    session.run(
        _INSERT,
        {
            "tenant": tenant.key,
            "org": tenant.org,
            "entity": tenant.entity,
            "org_name": tenant.org_name,
            "name": tenant.name,
            "country": tenant.country,
            "currency": tenant.currency,
            "time_zone": tenant.time_zone,
            "overhead_percent": str(tenant.overhead_percent),
        },
    )
