"""What falls due by the clock alone: orders become overdue, what is kept for a time is kept no longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table, bindparam, literal_column, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.rows.report_cache import KEPT_SECONDS
from mock_server.storage.tables import (
    deliveries,
    idempotency,
    installs,
    report_cache,
    subcontract_orders,
    work_orders,
)
from mock_server.storage.tenancy import KEPT_SECONDS as KEY_SECONDS
from mock_server.storage.tenancy import Tenant
from mock_server.wire import instant, instant_at

MAX_DUE = 1_000
_DAY = timedelta(days=1)


class Due(NamedTuple):
    """One thing: when, what, and of which entity and record."""

    at: str
    kind: str
    tenant: int
    record_id: str
    text: str


def _days(table: Table, column: Column[str]) -> Statement:
    return Statement(
        select(column, table.c.id, table.c.number)
        .where(
            table.c.tenant == bindparam("tenant_key"),
            column >= bindparam("first_day"),
            column < bindparam("last_day"),
        )
        .order_by(column, table.c.seq)
        .limit(literal_column(str(MAX_DUE + 1)))
    )


# An order is overdue from the day after the one that it names.
_OVERDUE = (
    ("work_order_overdue", "{} is overdue.", _days(work_orders, work_orders.c.open_due)),
    (
        "challan_overdue",
        "{} has material of a challan outside for longer than a year.",
        _days(subcontract_orders, subcontract_orders.c.material_due),
    ),
    (
        "delivery_overdue",
        "{} was to be delivered by now.",
        _days(subcontract_orders, subcontract_orders.c.delivery_due),
    ),
)
_REPORTS = Statement(
    select(report_cache.c.generated_at, report_cache.c.tenant, report_cache.c.key)
    .where(
        report_cache.c.generated_at > bindparam("after"), report_cache.c.generated_at <= bindparam("until")
    )
    .order_by(report_cache.c.generated_at, report_cache.c.tenant, report_cache.c.key)
    .limit(literal_column(str(MAX_DUE + 1)))
)
_KEYS = Statement(
    select(idempotency.c.created_at, installs.c.tenant, idempotency.c.key)
    .join(installs, installs.c.id == idempotency.c.install)
    .where(idempotency.c.created_at > bindparam("after"), idempotency.c.created_at <= bindparam("until"))
    .order_by(idempotency.c.created_at, idempotency.c.row)
    .limit(literal_column(str(MAX_DUE + 1)))
)
_ATTEMPTS = Statement(
    select(deliveries.c.due_at, installs.c.tenant, deliveries.c.id, deliveries.c.topic, deliveries.c.attempts)
    .join(installs, installs.c.id == deliveries.c.install)
    .where(deliveries.c.due_at > bindparam("after"), deliveries.c.due_at <= bindparam("until"))
    .order_by(deliveries.c.due_at, deliveries.c.row)
    .limit(literal_column(str(MAX_DUE + 1)))
)


def due_between(session: Session, tenants: Sequence[Tenant], after: datetime, until: datetime) -> list[Due]:
    """What falls due after a moment and up to another one, in order; attempts of deliveries aside."""
    found: list[Due] = []
    for tenant in tenants:
        found += _overdue(session, tenant, after, until)
    for at, owner, key in session.all(_REPORTS, _span(after, until, KEPT_SECONDS)):
        found.append(
            Due(_at(at + KEPT_SECONDS), "report_expired", owner, "", f"The kept report {key} expires.")
        )
    for at, owner, key in session.all(_KEYS, _span(after, until, KEY_SECONDS)):
        found.append(Due(_at(at + KEY_SECONDS), "key_expired", owner, "", f"The key {key} may be used anew."))
    return sorted(found)


def attempts_between(session: Session, after: int, until: int) -> list[Due]:
    """The attempts of deliveries that are due after a moment and up to another one, in order."""
    return [
        Due(instant_at(at), "delivery_attempt", tenant, delivery, f"Attempt {made + 1} at sending {topic}.")
        for at, tenant, delivery, topic, made in session.all(_ATTEMPTS, {"after": after, "until": until})
    ]


def _overdue(session: Session, tenant: Tenant, after: datetime, until: datetime) -> Iterator[Due]:
    zone = ZoneInfo(tenant.time_zone)
    days = {
        "tenant_key": tenant.key,
        "first_day": after.astimezone(zone).date().isoformat(),
        "last_day": until.astimezone(zone).date().isoformat(),
    }
    for kind, text, statement in _OVERDUE:
        for day, record_id, number in session.all(statement, days):
            begins = datetime.combine(date.fromisoformat(day) + _DAY, time(), zone).astimezone(UTC)
            yield Due(instant(begins), kind, tenant.key, record_id, text.format(number))


def _span(after: datetime, until: datetime, kept: int) -> dict[str, int]:
    return {"after": int(after.timestamp()) - kept, "until": int(until.timestamp()) - kept}


def _at(seconds: int) -> str:
    return instant_at(seconds * 1000)
