"""One request and its answer, as they are kept: bytes, put into words only when somebody reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mock_server.exchanges.masks import unpacked
from mock_server.storage import Changed, Changes, Fired

# What an exchange takes beside its bodies and headers, and what each change takes, in bytes.
OVERHEAD = 750
CHANGE = 250


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it was; the token itself is not kept."""

    token_id: str
    install_id: str
    granted: tuple[str, ...]


class Exchange(NamedTuple):
    """A request and its answer.

    `place` is its number in the log, `size` about how many bytes of memory it takes. `at` is wall time,
    `seconds` what it took. `head` and `headers` are packed, secrets masked. `code` is that of a refusal.
    `is_routed`, `is_checked`: how far the request came.
    """

    place: int
    size: int
    request_id: bytes
    plane: str
    method: str
    path: str
    query: bytes
    head: bytes
    body: bytes | None
    status: int
    headers: bytes
    answer: bytes
    code: str
    operation: str | None
    is_routed: bool
    is_checked: bool
    caller: Caller | None
    changes: Changes | None
    at: float
    seconds: float

    @property
    def id(self) -> str:
        """The `X-Request-Id` of the answer."""
        return self.request_id.decode("latin-1")

    @property
    def records(self) -> list[Changed]:
        """The records that it changed, each as it was left."""
        last = {each.id: each for each in self.changes or () if isinstance(each, Changed)}
        return list(last.values())

    @property
    def events(self) -> list[Fired]:
        """The events that it fired."""
        return [each for each in self.changes or () if isinstance(each, Fired)]

    @property
    def sent_headers(self) -> list[tuple[str, str]]:
        """The request's headers."""
        return unpacked(self.head)

    @property
    def answer_headers(self) -> list[tuple[str, str]]:
        """The answer's headers."""
        return unpacked(self.headers)

    @property
    def text(self) -> str | None:
        """The request's body as text."""
        return self.body.decode("utf-8", "replace") if self.body else None
