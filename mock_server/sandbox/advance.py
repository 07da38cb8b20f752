"""Moves a sandbox's clock on, by way of all that falls due meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from mock_server.clock import Setting
from mock_server.sandbox.sandbox import Sandbox
from mock_server.storage.rows import MAX_DUE, Due, attempts_between, due_between
from mock_server.storage.subscriptions import due_webhooks, next_due
from mock_server.wire import milliseconds

# Seconds of real time that receivers are given in all, and how often it is looked whether they have it.
_PATIENCE = 20.0
_PAUSE = 0.005
_FAR = timedelta(days=4_000)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Advanced(NamedTuple):
    """What fell due, in order, and whether the clock came to where it was to go."""

    due: list[Due]
    is_complete: bool


class Advance:
    """One move at a time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._turn = asyncio.Lock()

    async def by(self, seconds: timedelta, check: Callable[[Setting], None]) -> Advanced:
        """Moves it on by a span; `check` refuses where it would lead too far."""
        clock = self._sandbox.clock
        async with self._turn:
            check(clock.setting.later(seconds))
            return await self._go(seconds)

    async def to_next(self) -> Advanced:
        """Moves it on to the next thing that falls due; nowhere where nothing does within ten years."""
        async with self._turn:
            clock = self._sandbox.clock
            await self._is_sent(clock.now(), clock.monotonic() + _PATIENCE)
            moment = await self._sandbox.database.run(self._next)
            span = timedelta() if moment is None else moment - self._sandbox.clock.now()
            return await self._go(max(timedelta(), span))

    def _next(self) -> datetime | None:
        sandbox, session, now = self._sandbox, self._sandbox.database.session, self._sandbox.clock.now()
        found = [
            datetime.fromisoformat(due.at)
            for due in due_between(session, sandbox.tenants, now, now + _FAR)[:1]
        ]
        attempt = next_due(session, milliseconds(now), sandbox.is_telling)
        if attempt is not None:
            found.append(_EPOCH + timedelta(milliseconds=attempt))
        return min(found, default=None)

    async def _go(self, left: timedelta) -> Advanced:
        """Stops where a delivery is due, until its attempt is made: what comes of that may be due too.

        Each step is counted from what the clock is then: another server may move it on at the same time.
        """
        sandbox = self._sandbox
        began, deadline = sandbox.clock.now(), sandbox.clock.monotonic() + _PATIENCE
        target = began + left
        attempts: list[Due] = []
        # What is due already comes first.
        is_in_time = await self._is_sent(began, deadline)
        while is_in_time and len(attempts) < MAX_DUE:
            due = await sandbox.database.run(partial(self._attempts_until, target))
            if not due:
                break
            attempts += due
            moment = datetime.fromisoformat(due[0].at)
            # A clock that runs may be there already.
            step = min(left, max(timedelta(), moment - sandbox.clock.now()))
            await self._move(step)
            left -= step
            is_in_time = await self._is_sent(moment, deadline)
        if is_in_time:
            await self._move(left)
        until, session = sandbox.clock.now(), sandbox.database.session
        others = await sandbox.database.run(lambda: due_between(session, sandbox.tenants, began, until))
        found = sorted([*attempts, *others])
        return Advanced(found[:MAX_DUE], is_in_time and len(found) <= MAX_DUE)

    def _attempts_until(self, target: datetime) -> list[Due]:
        """Those that are due next, at one moment."""
        sandbox, session = self._sandbox, self._sandbox.database.session
        now = milliseconds(sandbox.clock.now())
        moment = next_due(session, now, sandbox.is_telling)
        if moment is None or moment > milliseconds(target):
            return []
        return attempts_between(session, now, moment)

    async def _is_sent(self, moment: datetime, deadline: float) -> bool:
        """Waits until nothing is due at a moment; whether that was in time."""
        sandbox, session = self._sandbox, self._sandbox.database.session
        stamp = milliseconds(moment)
        while await sandbox.database.run(lambda: due_webhooks(session, stamp, sandbox.is_telling)):
            if sandbox.clock.monotonic() > deadline:
                return False
            await asyncio.sleep(_PAUSE)
        return True

    async def _move(self, by: timedelta) -> None:
        if by:
            timekeeper = self._sandbox.timekeeper
            await self._sandbox.database.run(lambda: timekeeper.change(lambda before: before.later(by)))
