"""The one clock and the one source of ids of a sandbox."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock:
    """The sandbox's time: the machine's, or pinned to one moment."""

    def __init__(self, pinned: datetime | None = None) -> None:
        self._pinned = pinned
        self._told: list[Callable[[], object]] = []

    def subscribe(self, told: Callable[[], object]) -> None:
        """Calls this after each change of the clock."""
        self._told.append(told)

    @property
    def is_pinned(self) -> bool:
        """Whether time stands still."""
        return self._pinned is not None

    def now(self) -> datetime:
        """The moment, UTC, whole milliseconds."""
        if self._pinned is not None:
            return self._pinned
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def milliseconds(self) -> int:
        """The same moment, since 1970."""
        if self._pinned is not None:
            return (self._pinned - _EPOCH) // _MILLISECOND
        return time.time_ns() // 1_000_000

    def pin(self, moment: datetime | None) -> None:
        """Stops the clock at a moment, or lets it run again."""
        self._pinned = moment

    def today(self, time_zone: str) -> date:
        """The business date in a time zone."""
        return self.now().astimezone(ZoneInfo(time_zone)).date()

    @staticmethod
    def at(seconds: int) -> datetime:
        """The moment of a wall time."""
        return datetime.fromtimestamp(seconds, UTC)

    @staticmethod
    def wall() -> float:
        """Wall time in seconds: tokens expire by it, whatever the sandbox's clock says."""
        return time.time()

    @staticmethod
    def monotonic() -> float:
        """Seconds for measuring windows."""
        return time.monotonic()


class Ids:
    """Ids in the order of their making (UUID version 7); with a seed, the same ones each time."""

    def __init__(self, clock: Clock, seed: str | None = None) -> None:
        self._clock = clock
        # Ids need not be hard to guess, and the system's randomness is slow to ask for each; secrets do.
        self._random = random.Random(seed)
        self._secrets = self._random if seed is not None else random.SystemRandom()
        self._last = (0, 0)

    def uuid(self) -> str:
        """A new UUID; later ones sort after earlier ones."""
        stamp = self._clock.milliseconds()
        last, count = self._last
        # A counter within the millisecond keeps the order; it borrows the next one when it is full.
        if stamp > last:
            count = self._random.getrandbits(11)
        else:
            stamp, count = (last, count + 1) if count < 4095 else (last + 1, 0)
        self._last = (stamp, count)
        value = stamp << 80 | 7 << 76 | count << 64 | 2 << 62 | self._random.getrandbits(62)
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def object_id(self) -> str:
        """A new 24-hex id."""
        return f"{self._random.getrandbits(96):024x}"

    def nonce(self) -> str:
        """Twelve hex digits that tell apart what has a place in an order already."""
        return f"{self._random.getrandbits(48):012x}"

    def secret(self, size: int) -> bytes:
        """Bytes for a webhook's signing secret."""
        return self._secrets.randbytes(size)
