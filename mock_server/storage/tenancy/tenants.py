"""Entities: whose data a row is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from mock_server.storage.database import Row, Session, Statement
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
_BY_KEY = Statement(select(*_COLUMNS).where(entities.c.tenant == bindparam("tenant_key")))
_BY_NAME = Statement(
    select(*_COLUMNS).where(
        entities.c.org == bindparam("of_org"), entities.c.entity == bindparam("of_entity")
    )
)
_UPDATE = Statement(
    update(entities)
    .where(entities.c.tenant == bindparam("tenant_key"))
    .values({name: bindparam(f"new_{name}") for name in ("name", "time_zone", "overhead_percent")})
)
_RENAME = Statement(
    update(entities).where(entities.c.org == bindparam("of_org")).values(org_name=bindparam("new_name"))
)
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

    def described(self) -> dict[str, Any]:
        """What the control plane and seed packs say of it."""
        return {
            "org_ref_id": self.org,
            "entity_ref_id": self.entity,
            "org_name": self.org_name,
            "name": self.name,
            "country": self.country,
            "currency": self.currency,
            "time_zone": self.time_zone,
            "overhead_percent": self.overhead_percent,
        }


def read_tenants(session: Session) -> list[Tenant]:
    """Every entity of the sandbox."""
    return [_read(row) for row in session.all(_ALL, {})]


def find_tenant(session: Session, org: str, entity: str) -> Tenant | None:
    """The entity of an organisation."""
    row = session.one(_BY_NAME, {"of_org": org, "of_entity": entity})
    return None if row is None else _read(row)


def tenant_of_key(session: Session, key: int) -> Tenant:
    """The entity whose rows have this key; there is one."""
    row = session.one(_BY_KEY, {"tenant_key": key})
    assert row is not None, f"there is no entity {key}"
    return _read(row)


def _read(row: Row) -> Tenant:
    return Tenant(*row[:-1], Decimal(row[-1]))  # type: ignore[call-arg]


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


def write_tenant(session: Session, tenant: Tenant) -> None:
    """Changes what of an entity can change; its organisation has the new name for all of its entities."""
    session.run(
        _UPDATE,
        {
            "tenant_key": tenant.key,
            "new_name": tenant.name,
            "new_time_zone": tenant.time_zone,
            "new_overhead_percent": str(tenant.overhead_percent),
        },
    )
    rename_org(session, tenant.org, tenant.org_name)


def rename_org(session: Session, org: str, name: str) -> None:
    """Gives an organisation a name, at each of its entities."""
    session.run(_RENAME, {"of_org": org, "new_name": name})
