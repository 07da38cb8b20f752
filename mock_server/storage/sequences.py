"""Counters per entity: list order and document numbers. A number is never used twice."""

from __future__ import annotations

from sqlalchemy import bindparam

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.tables import sequences

_NEXT = Statement(
    upsert(
        sequences,
        {"tenant": bindparam("tenant_key"), "name": bindparam("counter"), "value": bindparam("step")},
        on=("tenant", "name"),
        change=lambda new: {"value": sequences.c.value + new.value},
        returning=[sequences.c.value],
    )
)


def next_value(session: Session, tenant: int, name: str, step: int = 1) -> int:
    """The counter's next value, 1 at first; with a larger step, the last of that many values."""
    row = session.one(_NEXT, {"tenant_key": tenant, "counter": name, "step": step})
    assert row is not None
    value: int = row[0]
    return value
