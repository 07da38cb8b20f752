"""Reads requests from a connection's bytes: whole heads, bounded bodies, and where each of them ends."""

from __future__ import annotations

import math
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_server.connections.heads import (
    CHUNKED,
    END,
    MalformedHead,
    body_length,
    count_headers,
    without_offer,
)
from mock_server.connections.limits import Limits
from mock_server.connections.shared import SharedState
from mock_server.gateway.lab import TRANSPORT

_KIB = 1024
_CR = 13
# So much of a body that nobody reads is let pass, to keep the connection.
_MAX_UNREAD = _KIB * _KIB
# Bytes around chunks, beside eight for each byte in them.
_MAX_AROUND = 64 * _KIB


class RequestReader(HttpToolsProtocol):
    """Gives the parser one request at a time: its head whole, its body, and nothing of what comes behind.

    What the parser takes for the end of a request and what is worked out here must agree.
    """

    def __init__(self, shared: SharedState, **options: Any) -> None:
        super().__init__(**options)
        self._shared = shared
        self._limits: Limits = shared.limits
        self._waiting = bytearray()
        self._left = 0
        self._is_reading_head = self._is_whole = True
        self._is_lingering = self._is_offered = False
        self._tail = b""
        self._fed = self._got = self._unread = 0
        # The moment, in the loop's time, at which the client has kept the server waiting too long.
        self.deadline = math.inf

    @property
    def _is_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _refuse(self, code: str) -> None:
        raise NotImplementedError

    def _take(self, data: bytes) -> None:
        while data and not self.transport.is_closing() and not self._is_lingering:
            if not self._is_whole:
                data = self._take_body(data)
            elif not self._is_answered:
                # A request behind one that is not answered yet.
                self._waiting += data
                self.flow.pause_reading()
                return
            else:
                data = self._take_head(data)

    def _take_head(self, data: bytes) -> bytes:
        """Takes the head where it is whole now; returns what is behind it."""
        waiting = self._waiting
        self._shared.idle.pop(self, None)
        if not waiting:
            found = data.find(END)
            if 0 < found < self._limits.head_bytes - len(END) and data[0] > _CR:
                return self._start(data, found + len(END))
            self.deadline = min(self.deadline, self._shared.now + self._limits.head_seconds)
        seen = max(0, len(waiting) - 3)
        if waiting:
            waiting += data
        else:
            # Empty lines before a request are passed over.
            data = data.lstrip(b"\r\n") if data[:1] in b"\r\n" else data
        found = waiting.find(END, seen) if waiting else data.find(END)
        end = found + len(END) if found >= 0 else len(waiting) or len(data)
        if end > self._limits.head_bytes:
            first = bytes(waiting[: self._limits.head_bytes]) or data[: self._limits.head_bytes]
            self._refuse("headers_too_large" if b"\r\n" in first else "uri_too_long")
            return b""
        if found < 0:
            if not waiting:
                waiting += data
            return b""
        if waiting:
            data = bytes(waiting)
            waiting.clear()
        return self._start(data, end)

    def _start(self, data: bytes, end: int) -> bytes:
        """Begins the request whose head ends there; returns what is behind it."""
        head = data[:end]
        if count_headers(head) > self._limits.headers:
            self._refuse("headers_too_large")
            return b""
        self._is_reading_head = True
        try:
            self.parser.feed_data(head)
        except httptools.HttpParserError:
            if not self._is_offered:
                raise
            # The parser would take what follows for another protocol.
            self._is_offered = False
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            self.parser.feed_data(without_offer(head))
        if self._is_reading_head or self._is_whole != (self._left == 0):
            raise MalformedHead("the two readings of the head differ")
        if not self._is_whole:
            self.deadline = self._shared.now + self._limits.body_seconds
        return data[end:]

    def _take_body(self, data: bytes) -> bytes:
        if self._left == CHUNKED:
            return self._take_chunks(data)
        part = data[: self._left]
        self._left -= len(part)
        self._feed(part)
        if self._is_whole != (self._left == 0):
            raise MalformedHead("the two readings of the body differ")
        return data[len(part) :]

    def _take_chunks(self, data: bytes) -> bytes:
        # The last chunk and its trailers end with an empty line; what is behind that is another request.
        joined, taken = self._tail + data, len(self._tail)
        at = joined.find(END)
        while at >= 0:
            self._feed(joined[taken : at + len(END)])
            taken = max(taken, at + len(END))
            if self._is_whole or self.transport.is_closing() or self._is_lingering:
                return joined[taken:]
            at = joined.find(END, at + 1)
        self._feed(joined[taken:])
        self._tail = joined[-3:]
        return b""

    def _feed(self, part: bytes) -> None:
        if not part:
            return
        self._fed += len(part)
        self.parser.feed_data(part)
        if self._left == CHUNKED and self._fed - self._got > _MAX_AROUND + 8 * self._got:
            raise MalformedHead("more around the chunks than in them")
        if self._is_answered and not self._is_whole:
            self._unread += len(part)
            if self._unread > _MAX_UNREAD:
                self.transport.close()

    def on_message_begin(self) -> None:
        """Begins a request; it may only begin with a head that was looked at."""
        if not self._is_reading_head:
            raise MalformedHead("a request within a request")
        super().on_message_begin()
        # For what goes wrong on purpose: a connection can be ended by its transport alone.
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]

    def on_headers_complete(self) -> None:
        """Starts the request."""
        if not self._is_reading_head:
            raise MalformedHead("a request within a request")
        if self.parser.should_upgrade():
            self._is_offered = True
            raise MalformedHead("an offer to change the protocol")
        self._left = body_length(self.parser.get_http_version(), self.headers)
        super().on_headers_complete()
        # Trailers are not headers: they come into a list that nobody reads.
        self.headers = []
        self._is_reading_head = self._is_whole = False
        self._fed = self._got = self._unread = 0
        self._tail = b""

    def on_body(self, body: bytes) -> None:
        """Hands a part of the body on."""
        self._got += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._is_whole = True
        self.deadline = math.inf
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.more_body = False
            cycle.message_event.set()
        elif not self.transport.is_closing():
            self._rest(self._limits.idle_seconds)

    def _rest(self, seconds: float) -> None:
        """No request is under way; the next must begin in time."""
        self.deadline = self._shared.now + seconds
        self._shared.idle[self] = None

    def leave(self) -> None:
        """Ends the connection, on which no request is under way."""
        self._shared.idle.pop(self, None)
        self.connections.discard(self)
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()
