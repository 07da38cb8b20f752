"""Webhook subscriptions as rows; the signing secret is kept, because it keys the signatures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, insert, select, true

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import webhooks
from mock_server.wire import dumps

_ADD = Statement(
    insert(webhooks).values(
        {name: bindparam(name) for name in ("id", "install", "is_active", "secret", "body")}
    )
)
_LIST = Statement(
    select(webhooks.c.body)
    .where(webhooks.c.install == bindparam("install_id"), webhooks.c.is_active == true())
    .order_by(webhooks.c.row)
)
# From outside an ended subscription is like one that never was: its row and its secret need not be kept.
_STOP = Statement(
    delete(webhooks).where(
        webhooks.c.id == bindparam("webhook_id"),
        webhooks.c.install == bindparam("install_id"),
        webhooks.c.is_active == true(),
    )
)


def add_webhook(session: Session, install: str, secret: str, subscription: dict[str, Any]) -> None:
    """Adds an active subscription, given as the list shows it."""
    values = {"id": subscription["_id"], "install": install, "is_active": True, "secret": secret}
    session.run(_ADD, {**values, "body": dumps(subscription)})


def list_webhooks(session: Session, install: str) -> list[bytes]:
    """Active subscriptions of the install, oldest first, as they are shown."""
    return [row[0] for row in session.all(_LIST, {"install_id": install})]


def stop_webhook(session: Session, install: str, webhook_id: str) -> int:
    """Ends the install's subscription; 0 where there is no such one."""
    return session.run(_STOP, {"install_id": install, "webhook_id": webhook_id.lower()})
