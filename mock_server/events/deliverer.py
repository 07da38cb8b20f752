"""Sees to it that whatever is due is sent: one courier at a time for each subscription that has something."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets

from mock_server.clock import Clock
from mock_server.events.courier import Courier, Couriers
from mock_server.storage import Unavailable
from mock_server.storage.subscriptions import due_webhooks, lease, next_due, release

_log = logging.getLogger(__name__)
# How many subscriptions are served at once; a receiver that hangs holds one of them for an attempt.
_AT_ONCE = 256
# Seconds. Where servers share a database, each looks as often for what a dead one has left.
_POLL = 2.0
_LEASE = 8.0
_RENEWAL = 2.0
_LONGEST_SLEEP = 3600.0
_RETRY = 1.0


class Deliverer:
    """Sends the events of one sandbox from this process, in its event loop, until it is stopped."""

    def __init__(self, tools: Couriers) -> None:
        self._tools = tools
        self._name = secrets.token_hex(8)
        self._is_shared = not tools.database.is_direct
        self._tasks: dict[str, asyncio.Task[None]] = {}
        # Told of while their courier was on its way: it may have looked before.
        self._again: set[str] = set()
        self._leased: dict[str, float] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._look = asyncio.Event()
        self._main: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins; what was due before is sent now."""
        database = self._tools.database
        database.on_signal(self._told)
        self._tools.clock.subscribe(self._look.set)
        self._main.append(asyncio.create_task(self._watch()))
        if self._is_shared:
            self._main.append(asyncio.create_task(self._renew()))

    async def stop(self, *, is_last: bool = True) -> None:
        """Ends; an attempt that is on its way is made again by whoever comes next.

        `is_last`: nobody else uses the client.
        """
        tasks = [*self._main, *self._tasks.values()]
        self._main.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._tools.recorder.flush()
        if is_last:
            await self._tools.client.close()

    def _told(self, webhook_id: str) -> None:
        if webhook_id in self._tasks:
            self._again.add(webhook_id)
        elif self._main:
            self._begin(webhook_id)

    def _begin(self, webhook_id: str) -> None:
        self._tasks[webhook_id] = asyncio.create_task(self._serve(webhook_id))

    async def _serve(self, webhook_id: str) -> None:
        is_mine = True
        try:
            async with self._places:
                is_mine = await self._lease(webhook_id)
                if is_mine:
                    await Courier(self._tools, webhook_id, self._may_go_on).run()
                    await self._release(webhook_id)
        except Unavailable:
            # The database is away: the next look finds what is left.
            await asyncio.sleep(_RETRY)
        except Exception:
            _log.exception("The deliveries of a subscription could not be made")
            await asyncio.sleep(_RETRY)
        finally:
            self._leased.pop(webhook_id, None)
            del self._tasks[webhook_id]
        if webhook_id in self._again:
            self._again.discard(webhook_id)
            self._begin(webhook_id)
        elif is_mine:
            self._look.set()

    async def _watch(self) -> None:
        """Looks at the start, when the next attempt is due, and when the clock was set."""
        while True:
            self._look.clear()
            pause = _RETRY
            with contextlib.suppress(Unavailable):
                pause = await self._tools.database.run(self._begin_due)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._look.wait()

    def _begin_due(self) -> float:
        """Begins with what is due; seconds until it must be looked again."""
        tools, session = self._tools, self._tools.database.session
        now = tools.clock.milliseconds()
        for webhook_id in due_webhooks(session, now, tools.all_topics):
            if webhook_id not in self._tasks:
                self._begin(webhook_id)
        following = next_due(session, now, tools.all_topics)
        pause = _POLL if self._is_shared else _LONGEST_SLEEP
        if following is None or tools.clock.is_pinned:
            return pause
        return min(pause, max(0.001, (following - now) / 1000))

    async def _lease(self, webhook_id: str) -> bool:
        return not self._is_shared or webhook_id in await self._leases([webhook_id])

    async def _leases(self, webhook_ids: list[str]) -> set[str]:
        """Takes or renews the sole delivery to subscriptions."""
        session, wall = self._tools.database.session, Clock.wall()
        until = wall + _LEASE

        def work() -> set[str]:
            return lease(session, webhook_ids, self._name, int(wall * 1000), int(until * 1000))

        mine = await self._tools.database.write(work)
        self._leased.update(dict.fromkeys(mine, until))
        return mine

    async def _release(self, webhook_id: str) -> None:
        if self._is_shared:
            session = self._tools.database.session
            await self._tools.database.write(lambda: release(session, webhook_id, self._name))

    def _may_go_on(self, webhook_id: str) -> bool:
        return not self._is_shared or self._leased.get(webhook_id, 0) > Clock.wall()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_RENEWAL)
            held = [webhook_id for webhook_id in self._leased if webhook_id in self._tasks]
            if held:
                with contextlib.suppress(Unavailable):
                    await self._leases(held)
