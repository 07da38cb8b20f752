"""Events on their way to each subscription of their topic, queued in the transaction of the change."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, literal_column, or_, select, update

from mock_server.storage.database import Session, Statement
from mock_server.storage.sequences import next_value
from mock_server.storage.tables import deliveries, webhooks

# Nobody has to have fetched them: of each install the newest ones are kept, and none for longer.
KEPT_DELIVERIES = 100_000
KEPT_MILLISECONDS = 30 * 24 * 3600 * 1000
# One delivery in so many clears what is too old, so that none pays for all.
SWEEP_EVERY = 64
_SWEPT_AT_ONCE = 1024
_COUNTER = "deliveries "
_ID = re.compile("[0-9a-f]{24}")

_SUBSCRIBERS = Statement(
    select(webhooks.c.id, webhooks.c.install, webhooks.c.is_pull, webhooks.c.resume_at, webhooks.c.topics)
    .where(webhooks.c.tenant == bindparam("tenant_key"))
    .order_by(webhooks.c.row)
)
_ADD = Statement(
    insert(deliveries).values(
        {
            **{
                name: bindparam(name)
                for name in (
                    "install",
                    "seq",
                    "id",
                    "webhook_id",
                    "event",
                    "event_id",
                    "topic",
                    "is_asked",
                    "created_at",
                    "due_at",
                )
            },
            "status": literal_column("'pending'"),
            "attempts": literal_column("0"),
        }
    )
)
_OLDEST = (
    select(deliveries.c.seq, deliveries.c.created_at)
    .where(deliveries.c.install == bindparam("of_install"))
    .order_by(deliveries.c.seq)
    .limit(literal_column(str(_SWEPT_AT_ONCE)))
    .subquery()
)
_LAST_OLD = Statement(
    select(func.max(_OLDEST.c.seq)).where(
        or_(_OLDEST.c.seq <= bindparam("last_place"), _OLDEST.c.created_at < bindparam("horizon"))
    )
)
_SWEPT_OF_EACH = (
    select(func.max(deliveries.c.seq))
    .where(deliveries.c.webhook_id == webhooks.c.id, deliveries.c.seq <= bindparam("through"))
    .correlate(webhooks)
    .scalar_subquery()
)
_MARK = Statement(
    update(webhooks)
    .where(webhooks.c.install == bindparam("of_install"))
    .values(swept_through=func.coalesce(_SWEPT_OF_EACH, webhooks.c.swept_through))
)
_SWEEP = Statement(
    delete(deliveries).where(
        deliveries.c.install == bindparam("of_install"), deliveries.c.seq <= bindparam("through")
    )
)


class Subscriber(NamedTuple):
    """A subscription that events are queued for; `resume_at` is when its receiver wants to be asked again."""

    id: str
    install: str
    is_pull: bool
    resume_at: int = 0


class Event(NamedTuple):
    """An event of the outbox: its row there, and what a delivery shows of it; milliseconds since 1970."""

    row: int
    id: str
    topic: str
    created_at: int


def queue(
    session: Session,
    tenant: int,
    webhook: Subscriber,
    event: Event,
    nonce: Callable[[], str],
    *,
    now: int,
    is_asked: bool = False,
) -> str:
    """Queues an event for one subscription; the delivery's id.

    The id holds the place in the order of the install's deliveries, as a cursor has to.
    """
    install = webhook.install
    seq = next_value(session, tenant, _COUNTER + install)
    delivery_id = f"{seq:012x}{nonce()}"
    values = {
        "install": install,
        "seq": seq,
        "id": delivery_id,
        "webhook_id": webhook.id,
        "event": event.row,
        "event_id": event.id,
        "topic": event.topic,
        "is_asked": is_asked,
        "created_at": now,
        "due_at": None if webhook.is_pull else max(now, webhook.resume_at),
    }
    session.run(_ADD, values)
    if not webhook.is_pull:
        session.signal(webhook.id)
    if seq % SWEEP_EVERY == 0:
        _sweep(session, install, seq, now)
    return delivery_id


def subscribers(session: Session, tenant: int, topic: str) -> list[Subscriber]:
    """The subscriptions of the entity that have a topic, oldest first."""
    rows = session.all(_SUBSCRIBERS, {"tenant_key": tenant})
    return [Subscriber(*webhook) for *webhook, topics in rows if topic in topics.split(" ")]


def fan_out(session: Session, tenant: int, event: Event, nonce: Callable[[], str]) -> None:
    """Queues an event for every subscription of the entity that has its topic."""
    for subscriber in subscribers(session, tenant, event.topic):
        queue(session, tenant, subscriber, event, nonce, now=event.created_at)


def place_of(delivery_id: str) -> int:
    """The place that a delivery's id holds; ValueError where it is none."""
    if not _ID.fullmatch(delivery_id):
        raise ValueError(delivery_id)
    return int(delivery_id[:12], 16)


def _sweep(session: Session, install: str, seq: int, now: int) -> None:
    values = {
        "of_install": install,
        "last_place": seq - KEPT_DELIVERIES,
        "horizon": now - KEPT_MILLISECONDS,
    }
    row = session.one(_LAST_OLD, values)
    if row is not None and row[0] is not None:
        session.run(_MARK, {"of_install": install, "through": row[0]})
        session.run(_SWEEP, {"of_install": install, "through": row[0]})
