"""The one clock and the one source of ids of a sandbox."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Calendars, time zones and ids hold for these.
YEARS = range(1990, 2991)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def is_time_zone(name: str) -> bool:
    """Whether this is the IANA name of a time zone that is known here."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Setting:
    """How a clock tells the time: pinned to a moment, or so far ahead of the machine's."""

    pinned: datetime | None = None
    offset: timedelta = timedelta(0)

    def at(self, wall: datetime) -> datetime:
        """What it shows when the machine's clock shows this."""
        return wall + self.offset if self.pinned is None else self.pinned

    def later(self, by: timedelta) -> Setting:
        """The same, moved on."""
        if self.pinned is None:
            return replace(self, offset=self.offset + by)
        return replace(self, pinned=self.pinned + by)


class Clock:
    """The sandbox's time: the machine's, so far ahead of it, or pinned to one moment."""

    def __init__(self, pinned: datetime | None = None) -> None:
        self._told: list[Callable[[], None]] = []
        self._apply(Setting(pinned))

    @property
    def is_pinned(self) -> bool:
        """Whether time stands still."""
        return self._pinned is not None

    @property
    def setting(self) -> Setting:
        """How it tells the time."""
        return self._setting

    def now(self) -> datetime:
        """The moment, UTC, whole milliseconds."""
        return self.wall_now() + self._setting.offset if self._pinned is None else self._pinned

    def milliseconds(self) -> int:
        """The same moment, since 1970."""
        if self._pinned is not None:
            return (self._pinned - _EPOCH) // _MILLISECOND
        return time.time_ns() // 1_000_000 + self._ahead

    def pin(self, moment: datetime | None) -> None:
        """Stops the clock at a moment, or lets it run with the machine's."""
        self.set(Setting(moment))

    def set(self, setting: Setting) -> None:
        """Tells the time so from now on, and says so to the subscribers; nothing is kept of it."""
        if setting != self._setting:
            self._apply(setting)
            for told in self._told:
                told()

    def subscribe(self, told: Callable[[], None]) -> None:
        """Calls this after each change of the clock in this process, in the thread that made it."""
        self._told.append(told)

    def _apply(self, setting: Setting) -> None:
        self._setting = setting
        self._pinned = setting.pinned
        self._ahead = setting.offset // _MILLISECOND

    @staticmethod
    def wall_now() -> datetime:
        """The machine's time, UTC, whole milliseconds."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

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
        self.begin(seed)

    def begin(self, seed: str | None = None, after: str | None = None) -> None:
        """Begins anew: with the same seed and time come the same ids; `after` is one that they sort after."""
        # Ids need not be hard to guess, and the system's randomness is slow to ask for each; secrets do.
        self._random = random.Random(seed)
        self._secrets = self._random if seed is not None else random.SystemRandom()
        self._last = (0, 0)
        if after is not None:
            digits = after.replace("-", "")
            self._last = (int(digits[:12], 16), int(digits[13:16], 16))
        self._requests = itertools.count(1)
        # Apart from the others: how many requests there were changes no id.
        prefixes = random.SystemRandom() if seed is None else random.Random(f"requests of {seed}")
        self._request_prefix = f"{prefixes.getrandbits(32):08x}"

    def request_id(self) -> bytes:
        """The id of a request: the random start of a series, and a number."""
        return f"{self._request_prefix}-{next(self._requests):08x}".encode()

    def fork(self) -> Ids:
        """A source of the ids that come next, which takes none of them away."""
        other = Ids(self._clock)
        other._random.setstate(self._random.getstate())
        other._secrets = other._random if self._secrets is self._random else self._secrets
        other._last = self._last
        return other

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
