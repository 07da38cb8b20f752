"""Counters per entity: document numbers, of which none is used twice, and places in the order of a list."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import ScalarSelect, Table, bindparam, func, literal_column, select, update

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.tables import sequences

_NEXT = Statement(
    update(sequences)
    .where(sequences.c.tenant == bindparam("tenant_key"), sequences.c.name == bindparam("counter"))
    .values(value=sequences.c.value + literal_column("1"))
    .returning(sequences.c.value)
)
# Only the first value of all needs more than an update, and that costs several times as much.
_FIRST = Statement(
    upsert(
        sequences,
        {"tenant": bindparam("tenant_key"), "name": bindparam("counter"), "value": literal_column("1")},
        on=("tenant", "name"),
        change=lambda new: {"value": sequences.c.value + literal_column("1")},
        returning=[sequences.c.value],
    )
)
_RENEW = Statement(
    upsert(
        sequences,
        {"tenant": bindparam("tenant_key"), "name": bindparam("counter"), "value": bindparam("value")},
        on=("tenant", "name"),
        change=lambda new: {"value": new["value"]},
    )
)
_LAST = Statement(
    select(sequences.c.value).where(
        sequences.c.tenant == bindparam("tenant_key"), sequences.c.name == bindparam("counter")
    )
)


def last_value(session: Session, tenant: int, name: str) -> int:
    """The counter's value now, 0 at first."""
    row = session.one(_LAST, {"tenant_key": tenant, "counter": name})
    return 0 if row is None else int(row[0])


def next_value(session: Session, tenant: int, name: str) -> int:
    """The counter's next value, 1 at first."""
    values = {"tenant_key": tenant, "counter": name}
    row = session.one(_NEXT, values) or session.one(_FIRST, values)
    assert row is not None
    value: int = row[0]
    return value


def renew(session: Session, tenant: int, name: str) -> None:
    """Gives a counter a value that it never had, not even before a rollback or a reset."""
    values = {"tenant_key": tenant, "counter": name, "value": secrets.randbits(62)}
    session.run(_RENEW, values)


def next_place(table: Table) -> ScalarSelect[Any]:
    """In the insert of a row: the place after the last one of its `tenant`. Such rows are never deleted."""
    earlier = table.alias("earlier")
    last = func.coalesce(func.max(earlier.c.seq), literal_column("0"))
    return select(last + literal_column("1")).where(earlier.c.tenant == bindparam("tenant")).scalar_subquery()
