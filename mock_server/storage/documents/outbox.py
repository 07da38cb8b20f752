"""Events, written in the transaction of the change that they tell of."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, literal_column, or_, select

from mock_server.storage.changes import Fired, note
from mock_server.storage.database import Statement
from mock_server.storage.documents.context import Context
from mock_server.storage.subscriptions import Event, fan_out
from mock_server.storage.tables import outbox
from mock_server.wire import dumps, instant, milliseconds

_ADD = Statement(
    insert(outbox)
    .values(
        {name: bindparam(name) for name in ("tenant", "topic", "record_id", "revision", "created_at", "body")}
    )
    .returning(outbox.c.row)
)

# Nobody has to have read them: the newest ones are kept, and none for longer.
KEPT_EVENTS = 100_000
KEPT_MILLISECONDS = 30 * 24 * 3600 * 1000
# One event in so many clears what is too old, so that none pays for all.
_SWEEP_EVERY = 64
_LAST = select(func.max(outbox.c.row)).scalar_subquery()
_OLDEST = select(outbox.c.row).order_by(outbox.c.row).limit(literal_column("1024"))
_SWEEP = Statement(
    delete(outbox).where(
        outbox.c.row.in_(_OLDEST),
        or_(outbox.c.row <= _LAST - bindparam("kept"), outbox.c.created_at < bindparam("horizon")),
    )
)


def add_event(context: Context, topic: str, record_id: str, revision: int, body: bytes) -> None:
    """Adds one event, for every subscription to its topic; `body` is the record's public JSON."""
    resource = topic.split(".")[0].encode()
    event = write_event(context, topic, record_id, revision, b'{"%s":%s}' % (resource, body))
    fan_out(context.session, context.tenant.key, event, context.nonce)


def write_event(context: Context, topic: str, record_id: str, revision: int, data: bytes) -> Event:
    """Adds one event, for nobody yet; its bytes are made here, once."""
    tenant, event_id = context.tenant, context.new_id()
    head = dumps(
        {
            "event_id": event_id,
            "topic": topic,
            "created_at": instant(context.now),
            "org_ref_id": tenant.org,
            "entity_ref_id": tenant.entity,
        }
    )
    moment = milliseconds(context.now)
    values = {
        "tenant": tenant.key,
        "topic": topic,
        "record_id": record_id,
        "revision": revision,
        "created_at": moment,
        "body": b'%s,"data":%s}' % (head[:-1], data),
    }
    row = context.session.one(_ADD, values)
    assert row is not None
    if UUID(event_id).int % _SWEEP_EVERY == 0:
        context.session.run(_SWEEP, {"kept": KEPT_EVENTS, "horizon": moment - KEPT_MILLISECONDS})
    note(Fired(event_id, topic, record_id))
    return Event(row[0], event_id, topic, moment)
