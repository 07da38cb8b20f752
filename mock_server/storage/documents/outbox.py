"""Events, written in the transaction of the change that they tell of."""

from __future__ import annotations

from sqlalchemy import bindparam, insert

from mock_server.storage.database import Statement
from mock_server.storage.documents.context import Context
from mock_server.storage.tables import outbox
from mock_server.wire import dumps, instant

_ADD = Statement(
    insert(outbox).values(
        {name: bindparam(name) for name in ("tenant", "topic", "record_id", "revision", "body")}
    )
)


def add_event(context: Context, topic: str, record_id: str, revision: int, body: bytes) -> None:
    """Adds one event; `body` is the record's public JSON after the change."""
    tenant = context.tenant
    head = dumps(
        {
            "event_id": context.new_id(),
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
