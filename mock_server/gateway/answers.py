"""Answers and refusals: the one place where a status, a body and the common headers become bytes."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.contract import Contract, ErrorFact
from mock_server.refused import Refused
from mock_server.wire import dumps

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# Members of a documented error that belong to its example, not to the code.
_PER_REQUEST = {"details", "required", "shortages", "from", "action", "allowed", "pointer"}
_NO_STORE = (b"cache-control", b"no-store")


@dataclass(slots=True)
class Answer:
    """A status, a body that is already bytes, and the headers that only this answer has."""

    status: int
    body: bytes
    headers: Headers = field(default_factory=list)
    media_type: bytes = b"application/json"


class Disconnected(Exception):
    """The client left before its request was whole: nothing is done and nothing is answered."""


def invalid(faults: list[dict[str, str]]) -> Refused:
    """A 400 that names each fault."""
    return Refused("invalid_request", details=faults)


def invalid_at(pointer: str, message: str) -> Refused:
    """A 400 with one fault."""
    return invalid([{"pointer": pointer, "message": message}])


class Envelope:
    """Turns refusals into answers with the codes, statuses and texts of the contract."""

    def __init__(self, contract: Contract) -> None:
        self._errors: dict[str, ErrorFact] = contract.errors

    def refuse(self, refusal: Refused) -> Answer:
        """The documented answer for a refusal."""
        fact = self._errors[refusal.code]
        body = dict(fact.body)
        if refusal.message:
            body["message"] = refusal.message
        elif refusal.values is not None:
            body["message"] = fact.template.format(**refusal.values)
        for key in _PER_REQUEST & body.keys():
            del body[key]
        if refusal.details:
            body.update(refusal.details)
        if "pointer" in refusal.details and "details" not in refusal.details:
            body["details"] = [{"pointer": refusal.details["pointer"], "message": body["message"]}]
        headers = [*refusal.headers]
        if fact.status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        return Answer(fact.status, dumps(body), headers)


class Sender:
    """Sends answers with the headers that every answer has."""

    def __init__(self, contract: Contract) -> None:
        self._common = (
            (b"x-contract-version", contract.version.encode()),
            _NO_STORE,
        )
        self._prefix = secrets.token_hex(4)
        self._count = itertools.count(1)

    def headers(self, scope: Scope, answer: Answer) -> Headers:
        """The answer's own headers and those that every answer has."""
        workspace = scope.get("hellobooks.workspace")
        # Where the clock stands, a workspace numbers its requests alike each time.
        numbered = self if workspace is None else workspace
        headers = [
            *self._common,
            (b"x-request-id", numbered.request_id()),
            *scope.get("hellobooks.budget", ()),
            *answer.headers,
        ]
        if answer.body:
            headers.append((b"content-type", answer.media_type))
        if answer.status != 204:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        return headers

    def request_id(self) -> bytes:
        """An id that no other request has."""
        return f"{self._prefix}-{next(self._count):08x}".encode()

    async def send(self, scope: Scope, send: Send, answer: Answer) -> None:
        """Sends one answer; a HEAD request gets the headers alone."""
        body = answer.body
        headers = self.headers(scope, answer)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
