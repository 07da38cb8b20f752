"""Counters per entity: list order and document numbers. A number is never used twice."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.tables import sequences

_NEXT = Statement(
    update(sequences)
    .where(sequences.c.tenant == bindparam("tenant_key"), sequences.c.name == bindparam("counter"))
    .values(value=sequences.c.value + bindparam("step"))
    .returning(sequences.c.value)
)
# Only the first value of all needs more than an update, and that costs several times as much.
_FIRST = Statement(
    upsert(
        sequences,
        {"tenant": bindparam("tenant_key"), "name": bindparam("counter"), "value": bindparam("step")},
        on=("tenant", "name"),
        change=lambda new: {"value": sequences.c.value + new.value},
        returning=[sequences.c.value],
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


def next_value(session: Session, tenant: int, name: str, step: int = 1) -> int:
    """The counter's next value, 1 at first; with a larger step, the last of that many values."""
    values = {"tenant_key": tenant, "counter": name, "step": step}
    row = session.one(_NEXT, values) or session.one(_FIRST, values)
    assert row is not None
    value: int = row[0]
    return value
