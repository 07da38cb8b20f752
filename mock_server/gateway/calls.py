"""A checked request, as handlers get it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.clock import Ids
from mock_server.contract import Operation
from mock_server.gateway.answers import Answer, Scope
from mock_server.gateway.grants import Grant

# Headers that may come in several lines.
_LISTS = {b"if-match"}


@dataclass(slots=True)
class Rehearsal:
    """What a dry run has of its own: the source of its ids, and the books that its handler has opened."""

    ids: Ids
    books: list[Any] = field(default_factory=list)


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
    # Of a write that is only tried: its effects are taken back.
    is_dry: bool = False
    rehearsal: Rehearsal | None = None


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers of a request by name; the lines of a list are one list, of others the last one counts."""
    lines = scope["headers"]
    headers: dict[bytes, bytes] = dict(lines)
    if len(headers) < len(lines):
        for name in _LISTS & headers.keys():
            headers[name] = b", ".join(value for each, value in lines if each == name)
    return headers


def target_of(scope: Scope, path: Mapping[str, str]) -> str:
    """The path of a request, its parameters as the contract has them read."""
    target: str = scope["path"]
    if path == scope["path_params"]:
        return target
    for name, raw in scope["path_params"].items():
        if path[name] != raw and path[name] is not None:
            target = target.replace(f"/{raw}", f"/{path[name]}")
    return target


@dataclass(frozen=True)
class Later:
    """An answer that needs somebody outside: it is waited for after the transaction.

    `unasked` is the answer where that one does not answer; a dry run asks nobody.
    """

    finish: Callable[[], Awaitable[Answer]]
    unasked: Answer | None = None


Handler = Callable[[Call], Answer | Later]
