"""Events, written in the transaction of the change that they tell of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import outbox
from mock_server.storage.tenancy import Tenant
from mock_server.wire import dumps, instant

_ADD = Statement(
    insert(outbox).values(
        {name: bindparam(name) for name in ("tenant", "topic", "record_id", "revision", "body")}
    )
)


def add_event(
    session: Session,
    tenant: Tenant,
    topic: str,
    event_id: str,
    created_at: datetime,
    record: tuple[str, int, bytes],
) -> None:
    """Adds one event; `record` is id, revision and public JSON after the change."""
    record_id, revision, body = record
    resource = topic.split(".")[0]
    head = dumps(
        {
            "event_id": event_id,
            "topic": topic,
            "created_at": instant(created_at),
            "org_ref_id": tenant.org,
            "entity_ref_id": tenant.entity,
        }
    )
    payload = b'%s,"data":{"%s":%s}}' % (head[:-1], resource.encode(), body)
    session.run(
        _ADD,
        {
            "tenant": tenant.key,
            "topic": topic,
            "record_id": record_id,
            "revision": revision,
            "body": payload,
        },
    )
