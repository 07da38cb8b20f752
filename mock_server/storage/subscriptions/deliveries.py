"""The log of deliveries: pages of it, single ones, and those that a client fetches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select

from mock_server.storage.database import Row, Session, Statement, page_of
from mock_server.storage.subscriptions.queues import Event, place_of
from mock_server.storage.tables import deliveries, outbox

_COLUMNS = (
    deliveries.c.id,
    deliveries.c.seq,
    deliveries.c.event_id,
    deliveries.c.webhook_id,
    deliveries.c.topic,
    deliveries.c.status,
    deliveries.c.attempts,
    deliveries.c.response_status,
    deliveries.c.last_attempt_at,
    deliveries.c.due_at,
    deliveries.c.created_at,
)
_DETAIL = Statement(
    select(
        *_COLUMNS,
        deliveries.c.event,
        deliveries.c.response_snippet,
        deliveries.c.duration_ms,
        deliveries.c.request_headers,
        deliveries.c.sent_size,
        outbox.c.body,
        outbox.c.created_at,
    )
    .outerjoin(outbox, outbox.c.row == deliveries.c.event)
    .where(deliveries.c.install == bindparam("install_id"), deliveries.c.seq == bindparam("place"))
)
_PULLED = Statement(
    select(outbox.c.body, deliveries.c.id, deliveries.c.event_id, deliveries.c.topic, outbox.c.created_at)
    .join(outbox, outbox.c.row == deliveries.c.event)
    .where(deliveries.c.webhook_id == bindparam("of_webhook"), deliveries.c.seq > bindparam("place"))
    .order_by(deliveries.c.seq)
    .limit(bindparam("size"))
)
_PURGE = Statement(
    delete(deliveries).where(
        deliveries.c.install == bindparam("install_id"), deliveries.c.status == "pending"
    )
)
# What one page of fetched events may come to in bytes.
MAX_PULLED_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery; moments in milliseconds since 1970, by the sandbox's clock."""

    id: str
    seq: int
    event_id: str
    webhook_id: str
    topic: str
    status: str
    attempts: int
    response_status: int | None
    last_attempt_at: int | None
    due_at: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """A delivery with its event and the outcome of its last attempt.

    `sent_size` is how many bytes went out where they were not the `body`, which is None where that is gone.
    """

    delivery: Delivery
    event: Event
    response_snippet: str | None
    duration_ms: int | None
    request_headers: bytes | None
    sent_size: int | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Pulled:
    """An event that is handed over; `body` is what is signed."""

    body: bytes
    delivery_id: str
    event_id: str
    topic: str
    created_at: int


@cache
def _page(filters: frozenset[str]) -> Statement:
    query = select(*_COLUMNS).where(
        deliveries.c.install == bindparam("install_id"), deliveries.c.seq > bindparam("place")
    )
    for name in sorted(filters):
        query = query.where(deliveries.c[name] == bindparam(f"of_{name}"))
    return Statement(query.order_by(deliveries.c.seq).limit(bindparam("size")))


def list_deliveries(
    session: Session, install: str, filters: Mapping[str, str], after: int, size: int
) -> list[Delivery]:
    """Deliveries of the install after a place, oldest first; `filters` are columns."""
    values: dict[str, Any] = {f"of_{name}": value for name, value in filters.items()}
    values |= {"install_id": install, "place": after, "size": size}
    return [Delivery(*row) for row in session.all(_page(frozenset(filters)), values)]


def find_delivery(session: Session, install: str, delivery_id: str) -> DeliveryDetail | None:
    """One delivery of the install."""
    try:
        place = place_of(delivery_id)
    except ValueError:
        return None
    row = session.one(_DETAIL, {"install_id": install, "place": place})
    return _detail(row) if row is not None and row[0] == delivery_id else None


def _detail(row: Row) -> DeliveryDetail:
    count = len(_COLUMNS)
    delivery = Delivery(*row[:count])
    event, snippet, duration, headers, size, body, happened_at = row[count:]
    known = Event(event, delivery.event_id, delivery.topic, happened_at or delivery.created_at)
    return DeliveryDetail(delivery, known, snippet, duration, headers, size, body)


def pull(session: Session, webhook_id: str, after: int, limit: int) -> tuple[list[Pulled], bool]:
    """Events of a subscription after a place, oldest first, and whether more wait.

    There may be fewer than the limit where they are large.
    """
    values = {"of_webhook": webhook_id, "place": after, "size": limit + 1}
    rows = session.within(_PULLED, values, MAX_PULLED_BYTES)
    page = page_of(rows, limit, MAX_PULLED_BYTES)
    return [Pulled(*row) for row in page], len(rows) > len(page)


def purge(session: Session, install: str) -> int:
    """Destroys the waiting deliveries of an install; how many there were."""
    return session.run(_PURGE, {"install_id": install})
