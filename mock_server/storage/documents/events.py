"""The events of an entity as they were written, and how one is queued again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, literal_column, select

from mock_server.storage.database import Row, Session, Statement, page_of
from mock_server.storage.subscriptions import Event, queue, subscribers
from mock_server.storage.tables import outbox

_COLUMNS = (
    outbox.c.body,
    outbox.c.row,
    outbox.c.topic,
    outbox.c.record_id,
    outbox.c.revision,
    outbox.c.created_at,
)
# Where the id stands in the bytes of every event: its head is the same, and begins with it.
_ID_FROM = len('{"event_id":"')
_ID_SIZE = 36
_LAST = Statement(select(func.coalesce(func.max(outbox.c.row), literal_column("0"))))
_FIND = Statement(
    select(*_COLUMNS)
    .where(
        outbox.c.tenant == bindparam("tenant_key"),
        outbox.c.row > bindparam("after"),
        func.substr(outbox.c.body, literal_column(str(_ID_FROM + 1)), literal_column(str(_ID_SIZE)))
        == bindparam("id_in_body"),
    )
    # Most ask for what has just happened: the search ends where it is found.
    .order_by(outbox.c.row.desc())
    .limit(literal_column("1"))
)
# What one page of events may come to in bytes.
MAX_EVENT_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its bytes; `row` is its place among all."""

    body: bytes
    row: int
    topic: str
    record_id: str
    revision: int
    created_at: int

    @property
    def id(self) -> str:
        """The event's id."""
        return self.body[_ID_FROM : _ID_FROM + _ID_SIZE].decode()


def last_event(session: Session) -> int:
    """The place of the newest event of all entities; 0 where there is none."""
    row = session.one(_LAST, {})
    assert row is not None
    return int(row[0])


@cache
def _page(has_topic: bool, has_record: bool) -> Statement:
    query = select(*_COLUMNS).where(
        outbox.c.tenant == bindparam("tenant_key"), outbox.c.row > bindparam("after")
    )
    if has_topic:
        query = query.where(outbox.c.topic == bindparam("of_topic"))
    if has_record:
        query = query.where(outbox.c.record_id == bindparam("of_record"))
    return Statement(query.order_by(outbox.c.row).limit(bindparam("size")))


def list_events(
    session: Session, tenant: int, topic: str | None, record_id: str | None, after: int, limit: int
) -> tuple[list[Told], bool]:
    """Events of an entity after a place, oldest first, and whether more follow.

    There may be fewer than the limit where they are large.
    """
    values: dict[str, Any] = {"tenant_key": tenant, "after": after, "size": limit + 1}
    if topic is not None:
        values["of_topic"] = topic
    if record_id is not None:
        values["of_record"] = record_id
    page = _page(topic is not None, record_id is not None)
    rows: list[Row] = session.within(page, values, MAX_EVENT_BYTES)
    shown = page_of(rows, limit, MAX_EVENT_BYTES)
    return [Told(*row) for row in shown], len(rows) > len(shown)


def find_event(session: Session, tenant: int, event_id: str, after: int) -> Told | None:
    """One event of an entity, if it came after a place."""
    values = {"tenant_key": tenant, "after": after, "id_in_body": event_id.encode()}
    row = session.one(_FIND, values)
    return None if row is None else Told(*row)


def resend(session: Session, tenant: int, event: Told, nonce: Callable[[], str], now: int) -> int:
    """Queues an event again for every subscription of the entity that has its topic; how many they are."""
    known = Event(event.row, event.id, event.topic, event.created_at)
    wanted = subscribers(session, tenant, event.topic)
    for subscriber in wanted:
        queue(session, tenant, subscriber, known, nonce, now=now, is_asked=True)
    return len(wanted)
