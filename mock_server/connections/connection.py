"""One client's connection: uvicorn's, with a bound on everything that it waits for or keeps."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

import httptools

from mock_server.connections.heads import MalformedHead
from mock_server.connections.reading import RequestReader
from mock_server.connections.shared import SharedState

# How long, and for how many bytes, a client that was refused may go on sending before it reads the answer.
_LINGER_SECONDS = 2.0
_MAX_LINGER = 16 * 1024 * 1024


class Connection(RequestReader):
    """Ends what takes too long, and refuses what is no request."""

    def __init__(self, shared: SharedState, **options: Any) -> None:
        super().__init__(shared, **options)
        self._unsent, self._stalls_at = 0, math.inf

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Makes room for the new one where there are too many."""
        super().connection_made(transport)
        is_full = len(self.connections) > self._limits.connections and not self._shared.make_room()
        self._rest(self._limits.head_seconds)
        if is_full:
            self._refuse("service_unavailable")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets it."""
        self._shared.idle.pop(self, None)
        self._waiting.clear()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Ends it at once where no request is under way, otherwise with the answer."""
        if self._is_lingering:
            self.transport.abort()
        elif self._is_answered and self._is_whole:
            self.transport.close()
        elif self.cycle is not None:
            self.cycle.keep_alive = False

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """A client that only has no more to say still gets the answer to what it has said."""
        if self._is_answered or not self._is_whole:
            return None
        self.cycle.keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        """Takes what came."""
        if self._is_lingering:
            self._unread += len(data)
            if self._unread > _MAX_LINGER:
                self.transport.abort()
            return
        try:
            self._take(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade, MalformedHead):
            self._refuse("malformed_request")

    def on_response_complete(self) -> None:
        """Goes on with what came behind the request that is answered now."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if not self._is_whole:
            return
        self._rest(self._limits.idle_seconds)
        if self._waiting:
            data = bytes(self._waiting)
            self._waiting.clear()
            self.data_received(data)

    def check(self, now: float) -> None:
        """Ends what has taken too long."""
        unsent = self.transport.get_write_buffer_size()
        if not unsent:
            self._stalls_at = math.inf
        elif not self._unsent or unsent < self._unsent:
            self._stalls_at = now + self._limits.write_seconds
        self._unsent = unsent
        if now >= self._stalls_at or (self._is_lingering and now >= self.deadline):
            self.transport.abort()
        elif now >= self._shared.stops_at:
            self._stop()
        elif now >= self.deadline and not self.transport.is_closing():
            self._expire()

    def _expire(self) -> None:
        is_begun = bool(self._waiting) or not self._is_whole
        if is_begun and (self._is_whole or not self._is_answered):
            self._refuse("request_timeout")
        else:
            self.transport.close()

    def _stop(self) -> None:
        if self._is_answered or self.cycle.response_started or self.flow.write_paused:
            self.transport.abort()
        elif not self._is_whole:
            self._refuse("service_unavailable")

    def _refuse(self, code: str) -> None:
        """Answers a request that is not whole, and ends the connection."""
        if self.transport.is_closing() or self._is_lingering:
            return
        self._shared.idle.pop(self, None)
        self._waiting.clear()
        scope: Any = {}
        if not self._is_answered:
            if self.cycle.response_started:
                self.transport.abort()
                return
            scope = self.cycle.scope
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        elif not self._is_whole:
            # It has its answer already.
            self.transport.close()
            return
        common = self.server_state.default_headers
        self.transport.write(self._shared.refusals.bytes_of(code, scope, common))
        # A close would throw the answer away where more has come than was read.
        self._is_lingering = True
        self.deadline = self.loop.time() + min(_LINGER_SECONDS, self._limits.stop_seconds / 10)
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()


def connections_of(shared: SharedState) -> Callable[..., Connection]:
    """What makes the connections of a server."""

    def make(**options: Any) -> Connection:
        return Connection(shared, **options)

    return make
