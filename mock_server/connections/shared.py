"""What the connections of one server share: limits, refusals, who is idle, and whether it is stopping."""

from __future__ import annotations

import math
from typing import Protocol

from mock_server.connections.limits import Limits
from mock_server.connections.refusals import WireRefusals


class Idle(Protocol):
    """A connection on which no request is under way."""

    def leave(self) -> None:
        """Ends it."""


class SharedState:
    """What one server's connections share."""

    def __init__(self, limits: Limits, refusals: WireRefusals) -> None:
        self.limits = limits
        self.refusals = refusals
        # Between two requests, or before the first; the longest idle one comes first.
        self.idle: dict[Idle, None] = {}
        # The loop's time, as it was at the last look: limits are long, and to ask each time is not free.
        self.now = 0.0
        # When what is still under way is cut off, in the loop's time.
        self.stops_at = math.inf

    def make_room(self) -> bool:
        """Ends the connection that has been idle for longest; False where none is."""
        for connection in self.idle:
            connection.leave()
            return True
        return False
