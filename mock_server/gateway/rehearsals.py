"""Writes that are only tried, as the gateway knows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from mock_server.contract import Fault
from mock_server.gateway.answers import Answer, Scope
from mock_server.gateway.calls import Call, Later

DRY_RUN_HEADER = b"x-sandbox-dry-run"
APPLIED = (DRY_RUN_HEADER, b"applied")
_READS = {"GET", "HEAD"}


class Rehearsals(Protocol):
    """Runs writes and takes back all that they did."""

    async def run(self, call: Call, scope: Scope, work: Callable[[], Answer | Later]) -> Answer:
        """The answer that the write would get."""


def is_dry(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request is a write that is only to be tried."""
    return headers.get(DRY_RUN_HEADER) == b"true" and method not in _READS


def read_dry_run(value: bytes, found: list[Fault]) -> bool:
    """Whether the header of a write asks for a dry run; what is neither `true` nor `false` is a fault."""
    if value not in {b"true", b"false"}:
        found.append({"pointer": "/header/X-Sandbox-Dry-Run", "message": "must be true or false"})
    return value == b"true"
