"""Events, written in the transaction of the change that they tell of."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select

from mock_server.storage.database import Statement
from mock_server.storage.documents.context import Context
from mock_server.storage.tables import outbox
from mock_server.wire import dumps, instant

_ADD = Statement(
    insert(outbox).values(
        {name: bindparam(name) for name in ("tenant", "topic", "record_id", "revision", "body")}
    )
)

# Nobody has to have read them: what is older is gone.
KEPT_EVENTS = 100_000
# One event in so many clears what is too old, so that none pays for all.
_SWEEP_EVERY = 64
_SWEEP = Statement(
    delete(outbox).where(
        outbox.c.row <= select(func.max(outbox.c.row)).scalar_subquery() - bindparam("kept"),
    )
)


def add_event(context: Context, topic: str, record_id: str, revision: int, body: bytes) -> None:
    """Adds one event; `body` is the record's public JSON after the change."""
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
    resource = topic.split(".")[0].encode()
    values = {
        "tenant": tenant.key,
        "topic": topic,
        "record_id": record_id,
        "revision": revision,
        "body": b'%s,"data":{"%s":%s}}' % (head[:-1], resource, body),
    }
    context.session.run(_ADD, values)
    if UUID(event_id).int % _SWEEP_EVERY == 0:
        context.session.run(_SWEEP, {"kept": KEPT_EVENTS})
