"""Takes events from the sandbox to the receiver, one after the other, until it is stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from mock_server.forwarding.forwarding import Forwarding
from mock_server.forwarding.receiver import NoAnswer, Receiver
from mock_server.forwarding.server import Unreachable
from mock_server.forwarding.words import delivery_line

# Seconds. Where something has just happened, more is likely to.
_POLL, _SOON, _SLOWER = 0.3, 0.03, 1.5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
# Receivers refuse what was signed minutes ago: what is older is fetched, and signed, anew.
_FRESH = 60.0
Tell = Callable[[str], None]


class Pauses:
    """Ever longer pauses while something is away."""

    def __init__(self) -> None:
        self._next = _FIRST_PAUSE

    @property
    def is_first(self) -> bool:
        """Whether nothing has been away until now."""
        return self._next == _FIRST_PAUSE

    async def wait(self) -> None:
        """The next pause."""
        seconds, self._next = self._next, min(self._next * 2, _LONGEST_PAUSE)
        await asyncio.sleep(seconds)

    def reset(self) -> None:
        """It is there again."""
        self._next = _FIRST_PAUSE


class Forwarder:
    """Forwards what a forwarding fetches; nothing is skipped, and nothing that was answered is sent again."""

    def __init__(self, forwarding: Forwarding, receiver: Receiver, tell: Tell, warn: Tell) -> None:
        """`tell` gets a line for each delivery, `warn` what is out of order."""
        self._forwarding = forwarding
        self._receiver = receiver
        self._tell = tell
        self._warn = warn
        self._server_away = Pauses()
        self._receiver_away = Pauses()

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        pause = _POLL
        while True:
            events = await self._events()
            if not events:
                await asyncio.sleep(pause)
                pause = min(pause * _SLOWER, _POLL)
                continue
            pause = _SOON
            fetched = time.monotonic()
            for event in events:
                if time.monotonic() - fetched > _FRESH or not await self._forward(event):
                    break

    async def _events(self) -> list[Any]:
        away = self._server_away
        while True:
            try:
                events = await self._forwarding.events()
            except Unreachable as error:
                if away.is_first:
                    self._warn(f"{error} It is asked again until it does.")
                await away.wait()
                continue
            if not away.is_first:
                self._warn("The sandbox is back.")
                away.reset()
            return events

    async def _forward(self, event: Any) -> bool:
        lines: list[str] = []

        def answered(status: int, milliseconds: int) -> None:
            self._forwarding.acknowledge(event)
            lines.append(delivery_line(time.strftime("%H:%M:%S"), event, status, milliseconds))

        away = self._receiver_away
        try:
            await self._receiver.post(event["headers"], event["body"], answered)
        except NoAnswer as error:
            if away.is_first:
                self._warn(f"{self._receiver.url} does not answer: {error}. It is tried again until it does.")
            await away.wait()
            return False
        finally:
            for line in lines:
                self._tell(line)
        away.reset()
        return True
