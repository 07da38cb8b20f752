"""First answers by idempotency key, kept for a day per install."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import orjson
from sqlalchemy import bindparam, delete, insert, literal_column, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import idempotency

KEPT_SECONDS = 24 * 3600

_GET = Statement(
    select(
        idempotency.c.fingerprint,
        idempotency.c.status,
        idempotency.c.headers,
        idempotency.c.body,
        idempotency.c.created_at,
        idempotency.c.row,
    ).where(idempotency.c.install == bindparam("install"), idempotency.c.key == bindparam("key"))
)
_ADD = Statement(
    insert(idempotency).values(
        {
            name: bindparam(name)
            for name in ("install", "key", "fingerprint", "status", "headers", "body", "created_at")
        }
    )
)
_DROP = Statement(delete(idempotency).where(idempotency.c.row == bindparam("place")))
# One write in 64 clears some old ones, so that none ever pays for a whole day's.
_SWEEP_BELOW = 4
_EXPIRE = Statement(
    delete(idempotency).where(
        idempotency.c.row.in_(
            select(idempotency.c.row).order_by(idempotency.c.row).limit(literal_column("256"))
        ),
        idempotency.c.created_at <= bindparam("horizon"),
    )
)


class Kept(NamedTuple):
    """The first answer to a key."""

    fingerprint: bytes
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def recall(session: Session, install: str, key: str, now: datetime) -> Kept | None:
    """The kept answer, if it is younger than a day."""
    row = session.one(_GET, {"install": install, "key": key})
    if row is None:
        return None
    if row[4] <= _horizon(now):
        session.run(_DROP, {"place": row[5]})
        return None
    headers = [(name.encode(), value.encode()) for name, value in orjson.loads(row[2])]
    return Kept(row[0], row[1], headers, row[3])


def keep(session: Session, install: str, key: str, now: datetime, answer: Kept) -> None:
    """Keeps an answer, in the transaction of its effect."""
    if answer.fingerprint[0] < _SWEEP_BELOW:
        session.run(_EXPIRE, {"horizon": _horizon(now)})
    headers = [(name.decode(), value.decode()) for name, value in answer.headers]
    session.run(
        _ADD,
        {
            "install": install,
            "key": key,
            "fingerprint": answer.fingerprint,
            "status": answer.status,
            "headers": orjson.dumps(headers),
            "body": answer.body,
            "created_at": int(now.timestamp()),
        },
    )


def _horizon(now: datetime) -> int:
    return int(now.timestamp()) - KEPT_SECONDS
