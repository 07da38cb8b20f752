"""Reports as they were answered, kept for five minutes or until a work order moves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.sequences import last_value, next_value
from mock_server.storage.tables import report_cache
from mock_server.storage.tenancy import Tenant, lock_entity

KEPT_SECONDS = 300
_DROPS = "dropped reports"

_GET = Statement(
    select(report_cache.c.body).where(
        report_cache.c.tenant == bindparam("tenant"),
        report_cache.c.key == bindparam("key"),
        report_cache.c.generated_at > bindparam("horizon"),
        report_cache.c.generated_at <= bindparam("now"),
    )
)
_PUT = Statement(
    upsert(
        report_cache,
        {name: bindparam(name) for name in ("tenant", "key", "generated_at", "body")},
        on=("tenant", "key"),
        change=lambda new: {"generated_at": new.generated_at, "body": new.body},
    )
)
# One who asks for ever other periods would fill the table until a work order moves.
MOST_KEPT = 200
_NEWEST = (
    select(report_cache.c.key)
    .where(report_cache.c.tenant == bindparam("tenant_key"))
    .order_by(report_cache.c.generated_at.desc(), report_cache.c.key)
    .limit(bindparam("most"))
)
_SWEEP = Statement(
    delete(report_cache).where(
        report_cache.c.tenant == bindparam("tenant_key"),
        or_(report_cache.c.generated_at <= bindparam("horizon"), report_cache.c.key.not_in(_NEWEST)),
    )
)
_DROP = Statement(delete(report_cache).where(report_cache.c.tenant == bindparam("tenant_key")))


def kept_report(session: Session, tenant: Tenant, key: str, now: datetime) -> bytes | None:
    """The report under a key, if it is younger than five minutes."""
    moment = int(now.timestamp())
    values = {"tenant": tenant.key, "key": key, "horizon": moment - KEPT_SECONDS, "now": moment}
    row = session.one(_GET, values)
    return None if row is None else row[0]


def report_state(session: Session, tenant: Tenant) -> int:
    """Counts how often the entity's reports were dropped."""
    return last_value(session, tenant.key, _DROPS)


def keep_report(session: Session, tenant: Tenant, key: str, now: datetime, body: bytes, state: int) -> None:
    """Keeps a report, unless reports were dropped since the state in which it was begun; sweeps old ones."""
    lock_entity(session, tenant)
    if report_state(session, tenant) != state:
        return
    moment = int(now.timestamp())
    session.run(_PUT, {"tenant": tenant.key, "key": key, "generated_at": moment, "body": body})
    session.run(_SWEEP, {"tenant_key": tenant.key, "horizon": moment - KEPT_SECONDS, "most": MOST_KEPT})


def drop_reports(session: Session, tenant: Tenant) -> None:
    """Drops every report of the entity."""
    session.run(_DROP, {"tenant_key": tenant.key})
    next_value(session, tenant.key, _DROPS)
