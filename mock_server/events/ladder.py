"""When a delivery that failed is attempted again.

Source: assumed, Q-030.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

# Seconds before each attempt, counted from the one before.
DELAYS = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
# The receiver, or what stands before it, is there and asks for rest.
_OVERLOADED = {429, 502, 504}
_LONGEST_REST = 24 * 3600
_JITTER = 0.1


def next_delay(made: int, chance: Callable[[], float] | None) -> int | None:
    """Milliseconds until the next attempt after so many, None where none is left.

    `chance` spreads it by a tenth, so that receivers that went down together are not all asked at once.
    """
    if made >= len(DELAYS):
        return None
    spread = 0.0 if chance is None else _JITTER * (2 * chance() - 1)
    return round(DELAYS[made] * 1000 * (1 + spread))


def rest(status: int | None, retry_after: str | None, wall: datetime) -> int:
    """Milliseconds in which the receiver wants nothing at all, 0 where it does not say so."""
    asked = _asked(retry_after, wall)
    if asked is None:
        asked = DELAYS[1] if status in _OVERLOADED else 0
    return min(asked, _LONGEST_REST) * 1000


def _asked(retry_after: str | None, wall: datetime) -> int | None:
    """The seconds of a Retry-After header, which is a number or a date."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0, round((moment - wall).total_seconds()))
