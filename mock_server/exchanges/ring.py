"""The newest exchanges of a sandbox, in memory, and those who follow them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from mock_server.exchanges.exchange import Exchange

MAX_EXCHANGES = 10_000
MAX_BYTES = 20_000_000
# Exchanges that wait for one reader of a stream.
_MAX_WAITING = 1_000

Fits = Callable[[Exchange], bool]


class Follower:
    """Waits for the exchanges that fit; those that come faster than they are read are counted, not kept."""

    def __init__(self, fits: Fits, begin: list[Exchange], left: Callable[[Follower], None]) -> None:
        self._fits = fits
        self._waiting = deque(begin)
        self._left = left
        self._news = asyncio.Event()
        self.missed = 0
        self.is_ended = False

    def offer(self, exchange: Exchange) -> None:
        """One more."""
        if not self._fits(exchange):
            return
        if len(self._waiting) >= _MAX_WAITING:
            self.missed += 1
        else:
            self._waiting.append(exchange)
        self._news.set()

    def end(self) -> None:
        """No more will come."""
        self.is_ended = True
        self._left(self)
        self._news.set()

    async def next(self, seconds: float) -> Exchange | None:
        """The next one; None where none has come for so long, or some were missed, or it has ended."""
        if not self._waiting and not self.is_ended and not self.missed:
            self._news.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            except TimeoutError:
                return None
        if self.is_ended or not self._waiting:
            return None
        return self._waiting.popleft()


class Ring:
    """The log: so many exchanges and bytes at most, the oldest go first."""

    def __init__(self, most: int = MAX_EXCHANGES, size: int = MAX_BYTES) -> None:
        self._most = most
        self._max_size = size
        self._kept: deque[Exchange] = deque()
        self._size = 0
        # How many there have been: the number of the newest.
        self.count = 0
        self._followers: list[Follower] = []

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Exchange]:
        """All of them, oldest first."""
        return iter(self._kept)

    def add(self, exchange: Exchange) -> None:
        """Keeps one, and tells those who follow."""
        kept = self._kept
        self.count += 1
        kept.append(exchange)
        # The size: an index is read faster than a name.
        self._size += exchange[1]
        if self._size > self._max_size or len(kept) > self._most:
            self._trim()
        if self._followers:
            for follower in self._followers:
                follower.offer(exchange)

    def _trim(self) -> None:
        self.shrink(self._max_size)

    def shrink(self, size: int) -> None:
        """Forgets the oldest, down to so many bytes."""
        kept = self._kept
        while kept and (len(kept) > self._most or self._size > size):
            self._size -= kept.popleft().size

    def find(self, request_id: str) -> Exchange | None:
        """The exchange with this id; most ask for what has just been answered."""
        wanted = request_id.encode()
        return next((each for each in reversed(self._kept) if each.request_id == wanted), None)

    def page(self, fits: Fits, after: int, limit: int) -> tuple[list[Exchange], bool]:
        """The first that fit behind a place, oldest first, and whether more follow."""
        first = self._kept[0].place if self._kept else 0
        behind = islice(self._kept, max(0, after - first + 1), None)
        found = list(islice((each for each in behind if fits(each)), limit + 1))
        return found[:limit], len(found) > limit

    def last(self, fits: Fits, count: int) -> list[Exchange]:
        """The last that fit, oldest first."""
        found = list(islice((each for each in reversed(self._kept) if fits(each)), count))
        return found[::-1]

    def clear(self) -> int:
        """Forgets all; how many they were."""
        count = len(self._kept)
        self._kept.clear()
        self._size = 0
        return count

    def follow(self, fits: Fits, last: int) -> Follower:
        """Follows what comes from now on, beginning with the last that fit."""
        begin = self.last(fits, last) if last else []
        follower = Follower(fits, begin, self._followers_left)
        self._followers.append(follower)
        return follower

    def end(self) -> None:
        """Ends all streams: the server stops."""
        for follower in list(self._followers):
            follower.end()

    def _followers_left(self, follower: Follower) -> None:
        if follower in self._followers:
            self._followers.remove(follower)
