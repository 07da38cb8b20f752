"""Two sandboxes that see the same requests: behind our own layers, and behind the stock Connexion stack."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from mock_server.app import CONTROL, PUBLIC, build_app, build_control
from mock_server.clock import Clock
from mock_server.gateway import Receive, Scope, Send
from mock_server.gateway.bodies import MAX_BYTES
from mock_server.sandbox import Sandbox
from tests.gateway.differences import Difference, Reply, Request, compare
from tests.gateway.oracle import build_oracle

logger = logging.getLogger("hellobooks.twins")
# The log is of one server; it tells of ours alone, and streams.
_OF_OURS = tuple(f"{CONTROL}/{name}" for name in ("requests", "scope-report", "interest"))


class HeldTime:
    """Wall time and monotonic time, both held while a request is answered twice."""

    def __init__(self) -> None:
        self.hold()

    def hold(self) -> None:
        """Takes the time that is told until the next call."""
        self._wall, self._monotonic = time.time(), time.monotonic()

    def install(self, patch: Callable[[Any, str, Any], object]) -> None:
        """Makes sandboxes opened from here on tell this time; `patch` is a `setattr`."""
        patch(Clock, "wall", staticmethod(lambda: self._wall))
        patch(Clock, "monotonic", staticmethod(lambda: self._monotonic))


class Twins:
    """Answers as our application does, after comparing that with what the oracle answers.

    A request waits until both have answered the one before, so that both sandboxes see the same order.
    """

    def __init__(self, sandbox: Sandbox, twin: Sandbox, held: HeldTime) -> None:
        self._ours = build_app(sandbox)
        self._oracle = build_oracle(twin)
        self._control = build_control(twin)
        self._held = held
        self._lock = asyncio.Lock()
        self.compared = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection event; a difference is logged and answered with 500."""
        path = scope.get("path", "")
        other = (
            self._oracle if _is_below(path, PUBLIC) else self._control if _is_below(path, CONTROL) else None
        )
        if scope["type"] != "http" or other is None or path.startswith(_OF_OURS):
            await self._ours(scope, receive, send)
            return
        messages = await _read(scope, receive)
        async with self._lock:
            self._held.hold()
            ours = await _ask(self._ours, scope, messages, receive)
            stock = await _ask(other, scope, messages, receive)
            self.compared += 1
        body = b"".join(message.get("body", b"") for message in messages)
        request = Request(scope["method"], path, scope["raw_path"], scope["query_string"], body)
        try:
            compare(request, ours, stock)
        except Difference as difference:
            logger.exception("The stock Connexion stack answers another thing")
            ours = Reply(500, {b"content-type": b"text/plain"}, str(difference).encode())
        if ours.status:
            start = {"type": "http.response.start", "status": ours.status, "headers": [*ours.headers.items()]}
            await send(start)
            await send({"type": "http.response.body", "body": ours.body})


def _is_below(path: str, base: str) -> bool:
    return path == base or path.startswith(base + "/")


async def _read(scope: Scope, receive: Receive) -> list[Any]:
    """The messages of the body, as far as anyone reads them; none where its length is refused anyway."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if length.isdigit() and int(length[:20]) > MAX_BYTES:
        return []
    messages: list[Any] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > MAX_BYTES or not message.get("more_body"):
            return messages


async def _ask(app: Any, scope: Scope, messages: list[Any], receive: Receive) -> Reply:
    """The answer of one application to the request; none (status 0) where the client left before its end."""
    pending = iter(messages)
    reply = Reply()

    async def replayed() -> Any:
        return next(pending, None) or await receive()

    async def taken(message: Any) -> None:
        if message["type"] == "http.response.start":
            reply.status, reply.headers = message["status"], dict(message["headers"])
        else:
            reply.body += message.get("body", b"")

    own = {**scope, "headers": list(scope["headers"]), "extensions": dict(scope.get("extensions") or {})}
    await app(own, replayed, taken)
    return reply
