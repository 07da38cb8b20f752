"""Facts about the sandbox as a whole, by name."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.tables import meta

_PUT = Statement(
    upsert(
        meta,
        {"key": bindparam("name"), "value": bindparam("text")},
        on=("key",),
        change=lambda new: {"value": new.value},
    )
)
_DROP = Statement(delete(meta).where(meta.c.key == bindparam("name")))
_GET = Statement(select(meta.c.value).where(meta.c.key == bindparam("name")))


def read_fact(session: Session, name: str) -> str | None:
    """The fact's text."""
    row = session.one(_GET, {"name": name})
    return None if row is None else str(row[0])


def write_fact(session: Session, name: str, text: str) -> None:
    """Keeps the fact."""
    session.run(_PUT, {"name": name, "text": text})


def drop_fact(session: Session, name: str) -> None:
    """Forgets the fact."""
    session.run(_DROP, {"name": name})
