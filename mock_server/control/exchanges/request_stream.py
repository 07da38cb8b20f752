"""The log as a stream of events, as browsers and `curl -N` read them."""

from __future__ import annotations

from time import monotonic

from mock_server.exchanges import Exchange, Follower, summary
from mock_server.wire import dumps

# Seconds after which a stream that has nothing to tell says so: whoever is between drops silent connections.
_SILENCE = 15.0
_NOTHING = b": nothing new\n\n"


class RequestStream:
    """Writes what a follower is told; it ends with the follower, or after so many seconds."""

    def __init__(self, follower: Follower, seconds: int | None) -> None:
        self._follower = follower
        self._ends_at = None if seconds is None else monotonic() + seconds
        self._is_begun = False

    async def next(self) -> bytes | None:
        """The next part, or None at the end."""
        if not self._is_begun:
            # The reader knows at once that it is heard.
            self._is_begun = True
            return b": the log follows\n\n"
        wait = _SILENCE
        if self._ends_at is not None:
            wait = min(wait, self._ends_at - monotonic())
            if wait <= 0:
                return None
        exchange = await self._follower.next(wait)
        if exchange is not None:
            return _event(exchange)
        if self._follower.is_ended:
            return None
        missed, self._follower.missed = self._follower.missed, 0
        if missed:
            return b'event: missed\ndata: {"count":%d}\n\n' % missed
        is_over = self._ends_at is not None and monotonic() >= self._ends_at
        return None if is_over else _NOTHING


def _event(exchange: Exchange) -> bytes:
    return b"event: request\nid: %s\ndata: %s\n\n" % (exchange.id.encode(), dumps(summary(exchange)))
