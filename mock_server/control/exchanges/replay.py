"""Sending a logged request to the public API once more, in this process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from mock_server.exchanges import Exchange, Ring
from mock_server.gateway import Receive, Scope, Send
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.storage.tenancy import read_install

# For how long the token is good that stands for the one that was used: it is not kept.
_TOKEN_SECONDS = 60
_AUTHORIZATION = "authorization"
# The public API, as whatever serves ASGI calls it.
Ask = Callable[[Scope, Receive, Send], Awaitable[None]]


class Replayer:
    """Sends requests of a log again."""

    def __init__(self, sandbox: Sandbox, ring: Ring, public: Ask) -> None:
        self._sandbox = sandbox
        self._ring = ring
        self._public = public

    def prepare(self, exchange: Exchange) -> Callable[[], Awaitable[Exchange]]:
        """What sends the request and gives what came of it."""
        scope = self._scope(exchange)
        body = exchange.body or b""

        async def send() -> Exchange:
            return await self._send(scope, body)

        return send

    def _scope(self, exchange: Exchange) -> dict[str, Any]:
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in exchange.sent_headers
            if name != _AUTHORIZATION
        ]
        authorization = self._authorization(exchange)
        if authorization is not None:
            headers.append((b"authorization", authorization.encode()))
        return {
            "type": "http",
            "method": exchange.method,
            "path": exchange.path,
            "raw_path": quote(exchange.path).encode(),
            "query_string": exchange.query,
            "headers": headers,
            "client": ("127.0.0.1", 0),
            "server": ("sandbox", 80),
            "scheme": "http",
            "http_version": "1.1",
            "root_path": "",
            "extensions": {},
        }

    def _authorization(self, exchange: Exchange) -> str | None:
        """A token of the same install, scopes and id; for one that was refused, none that could pass."""
        caller = exchange.caller
        if caller is None:
            return "Bearer ***" if _AUTHORIZATION in dict(exchange.sent_headers) else None
        found = read_install(self._sandbox.database.session, caller.install_id)
        if found is None:
            return None
        token = self._sandbox.signer.sign(found[0], caller.granted, _TOKEN_SECONDS, caller.token_id)
        return f"Bearer {token}"

    async def _send(self, scope: dict[str, Any], body: bytes) -> Exchange:
        answered: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            answered.append(message)

        await self._public(scope, receive, send)
        request_id = dict(answered[0]["headers"])[b"x-request-id"].decode()
        found = self._ring.find(request_id)
        if found is None:
            # It was larger than the whole log.
            raise Refused("not_found", "It was sent again, and its answer is too large for the log.")
        return found
