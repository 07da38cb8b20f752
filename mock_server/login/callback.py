"""A port of this machine that waits for a browser to be led back to it (RFC 8252 7.3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import compare_digest
from urllib.parse import parse_qsl, urlsplit

PATH = "/callback"
_MAX_HEAD = 16 * 1024
_SECONDS = 10.0
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=color-scheme content='light dark'>"
    "<title>{0}</title><body style='font:16px/1.55 system-ui,sans-serif;margin:3rem auto;max-width:40rem'>"
    "<h1>{0}</h1><p>{1}</p>"
)
_DONE = _PAGE.format("Back at the terminal", "It has the answer. This window can be closed.")
_OTHER = _PAGE.format("Nothing here", "The terminal waits for the answer to another request.")


class Callback:
    """What the browser brought; the first answer with the right state counts."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._brought: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self.port = 0

    @property
    def address(self) -> str:
        """The redirect URI."""
        return f"http://127.0.0.1:{self.port}{PATH}"

    async def wait(self, seconds: float) -> dict[str, str]:
        """The parameters of the answer; a TimeoutError where none comes in time."""
        return await asyncio.wait_for(asyncio.shield(self._brought), seconds)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one connection."""
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _SECONDS)
            status, body = self._answered(head.split(b"\r\n", 1)[0].decode("latin-1"))
            lines = [
                f"HTTP/1.1 {status}",
                "content-type: text/html; charset=utf-8",
                f"content-length: {len(body.encode())}",
                "cache-control: no-store",
                "referrer-policy: no-referrer",
                "connection: close",
            ]
            writer.write("\r\n".join([*lines, "", body]).encode())
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass
        finally:
            writer.close()

    def _answered(self, line: str) -> tuple[str, str]:
        method, _, rest = line.partition(" ")
        target = urlsplit(rest.partition(" ")[0])
        values = dict(parse_qsl(target.query))
        is_ours = compare_digest(values.get("state", "").encode(), self._state.encode())
        if method != "GET" or target.path != PATH or not is_ours:
            return "404 Not Found", _OTHER
        if not self._brought.done():
            self._brought.set_result(values)
        return "200 OK", _DONE


@asynccontextmanager
async def listening(state: str, port: int = 0) -> AsyncIterator[Callback]:
    """Listens on a port, by default one that is free, while the block runs."""
    callback = Callback(state)
    server = await asyncio.start_server(callback.serve, "127.0.0.1", port, limit=_MAX_HEAD)
    callback.port = server.sockets[0].getsockname()[1]
    try:
        yield callback
    finally:
        server.close()
