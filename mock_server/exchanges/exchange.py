"""One request and its answer, as they are kept: bytes, put into words only when somebody reads."""

from __future__ import annotations

from dataclasses import dataclass

from mock_server.storage import Changed, Changes, Fired

# What an exchange takes beside its bodies, its request's headers and its path, in bytes.
OVERHEAD = 2_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it was; the token itself is not kept."""

    token_id: str
    install_id: str
    granted: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Exchange:
    """A request and its answer.

    `at` is wall time, `seconds` what it took. `head` holds the request's headers as they were sent, secrets
    masked. `code` is that of a refusal. `is_routed`, `is_checked`: how far the request came. `place` is its
    number in the log.
    """

    id: str
    plane: str
    method: str
    path: str
    query: bytes
    head: bytes
    body: bytes | None
    status: int
    headers: list[tuple[bytes, bytes]]
    answer: bytes
    code: str
    operation: str | None
    is_routed: bool
    is_checked: bool
    caller: Caller | None
    changes: Changes
    at: float
    seconds: float
    place: int = 0

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        body = self.body
        size = OVERHEAD + len(self.head) + len(self.path) + len(self.query) + len(self.answer)
        return size + 250 * len(self.changes) + (len(body) if body else 0)

    @property
    def records(self) -> list[Changed]:
        """The records that it changed, each as it was left."""
        last = {each.id: each for each in self.changes if isinstance(each, Changed)}
        return list(last.values())

    @property
    def events(self) -> list[Fired]:
        """The events that it fired."""
        return [each for each in self.changes if isinstance(each, Fired)]

    @property
    def sent_headers(self) -> list[tuple[str, str]]:
        """The request's headers."""
        lines = self.head.decode("latin-1").split("\n") if self.head else []
        return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]

    @property
    def answer_headers(self) -> list[tuple[str, str]]:
        """The answer's headers."""
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.headers]

    @property
    def text(self) -> str | None:
        """The request's body as text."""
        return self.body.decode("utf-8", "replace") if self.body else None
