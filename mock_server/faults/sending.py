"""Answers that do not arrive as they should: late in pieces, in part, or not at all."""

from __future__ import annotations

import asyncio
import math
import socket
import struct
from dataclasses import dataclass
from typing import Any

from mock_server.gateway import Answer, Headers, Receive, Scope, Send
from mock_server.gateway.lab import TRANSPORT

# Seconds between two pieces of a slow body, at most.
_PAUSE = 0.25
# An end without a goodbye: what has not been sent is thrown away, and the peer is told that it is over.
_NO_LINGER = struct.pack("ii", 1, 0)


async def end_connection(scope: Scope, receive: Receive, *, is_reset: bool = False) -> None:
    """Ends the connection without an answer; where the application is called in process, nothing is sent."""
    transport = scope.get(TRANSPORT)
    if transport is None:
        return
    if is_reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    await _ended(receive)


async def _ended(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@dataclass(slots=True)
class Spoilt:
    """How one answer goes out; `slow` are the seconds that its body takes."""

    is_lost: bool = False
    is_cut: bool = False
    slow: float = 0.0

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, answer: Answer, headers: Headers
    ) -> None:
        """Sends what is sent of it."""
        if self.is_lost:
            await end_connection(scope, receive)
            return
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        transport = scope.get(TRANSPORT)
        is_cut = self.is_cut and len(body) > 1
        sent = body[: len(body) // 2] if is_cut else body
        is_whole = not is_cut
        if self.slow and body:
            is_whole = await self._dribble(send, transport, sent) and is_whole
            sent = b""
        if is_whole:
            await send({"type": "http.response.body", "body": sent})
            return
        await send({"type": "http.response.body", "body": sent, "more_body": True})
        if transport is not None:
            transport.close()
            await _ended(receive)

    async def _dribble(self, send: Send, transport: Any, body: bytes) -> bool:
        """Sends a body bit by bit; False where the connection ends before its last piece."""
        count = min(len(body), max(2, math.ceil(self.slow / _PAUSE)))
        size = math.ceil(len(body) / count)
        for start in range(0, len(body), size):
            await asyncio.sleep(self.slow / count)
            if transport is not None and transport.is_closing():
                return False
            piece = body[start : start + size]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        return True
