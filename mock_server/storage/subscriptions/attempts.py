"""What the deliverer reads and writes: which subscriptions have something due, and how each attempt went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, literal_column, or_, select, true, update

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import among, listed
from mock_server.storage.tables import deliveries, outbox, webhooks

# Of one subscription: what is read at once.
BATCH = 32
BATCH_BYTES = 1_000_000

# Stage `today` sends nothing but what somebody asked for.
_SENT = or_(bindparam("all_topics") == literal_column("1"), deliveries.c.is_asked == true())
_DUE = Statement(
    select(deliveries.c.webhook_id).where(deliveries.c.due_at <= bindparam("moment"), _SENT).distinct()
)
_NEXT = Statement(
    select(func.min(deliveries.c.due_at)).where(deliveries.c.due_at > bindparam("moment"), _SENT)
)
_BATCH = Statement(
    select(
        func.coalesce(outbox.c.body, literal_column("''")).label("body"),
        deliveries.c.install,
        deliveries.c.seq,
        deliveries.c.event_id,
        deliveries.c.topic,
        deliveries.c.attempts,
        deliveries.c.held_at,
    )
    .outerjoin(outbox, outbox.c.row == deliveries.c.event)
    .where(
        deliveries.c.webhook_id == bindparam("of_webhook"),
        deliveries.c.due_at <= bindparam("moment"),
        _SENT,
    )
    .order_by(deliveries.c.seq)
    .limit(literal_column(str(BATCH)))
)
_RECORD = Statement(
    update(deliveries)
    .where(
        deliveries.c.install == bindparam("of_install"),
        deliveries.c.seq == bindparam("place"),
        deliveries.c.status == literal_column("'pending'"),
    )
    .values(
        status=bindparam("outcome"),
        attempts=bindparam("made"),
        due_at=bindparam("next_at"),
        last_attempt_at=bindparam("moment"),
        response_status=bindparam("answered"),
        response_snippet=bindparam("snippet"),
        duration_ms=bindparam("took"),
        request_headers=bindparam("sent"),
        sent_size=bindparam("size"),
    )
)
_TALLY = Statement(
    update(webhooks)
    .where(webhooks.c.id == bindparam("of_webhook"))
    .values(
        last_delivery_at=bindparam("shown_moment"),
        last_delivery_status=bindparam("answered"),
        consecutive_failures=case(
            (bindparam("is_success") == literal_column("1"), literal_column("0")),
            else_=webhooks.c.consecutive_failures + literal_column("1"),
        ),
        resume_at=bindparam("resume"),
    )
)
# A receiver that asks for rest is asked for nothing before that.
_HOLD = Statement(
    update(deliveries)
    .where(deliveries.c.webhook_id == bindparam("of_webhook"), deliveries.c.due_at < bindparam("resume"))
    .values(due_at=bindparam("resume"))
)
_FREE = (
    select(webhooks.c.id)
    .where(
        among(webhooks.c.id, bindparam("ids")),
        or_(webhooks.c.leased_by == bindparam("server"), webhooks.c.leased_until < bindparam("wall")),
    )
    .with_for_update(skip_locked=True)
)
_LEASE = Statement(
    update(webhooks)
    .where(webhooks.c.id.in_(_FREE))
    .values(leased_by=bindparam("server"), leased_until=bindparam("until"))
    .returning(webhooks.c.id)
)
_RELEASE = Statement(
    update(webhooks)
    .where(webhooks.c.id == bindparam("of_webhook"), webhooks.c.leased_by == bindparam("server"))
    .values(leased_until=literal_column("0"))
)


class Due(NamedTuple):
    """A delivery that is to be attempted now; `body` is empty where its event is kept no longer."""

    body: bytes
    install: str
    seq: int
    event_id: str
    topic: str
    attempts: int
    held_at: int | None


class Attempted(NamedTuple):
    """How an attempt went: `next_at` is None where none follows, `resume_at` holds the whole subscription.

    `sent_size` says how many bytes went out where they were not those of the event.
    """

    due: Due
    outcome: str
    moment: int
    shown_moment: str
    response_status: int | None
    response_snippet: str | None
    duration_ms: int
    request_headers: bytes
    next_at: int | None
    resume_at: int
    sent_size: int | None


def due_webhooks(session: Session, now: int, all_topics: bool) -> list[str]:
    """The subscriptions that have something to send at a moment of the sandbox's clock."""
    return [row[0] for row in session.all(_DUE, {"moment": now, "all_topics": int(all_topics)})]


def next_due(session: Session, now: int, all_topics: bool) -> int | None:
    """The first moment after this one at which something is due."""
    row = session.one(_NEXT, {"moment": now, "all_topics": int(all_topics)})
    return None if row is None else row[0]


def due_of(session: Session, webhook_id: str, now: int, all_topics: bool) -> list[Due]:
    """The first deliveries of a subscription that are due, in the order of their events."""
    values = {"of_webhook": webhook_id, "moment": now, "all_topics": int(all_topics)}
    return [Due(*row) for row in session.within(_BATCH, values, BATCH_BYTES)]


def record_attempts(session: Session, webhook_id: str, attempts: Sequence[Attempted]) -> None:
    """Writes down attempts of one subscription, in their order."""
    for each in attempts:
        values = {
            "of_install": each.due.install,
            "place": each.due.seq,
            "outcome": each.outcome,
            "made": each.due.attempts + 1,
            "next_at": each.next_at,
            "moment": each.moment,
            "answered": each.response_status,
            "snippet": each.response_snippet,
            "took": each.duration_ms,
            "sent": each.request_headers,
            "size": each.sent_size,
        }
        session.run(_RECORD, values)
        tally = {
            "of_webhook": webhook_id,
            "shown_moment": each.shown_moment,
            "answered": each.response_status,
            "is_success": int(each.outcome == "delivered"),
            "resume": each.resume_at,
        }
        session.run(_TALLY, tally)
        if each.resume_at:
            session.run(_HOLD, {"of_webhook": webhook_id, "resume": each.resume_at})


def lease(session: Session, webhook_ids: Sequence[str], server: str, wall: int, until: int) -> set[str]:
    """Takes, or keeps, the sole delivery to subscriptions; those that are this server's now.

    Milliseconds of the machine's clock. One that another server is about to take is left to it.
    """
    values = {"ids": listed(list(webhook_ids)), "server": server, "wall": wall, "until": until}
    return {row[0] for row in session.all(_LEASE, values)}


def release(session: Session, webhook_id: str, server: str) -> None:
    """Lets another server deliver to the subscription."""
    session.run(_RELEASE, {"of_webhook": webhook_id, "server": server})
