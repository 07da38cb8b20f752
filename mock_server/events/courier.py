"""Sends what is due to one subscription, one attempt after the other in the order of the events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import random

from mock_server.clock import Clock
from mock_server.events.client import Reply, WebhookClient
from mock_server.events.ladder import next_delay, rest
from mock_server.events.recorder import GONE, Recorder
from mock_server.events.signing import signed_headers
from mock_server.storage import Database
from mock_server.storage.subscriptions import (
    Attempted,
    Due,
    Webhook,
    due_of,
    find_webhook,
)
from mock_server.wire import dumps, instant_at

# Called with topic and body before an event is sent.
BodyCheck = Callable[[str, bytes], None]


@dataclass(frozen=True)
class Couriers:
    """What every courier works with; `all_topics` is False where only tests and replays are sent."""

    database: Database
    clock: Clock
    client: WebhookClient
    all_topics: bool
    check: BodyCheck | None
    recorder: Recorder


class Courier:
    """Delivers to one subscription until nothing is due."""

    def __init__(self, tools: Couriers, webhook_id: str, may_go_on: Callable[[str], bool]) -> None:
        self._tools = tools
        self._webhook_id = webhook_id
        # False once another server delivers to this subscription.
        self._may_go_on = may_go_on

    async def run(self) -> None:
        """Sends batch after batch."""
        tools = self._tools
        while self._may_go_on(self._webhook_id):
            webhook, batch = await tools.database.run(self._read)
            if webhook is None or not batch:
                return
            if not await self._send_all(webhook, batch):
                return

    def _read(self) -> tuple[Webhook | None, list[Due]]:
        tools, session = self._tools, self._tools.database.session
        webhook = find_webhook(session, self._webhook_id)
        if webhook is None or webhook.target_url is None:
            return None, []
        return webhook, due_of(session, webhook.id, tools.clock.milliseconds(), tools.all_topics)

    async def _send_all(self, webhook: Webhook, batch: list[Due]) -> bool:
        """False where nothing more may be sent now: the subscription ended, or its receiver wants rest."""
        tools, written = self._tools, None
        for due in batch:
            if not self._may_go_on(webhook.id):
                break
            attempted, reply = await self._attempt(webhook, due)
            written = tools.recorder.add(webhook, attempted)
            if reply.status == GONE or attempted.resume_at:
                await asyncio.shield(written)
                return False
        if written is not None:
            # What is written down is not read again as due.
            await asyncio.shield(written)
        return True

    async def _attempt(self, webhook: Webhook, due: Due) -> tuple[Attempted, Reply]:
        tools = self._tools
        assert webhook.target_url is not None
        if tools.check is not None:
            tools.check(due.topic, due.body)
        wall = tools.clock.at(int(tools.clock.wall()))
        headers = signed_headers([webhook.secret], due.event_id, due.body, wall)
        moment = tools.clock.milliseconds()
        reply = await tools.client.send(webhook.target_url, headers, due.body)
        return self._outcome(due, reply, headers, moment), reply

    def _outcome(self, due: Due, reply: Reply, headers: dict[str, str], moment: int) -> Attempted:
        clock = self._tools.clock
        outcome, next_at, resume_at = "delivered", None, 0
        if not reply.is_success:
            outcome = "exhausted"
            delay = next_delay(due.attempts + 1, None if clock.is_pinned else random)
            if delay is not None and reply.status != GONE:
                held = rest(reply.status, reply.retry_after, clock.at(int(clock.wall())))
                now = clock.milliseconds()
                outcome, next_at = "pending", now + max(delay, held)
                resume_at = now + held if held else 0
        return Attempted(
            due=due,
            outcome=outcome,
            moment=moment,
            shown_moment=instant_at(moment),
            response_status=reply.status,
            response_snippet=reply.snippet,
            duration_ms=reply.duration_ms,
            request_headers=dumps(headers),
            next_at=next_at,
            resume_at=resume_at,
        )
