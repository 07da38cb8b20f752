"""Rate limits: a number of requests in a moving window, per client and install."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from functools import lru_cache

from mock_server.gateway.answers import Headers


class Window:
    """The requests that one client and install made in the last `seconds`."""

    __slots__ = ("_clock", "_hits", "_seconds", "limit", "partition")

    def __init__(self, limit: int, seconds: int, partition: str, clock: Callable[[], float]) -> None:
        self.limit = limit
        self.partition = partition
        self._seconds = seconds
        self._clock = clock
        self._hits: deque[float] = deque()

    def take(self) -> bool:
        """Counts one request; False where the budget is spent, and then it does not count."""
        hits, now = self._hits, self._clock()
        horizon = now - self._seconds
        while hits and hits[0] <= horizon:
            hits.popleft()
        if len(hits) >= self.limit:
            return False
        hits.append(now)
        return True

    async def draw(self) -> bool:
        """Counts one request out of a budget elsewhere, after `take` refused; there is none here."""
        return False

    @property
    def reset(self) -> int:
        """Whole seconds until the oldest counted request leaves the window."""
        if not self._hits:
            return self._seconds
        return max(1, math.ceil(self._hits[0] + self._seconds - self._clock()))

    def headers(self) -> Headers:
        """The budget in both published forms; it is shown, not spent."""
        remaining, reset = max(0, self.limit - len(self._hits)), self.reset
        return budget_headers(self.limit, remaining, reset, self._seconds, self.partition)

    def spent(self, reset: int) -> Headers:
        """The budget as it would show itself if nothing were left of it for so many seconds."""
        return budget_headers(self.limit, 0, reset, self._seconds, self.partition)


class Unlimited(Window):
    """A window that never fills and shows a full budget."""

    __slots__ = ("_shown",)

    def __init__(self, limit: int, seconds: int, partition: str) -> None:
        super().__init__(limit, seconds, partition, lambda: 0.0)
        self._shown = budget_headers(limit, limit, seconds, seconds, partition)

    def take(self) -> bool:
        """Always true."""
        return True

    def headers(self) -> Headers:
        """The same headers each time."""
        return self._shown


def budget_headers(limit: int, remaining: int, reset: int, seconds: int, partition: str) -> Headers:
    """The budget in both published forms."""
    shown, policy = _policy(limit, seconds, partition)
    return [
        shown,
        (b"ratelimit-remaining", b"%d" % remaining),
        _reset(reset),
        (b"ratelimit", b'"default"; r=%d; t=%d' % (remaining, reset)),
        policy,
    ]


# The same in answer after answer, and kept with each one that is logged.
@lru_cache(4096)
def _policy(limit: int, seconds: int, partition: str) -> Headers:
    return [
        (b"ratelimit-limit", b"%d" % limit),
        (b"ratelimit-policy", f'"default"; q={limit}; w={seconds}; pk=:mkt:{partition}:'.encode()),
    ]


@lru_cache(256)
def _reset(seconds: int) -> tuple[bytes, bytes]:
    return (b"ratelimit-reset", b"%d" % seconds)
