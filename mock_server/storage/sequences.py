"""Counters per entity: list order and document numbers. A number is never used twice."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy.dialects.sqlite import insert

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import sequences

_insert = insert(sequences).values(
    tenant=bindparam("tenant_key"), name=bindparam("counter"), value=bindparam("step")
)
_NEXT = Statement(
    _insert.on_conflict_do_update(
        index_elements=[sequences.c.tenant, sequences.c.name],
        set_={"value": sequences.c.value + _insert.excluded.value},
    ).returning(sequences.c.value)
)


def next_value(session: Session, tenant: int, name: str, step: int = 1) -> int:
    """The counter's next value, 1 at first; with a larger step, the last of that many values."""
    row = session.one(_NEXT, {"tenant_key": tenant, "counter": name, "step": step})
    assert row is not None
    value: int = row[0]
    return value
