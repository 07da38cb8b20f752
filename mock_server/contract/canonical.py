"""How the server reads a text before it looks at it: the `x-canonical` of a schema, step by step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from mock_server.letters import composed, trimmed

Step = Callable[[str], str]
# How long a text may be and still be read: a composed form is at least a quarter as long.
_SHRINKS = 4
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_NUMBERS = (1, 2, 3, 4, 5, 6, 9, 10)
_FIRST, _LAST = "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"


def to_milliseconds(text: str) -> str:
    """A moment of RFC 3339 in UTC with milliseconds, the next one where it has finer parts.

    What no calendar of ours reaches is brought to its end; what is no moment stays as it is.
    """
    # A plus that was not encoded in a query arrives as a blank.
    found = _MOMENT.fullmatch(text.replace(" ", "+"))
    if found is None:
        return text
    fraction = (found[7] or "").rstrip("0")
    thousandths = int(fraction[:3].ljust(3, "0")) + (len(fraction) > 3)
    year, month, day, hour, minute, second, ahead, behind = (int(found[place] or 0) for place in _NUMBERS)
    if second > 60 or ahead > 23 or behind > 59:
        return text
    offset = timedelta(hours=ahead, minutes=behind) * (-1 if found[8] == "-" else 1)
    try:
        # 4 is a leap year, as the year 0 is one.
        minutes = datetime(year or 4, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return text
    try:
        moment = minutes - offset
        # The sixtieth second ends a day of UTC, and is the first of the next one.
        if second == 60 and (moment.hour, moment.minute) != (23, 59):
            return text
        moment += timedelta(seconds=second, milliseconds=thousandths)
    except OverflowError:
        return _FIRST if year == 1 else _LAST
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z" if year else _FIRST


_STEPS: dict[str, Step] = {
    "composed": composed,
    "trimmed": trimmed,
    "lower-case": str.lower,
    "utc-milliseconds": to_milliseconds,
}


class UnknownStep(Exception):
    """The contract names a way to read a text that the server does not know."""


@lru_cache(64)
def _joined(steps: tuple[str, ...], longest: int) -> Step:
    unknown = [name for name in steps if name not in _STEPS]
    if unknown:
        raise UnknownStep(f"x-canonical: {', '.join(unknown)}")
    taken = [_STEPS[name] for name in steps]

    def read(text: str) -> str:
        if len(text) > longest:
            return text
        for step in taken:
            text = step(text)
        return text

    return read


def reader_of(schema: Mapping[str, object]) -> Step | None:
    """The steps of a schema's `x-canonical` as one; none where a text is taken as it is."""
    steps = schema.get("x-canonical")
    if not isinstance(steps, Sequence) or isinstance(steps, str) or not steps:
        return None
    longest = schema.get("maxLength", 0)
    return _joined(
        tuple(str(step) for step in steps), _SHRINKS * (longest if isinstance(longest, int) else 0)
    )
