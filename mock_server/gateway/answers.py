"""Answers and refusals: the one place where a status, a body and the common headers become bytes."""

from __future__ import annotations

import asyncio
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
JSON = b"application/json"
# Where the X-Request-Id stands among the headers of every answer.
ID_LINE = 2
_LOOKS_SECONDS = 1.0

# Members of a documented error that belong to its example, not to the code.
_PER_REQUEST = {"details", "required", "shortages", "from", "action", "allowed", "pointer"}
# Where in a scope the id of a request is that somebody needs before it is answered.
REQUEST_ID = "hellobooks.request_id"
_NO_STORE = (b"cache-control", b"no-store")


@dataclass(slots=True)
class Answer:
    """A status, a body that is already bytes, and the headers that only this answer has."""

    status: int
    body: bytes
    headers: Headers = field(default_factory=list)
    media_type: bytes = JSON


@dataclass(slots=True)
class Streamed(Answer):
    """An answer that goes on: `next` gives its parts, empty ones aside, until it gives None.

    `end` is called when the client has left; `next` then gives None soon.
    """

    next: Callable[[], Awaitable[bytes | None]] = field(kw_only=True)
    end: Callable[[], None] = field(kw_only=True)


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
        headers = [
            *self._common,
            (b"x-request-id", scope.get(REQUEST_ID) or self.id_for(scope)),
            *scope.get("hellobooks.budget", ()),
            *answer.headers,
        ]
        if answer.body:
            headers.append((b"content-type", answer.media_type))
        if answer.status != 204:
            headers.append((b"content-length", b"%d" % len(answer.body)))
        return headers

    def id_for(self, scope: Scope) -> bytes:
        """The id of a request; where the clock stands, a workspace numbers its requests alike each time."""
        workspace = scope.get("hellobooks.workspace")
        numbered = self if workspace is None else workspace
        found: bytes = numbered.request_id()
        return found

    def request_id(self) -> bytes:
        """An id that no other request has."""
        return f"{self._prefix}-{next(self._count):08x}".encode()

    async def send(self, scope: Scope, send: Send, answer: Answer) -> Headers:
        """Sends one answer; a HEAD request gets the headers alone, which are what is returned."""
        body = answer.body
        headers = self.headers(scope, answer)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        return headers

    async def stream(self, scope: Scope, receive: Receive, send: Send, answer: Streamed) -> None:
        """Sends an answer part by part, until it ends or the client leaves."""
        headers = [
            *self.headers(scope, Answer(204, b"", answer.headers)),
            (b"content-type", answer.media_type),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        leaving = asyncio.ensure_future(_left(receive))
        leaving.add_done_callback(lambda _: answer.end())
        try:
            while scope["method"] != "HEAD" and (part := await answer.next()) is not None:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        finally:
            leaving.cancel()
            answer.end()
        await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        # Some servers hand over an empty body again and again.
        await asyncio.sleep(_LOOKS_SECONDS)
