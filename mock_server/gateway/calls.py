"""A checked request, as handlers get it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mock_server.contract import Operation
from mock_server.gateway.answers import Answer
from mock_server.gateway.grants import Grant


@dataclass(slots=True)
class Call:
    """One request that fits the contract."""

    operation: Operation
    grant: Grant | None
    path: dict[str, str]
    query: dict[str, Any]
    headers: dict[str, Any]
    body: Any
    target: str
    fingerprint: bytes = b""


Handler = Callable[[Call], Answer]
# An attribute of handlers that read several rows of one and the same state.
READS_ONE_STATE = "reads_one_state"
