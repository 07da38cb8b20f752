"""What time tokens and rate limits go by."""

from __future__ import annotations

from mock_server.clock import Clock


class Pace:
    """The machine's time, or the sandbox's where its clock drives everything."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.is_everything = False

    def wall(self) -> float:
        """Seconds since 1970."""
        return self._clock.now().timestamp() if self.is_everything else self._clock.wall()

    def monotonic(self) -> float:
        """Seconds for measuring windows."""
        return self._clock.now().timestamp() if self.is_everything else self._clock.monotonic()
