"""The receiver that events are forwarded to."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from mock_server.forwarding.server import ForwardingError, reason_of

# As long as a push may take.
_SECONDS = 15.0
_READ_BYTES = 65_536
# Called with the status and the milliseconds of an answer, as soon as its head is there.
Answered = Callable[[int, int], None]


class NoAnswer(Exception):
    """The receiver did not answer; the text says why, in a few words."""


class Receiver:
    """Posts events to a URL of any kind: plain HTTP, another port, this machine."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise ForwardingError(f"{url} is no address such as http://localhost:3000/hook.")
        self.url = url
        self._session: Any = None

    async def post(self, headers: Mapping[str, str], body: str, answered: Answered) -> None:
        """Sends the bytes as they were signed; whatever status comes is an answer."""
        # Loaded where it is needed.
        import aiohttp
        from yarl import URL

        if self._session is None:
            self._session = aiohttp.ClientSession(
                # A receiver that is restarted has no connections: each event gets one of its own.
                connector=aiohttp.TCPConnector(force_close=True),
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
                headers={"user-agent": "HelloBooks-Sandbox-Listen/1.0"},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        started = time.monotonic()
        has_answered = False
        try:
            async with self._session.post(
                URL(self.url, encoded=True), data=body.encode(), headers=headers, allow_redirects=False
            ) as response:
                has_answered = True
                # Nothing is awaited between the answer and this: an interruption finds both, or neither.
                answered(response.status, round((time.monotonic() - started) * 1000))
                await response.content.read(_READ_BYTES)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if not has_answered:
                raise NoAnswer(reason_of(error)) from error

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
