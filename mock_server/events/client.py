"""One request to a receiver, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from mock_server.events.targets import Targets

# Seconds for a whole attempt.
TIMEOUT = 15.0
SNIPPET_BYTES = 1024
# A longer answer is not read to its end: the connection is given up.
_READ_BYTES = 65_536
# A slow body comes in so many pieces.
_PIECES = 20
_USER_AGENT = "HelloBooks-Sandbox-Webhooks/1.0"


class Reply(NamedTuple):
    """What the receiver answered; without a status it did not."""

    status: int | None
    snippet: str | None
    retry_after: str | None
    duration_ms: int

    @property
    def is_success(self) -> bool:
        """2xx only: a redirect is not followed, and is a failure."""
        return self.status is not None and 200 <= self.status < 300


class WebhookClient:
    """Sends requests over connections that are kept open; loads the client at the first one."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        # The same addresses come again and again.
        self._refusal_of = lru_cache(1024)(targets.check_url)
        self._session: Any = None

    async def send(self, url: str, headers: Mapping[str, str], body: bytes, seconds: int = 0) -> Reply:
        """Posts a body, over so many seconds; whatever goes wrong is a reply without a status."""
        await self._load()
        import aiohttp

        session = self._opened()
        data: Any = body
        options: dict[str, Any] = {}
        if seconds:
            data, headers = trickle(body, seconds), {**headers, "content-length": str(len(body))}
            options["timeout"] = aiohttp.ClientTimeout(total=TIMEOUT + seconds)
        started = time.monotonic()
        status = snippet = retry_after = None
        if self._refusal_of(url) is not None:
            # It was let in under other options.
            return Reply(None, None, None, 0)
        try:
            async with session.post(
                url, data=data, headers=headers, allow_redirects=False, **options
            ) as response:
                status = response.status
                retry_after = response.headers.get("Retry-After")
                read = await response.content.read(SNIPPET_BYTES)
                snippet = read.decode("utf-8", "replace").replace("\0", "\ufffd")
                await self._rest_of(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AssertionError):
            # What came too late, or broken, counts as no answer.
            if snippet is None:
                status = None
        return Reply(status, snippet, retry_after, round((time.monotonic() - started) * 1000))

    async def _load(self) -> None:
        """Loads the client in a thread: it takes longer than requests may be held."""
        if self._session is None:
            await asyncio.to_thread(import_module, "aiohttp")

    async def _rest_of(self, response: Any) -> None:
        left = _READ_BYTES
        while left > 0 and not response.content.at_eof():
            left -= len(await response.content.read(left))
        if not response.content.at_eof():
            response.close()

    def _opened(self) -> Any:
        if self._session is None:
            import aiohttp

            self._session = aiohttp.ClientSession(
                connector=self._targets.connector(limit=0, keepalive_timeout=30),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                headers={"user-agent": _USER_AGENT},
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()


async def trickle(body: bytes, seconds: int) -> AsyncIterator[bytes]:
    """The pieces of a body, spread over so many seconds."""
    size = max(1, -(-len(body) // _PIECES))
    pieces = [body[place : place + size] for place in range(0, len(body), size)]
    for piece in pieces:
        await asyncio.sleep(seconds / len(pieces))
        yield piece
