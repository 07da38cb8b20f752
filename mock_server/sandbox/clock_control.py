"""The control plane: the sandbox's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mock_server.clock import Clock
from mock_server.gateway import Answer, Call, Later, invalid_at
from mock_server.refused import Refused
from mock_server.sandbox.sandbox import Sandbox
from mock_server.sandbox.shared_clock import keep_clock
from mock_server.wire import dumps, instant

# Calendars, time zones and ids hold for these.
_LAST_YEAR = 2990


class ClockControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._clock = sandbox.clock

    def get_clock(self, call: Call) -> Answer:
        """What the clock shows."""
        return Answer(200, _shown(self._clock))

    def set_clock(self, call: Call) -> Later:
        """Stops the clock, lets it run, or sets it forward."""
        now = call.body.get("now")
        moment = None if now is None else datetime.fromisoformat(now).astimezone(UTC)
        if moment is not None and moment < self._clock.now():
            raise Refused("clock_backwards")
        return self._moved(moment, call.body.get("is_pinned", self._clock.is_pinned), "/now")

    def advance_clock(self, call: Call) -> Later:
        """Moves the clock on."""
        try:
            moment = self._clock.now() + timedelta(seconds=int(call.body["seconds"]))
        except OverflowError:
            raise _too_late("/seconds") from None
        return self._moved(moment, self._clock.is_pinned, "/seconds")

    def _moved(self, moment: datetime | None, is_pinned: bool, pointer: str) -> Later:
        if moment is not None and moment.year > _LAST_YEAR:
            raise _too_late(pointer)
        state = self._clock.moved(moment, is_pinned)
        keep_clock(self._sandbox.database, state)

        async def finish() -> Answer:
            # Once it is committed, so that no clock goes ahead of what is kept.
            self._clock.set(state)
            return Answer(200, _shown(self._clock))

        return Later(finish)


def _too_late(pointer: str) -> Refused:
    return invalid_at(pointer, f"would set the clock beyond the year {_LAST_YEAR}")


def _shown(clock: Clock) -> bytes:
    state = clock.state
    answer = {
        "now": instant(clock.now()),
        "is_pinned": clock.is_pinned,
        "offset_seconds": round(state.offset.total_seconds(), 3),
    }
    return dumps(answer)
