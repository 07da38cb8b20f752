"""Requests to the receiver; the HTTP client is loaded when the script begins."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from mock_server.certification.evidence import Unusable

_USER_AGENT = "HelloBooks-Sandbox-Certify/1.0"
_SNIPPET_BYTES = 1024
_MOST_BYTES = 16 * 1024 * 1024


class Answer(NamedTuple):
    """What the receiver answered; without a status `text` says why there is none."""

    status: int | None
    text: str
    ms: int

    @property
    def is_success(self) -> bool:
        """2xx only: a redirect is not followed."""
        return self.status is not None and 200 <= self.status < 300


class Unreached(Exception):
    """Nothing listens there, or nothing that its certificate makes trusted."""


class Sender:
    """Posts to one address, a connection for each request, so that none fails by an older one's end."""

    def __init__(self, patience: float, monotonic: Callable[[], float]) -> None:
        self._patience = patience
        self._monotonic = monotonic
        self._session: Any = None

    async def __aenter__(self) -> Self:
        import aiohttp

        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            timeout=aiohttp.ClientTimeout(total=self._patience),
            headers={"user-agent": _USER_AGENT},
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, whole: int | None = None
    ) -> Answer:
        """Posts a body; with `whole` it says so many bytes, and ends the connection before.

        Raises Unreached where no connection comes about.
        """
        import aiohttp

        data: Any = body
        if whole is not None:
            data, headers = _cut(body), {**headers, "content-length": str(whole)}
        started = self._monotonic()
        status, text = None, ""
        try:
            async with self._session.post(url, data=data, headers=headers, allow_redirects=False) as response:
                status = response.status
                text = (await response.content.read(_SNIPPET_BYTES)).decode("utf-8", "replace")
        except aiohttp.ClientConnectorError as error:
            raise Unreached(_reason(error)) from error
        except TimeoutError:
            text = text or f"no answer within {self._patience:g} s"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            text = text or (_reason(error) if whole is None else "the connection was ended")
        return Answer(status, text, round((self._monotonic() - started) * 1000))

    async def ids(self, url: str) -> list[str]:
        """The list of ids at an address; raises Unusable where there is none."""
        import aiohttp

        try:
            async with self._session.get(url, allow_redirects=False) as response:
                read = bytearray()
                async for piece in response.content.iter_chunked(65_536):
                    read += piece
                    if len(read) > _MOST_BYTES:
                        raise Unusable(f"The list of handled ids is longer than {_MOST_BYTES >> 20} MiB.")
                if response.status != 200:
                    raise Unusable(f"The GET of the handled ids is answered {response.status}, not 200.")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unusable(f"The handled ids cannot be read: {_reason(error)}.") from error
        return _ids(bytes(read))


def _ids(content: bytes) -> list[str]:
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Unusable(
            "The GET of the handled ids is answered with something else than a JSON list of texts."
        )
    return found


async def _cut(body: bytes) -> AsyncIterator[bytes]:
    yield body
    # What was written reaches the receiver before the connection ends.
    await asyncio.sleep(0)
    raise ConnectionAbortedError("the connection was cut")


def _reason(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200].rstrip(".")
