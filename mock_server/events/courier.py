"""Sends what is due to one subscription, one attempt after the other in the order of the events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import random

from mock_server.clock import Clock
from mock_server.events.client import Reply, WebhookClient
from mock_server.events.faults import Faults, Plan, Request
from mock_server.events.ladder import next_delay, rest
from mock_server.events.recorder import GONE, Recorder
from mock_server.events.signing import signed_headers
from mock_server.storage import Database
from mock_server.storage.faults import drop, hold_back, keep_progress, let_go, read_faults
from mock_server.storage.subscriptions import (
    Attempted,
    Due,
    Webhook,
    due_of,
    end_webhook,
    find_webhook,
    record_attempts,
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
            webhook, batch, faults = await tools.database.run(self._read)
            if webhook is None or not batch:
                return
            send = self._send_all(webhook, batch) if faults is None else self._fail(webhook, batch, faults)
            if not await send:
                return

    def _read(self) -> tuple[Webhook | None, list[Due], Faults | None]:
        tools, session = self._tools, self._tools.database.session
        webhook = find_webhook(session, self._webhook_id)
        if webhook is None or webhook.target_url is None:
            return None, [], None
        setting = read_faults(session, webhook.id) if webhook.has_faults else None
        batch = due_of(session, webhook.id, tools.clock.milliseconds(), tools.all_topics)
        return webhook, batch, None if setting is None else Faults(setting)

    async def _send_all(self, webhook: Webhook, batch: list[Due]) -> bool:
        """False where nothing more may be sent now: the subscription ended, or its receiver wants rest."""
        tools, written = self._tools, None
        for due in batch:
            if not self._may_go_on(webhook.id):
                break
            requests = (Request(self._signed(webhook, due), due.body),)
            attempted, reply = await self._attempt(webhook, due, requests)
            written = tools.recorder.add(webhook, attempted)
            if reply.status == GONE or attempted.resume_at:
                await asyncio.shield(written)
                return False
        if written is not None:
            # What is written down is not read again as due; nothing more is worth waiting for.
            await tools.recorder.flush()
            await asyncio.shield(written)
        return True

    async def _fail(self, webhook: Webhook, batch: list[Due], faults: Faults) -> bool:
        """As `_send_all`, with the faults that were asked for; each is written down before the next."""
        tools = self._tools
        for due in batch:
            if not self._may_go_on(webhook.id):
                return False
            plan = faults.plan(webhook, due, self._wall(), tools.clock.milliseconds())
            if not plan.requests:
                await tools.database.write(partial(self._set_aside, webhook, due, plan, faults))
                continue
            attempted, reply = await self._attempt(webhook, due, plan.requests)
            freed = faults.passed(due)
            await tools.database.write(partial(self._record, webhook, attempted, faults, freed))
            if reply.status == GONE or attempted.resume_at:
                return False
            if freed is not None:
                # The event that was held back is the next one.
                return True
        return True

    def _wall(self) -> datetime:
        return self._tools.clock.at(int(self._tools.clock.wall()))

    def _signed(self, webhook: Webhook, due: Due) -> dict[str, str]:
        return signed_headers([webhook.secret], due.event_id, due.body, self._wall())

    async def _attempt(
        self, webhook: Webhook, due: Due, requests: tuple[Request, ...]
    ) -> tuple[Attempted, Reply]:
        tools = self._tools
        assert webhook.target_url is not None
        if tools.check is not None:
            tools.check(due.topic, due.body)
        moment = tools.clock.milliseconds()
        for request in requests:
            reply = await tools.client.send(webhook.target_url, *request)
        return self._outcome(due, reply, request, moment), reply

    def _outcome(self, due: Due, reply: Reply, request: Request, moment: int) -> Attempted:
        clock = self._tools.clock
        outcome, next_at, resume_at = "delivered", None, 0
        if not reply.is_success:
            outcome = "exhausted"
            delay = next_delay(due.attempts + 1, None if clock.is_pinned else random)
            if delay is not None and reply.status != GONE:
                held = rest(reply.status, reply.retry_after, self._wall())
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
            request_headers=dumps(request.headers),
            next_at=next_at,
            resume_at=resume_at,
            sent_size=len(request.body) if request.body != due.body else None,
        )

    def _record(self, webhook: Webhook, attempted: Attempted, faults: Faults, freed: int | None) -> None:
        session = self._tools.database.session
        record_attempts(session, webhook.id, [attempted])
        keep_progress(session, webhook.id, faults.setting)
        if freed is not None:
            let_go(session, webhook.install, freed, max(attempted.moment, attempted.resume_at))
        if attempted.response_status == GONE:
            end_webhook(session, webhook.install, webhook.id)

    def _set_aside(self, webhook: Webhook, due: Due, plan: Plan, faults: Faults) -> None:
        """Notes that a delivery waits for its first attempt, or is lost."""
        session = self._tools.database.session
        if plan.held_until is None:
            drop(session, due.install, due.seq)
        else:
            now = self._tools.clock.milliseconds()
            hold_back(session, due.install, due.seq, now, plan.held_until)
        keep_progress(session, webhook.id, faults.setting)
