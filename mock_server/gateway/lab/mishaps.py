"""What may go wrong with a request on purpose, as the gateway knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mock_server.contract import Operation
from mock_server.gateway.answers import Answer, Receive, Scope

FAULT_HEADER = b"x-sandbox-fault"
# Where in a scope the connection's transport is, and what sends the answer in place of the usual way.
TRANSPORT = "hellobooks.transport"
SPOILT = "hellobooks.spoilt"
# And what may let this request go wrong.
MISHAPS = "hellobooks.mishaps"


@dataclass(frozen=True, slots=True)
class Met:
    """What a fault makes of a request: an answer in place of its own, or its own seen in another light."""

    answer: Answer | None = None
    shown: Callable[[Answer], Answer] | None = None


class Mishaps(Protocol):
    """What goes wrong on purpose. `is_set`: whether anything may, beside what a request asks for itself."""

    is_set: bool

    async def meet(self, operation: Operation, scope: Scope, receive: Receive) -> Met:
        """Lets a request wait, be answered or be cut off."""
