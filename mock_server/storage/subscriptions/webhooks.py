"""Webhook subscriptions as rows; the signing secret is kept, because it keys the signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, false, insert, literal_column, null, select, update

from mock_server.storage.database import Row, Session, Statement
from mock_server.storage.tables import deliveries, webhook_faults, webhooks
from mock_server.wire import dumps

_SHOWN = (
    webhooks.c.body,
    webhooks.c.last_delivery_at,
    webhooks.c.last_delivery_status,
    webhooks.c.consecutive_failures,
)
_ADD = Statement(
    insert(webhooks).values(
        {
            **{
                name: bindparam(name)
                for name in ("tenant", "id", "install", "is_pull", "topics", "target_url", "secret", "body")
            },
            "consecutive_failures": literal_column("0"),
            "swept_through": literal_column("0"),
            "resume_at": literal_column("0"),
            "leased_until": literal_column("0"),
            "has_faults": false(),
        }
    )
)
_LIST = Statement(
    select(*_SHOWN).where(webhooks.c.install == bindparam("install_id")).order_by(webhooks.c.row)
)
_FIND = Statement(
    select(
        webhooks.c.id,
        webhooks.c.install,
        webhooks.c.is_pull,
        webhooks.c.target_url,
        webhooks.c.secret,
        webhooks.c.swept_through,
        webhooks.c.has_faults,
    ).where(webhooks.c.id == bindparam("webhook_id"))
)
# From outside an ended subscription is like one that never was: its row and its secret need not be kept.
_END = Statement(
    delete(webhooks).where(
        webhooks.c.id == bindparam("webhook_id"), webhooks.c.install == bindparam("install_id")
    )
)
_END_DELIVERIES = Statement(
    update(deliveries)
    .where(deliveries.c.webhook_id == bindparam("ended"), deliveries.c.status == "pending")
    .values(status=literal_column("'exhausted'"), due_at=null())
)
_END_FAULTS = Statement(delete(webhook_faults).where(webhook_faults.c.webhook_id == bindparam("ended")))
_OF_INSTALL = Statement(select(webhooks.c.id).where(webhooks.c.install == bindparam("install_id")))


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscription as delivery sees it."""

    id: str
    install: str
    is_pull: bool
    target_url: str | None
    secret: str
    swept_through: int
    has_faults: bool


def add_webhook(
    session: Session, tenant: int, install: str, secret: str, subscription: dict[str, Any]
) -> None:
    """Adds an active subscription, given as the list shows it."""
    values = {
        "tenant": tenant,
        "id": subscription["_id"],
        "install": install,
        "is_pull": subscription["DeliveryMode"] == "pull",
        "topics": " ".join(subscription["Topics"]),
        "target_url": subscription["TargetUrl"],
        "secret": secret,
        "body": dumps(subscription),
    }
    session.run(_ADD, values)


def list_webhooks(session: Session, install: str) -> list[bytes]:
    """Active subscriptions of the install, oldest first, as they are shown."""
    return [_shown(row) for row in session.all(_LIST, {"install_id": install})]


def _shown(row: Row) -> bytes:
    body, moment, status, failures = row
    if moment is None:
        return bytes(body)
    outcome = {"LastDeliveryAt": moment, "LastDeliveryStatus": status, "ConsecutiveFailures": failures}
    return dumps({**orjson.loads(body), **outcome})


def find_webhook(session: Session, webhook_id: str) -> Webhook | None:
    """The active subscription, whosever it is."""
    row = session.one(_FIND, {"webhook_id": webhook_id.lower()})
    if row is None:
        return None
    found, install, is_pull, target, secret, swept, has_faults = row
    return Webhook(found, install, bool(is_pull), target, secret, swept, bool(has_faults))


def end_webhook(session: Session, install: str, webhook_id: str) -> int:
    """Ends the install's subscription, and sends what was waiting no more; 0 where there is none."""
    webhook_id = webhook_id.lower()
    count = session.run(_END, {"install_id": install, "webhook_id": webhook_id})
    if count:
        session.run(_END_DELIVERIES, {"ended": webhook_id})
        session.run(_END_FAULTS, {"ended": webhook_id})
    return count


def end_webhooks(session: Session, install: str) -> None:
    """Ends all subscriptions of an install."""
    for row in session.all(_OF_INSTALL, {"install_id": install}):
        end_webhook(session, install, row[0])
