"""A rate limit that all processes on one database share."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Protocol

from mock_server.gateway.answers import Headers
from mock_server.gateway.limits.window import Window, budget_headers

# A process draws a hundredth of the limit at a time: limits below 200 are exact, and above that each process
# may let through that hundredth too many, or hold it back while another one has none left.
_PORTIONS = 100


class Drawn(Protocol):
    """What a draw gave, what is left in the window, and the seconds until its oldest part leaves."""

    @property
    def granted(self) -> int: ...
    @property
    def remaining(self) -> int: ...
    @property
    def reset(self) -> float: ...


# Takes up to `size` requests out of the window of a partition: partition, size, limit, seconds.
Draw = Callable[[str, int, int, int], Awaitable[Drawn]]


class SharedWindow(Window):
    """The requests of one client and install in all processes, by the database's clock."""

    __slots__ = (
        "_at_hand",
        "_draw_from",
        "_drawn_limit",
        "_free_at",
        "_left",
        "_stale_at",
        "_turn",
        "_waiting",
    )

    def __init__(
        self, limit: int, seconds: int, partition: str, clock: Callable[[], float], draw: Draw
    ) -> None:
        super().__init__(limit, seconds, partition, clock)
        self._draw_from = draw
        self._at_hand = 0
        self._stale_at = 0.0
        # What the database said last: requests left beside those at hand, and when the oldest leaves.
        self._left = limit
        self._free_at: float | None = None
        self._drawn_limit = limit
        self._turn = asyncio.Lock()
        self._waiting = 0

    def take(self) -> bool:
        """Counts one request that is at hand already."""
        if self._at_hand and self._clock() < self._stale_at:
            self._at_hand -= 1
            return True
        return False

    async def draw(self) -> bool:
        """Counts one request in the database; False where the budget is spent."""
        self._waiting += 1
        try:
            async with self._turn:
                # Whoever comes first draws for all that wait.
                if self.take():
                    return True
                if self._is_spent():
                    return False
                await self._draw(max(self._waiting, self.limit // _PORTIONS))
                return self.take()
        finally:
            self._waiting -= 1

    def _is_spent(self) -> bool:
        """Nothing comes free before the oldest request leaves, unless the limit changes."""
        return (
            self._left <= 0
            and self._drawn_limit == self.limit
            and self._free_at is not None
            and self._clock() < self._free_at
        )

    async def _draw(self, size: int) -> None:
        limit = self.limit
        drawn = await self._draw_from(self.partition, size, limit, self._seconds)
        now = self._clock()
        self._at_hand, self._stale_at = drawn.granted, now + self._seconds
        self._left, self._drawn_limit = drawn.remaining, limit
        self._free_at = now + drawn.reset

    @property
    def reset(self) -> int:
        """Whole seconds until the oldest counted request leaves the window."""
        if self._free_at is None:
            return self._seconds
        return max(1, math.ceil(self._free_at - self._clock()))

    def headers(self) -> Headers:
        """The budget as this process knows it."""
        left = min(self.limit, max(0, self._left) + self._at_hand)
        return budget_headers(self.limit, left, self.reset, self._seconds, self.partition)
