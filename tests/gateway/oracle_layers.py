"""What stands around the stock Connexion stack: the public guard, bounds of bodies, the envelope."""

from __future__ import annotations

from typing import Any

from connexion import AsyncApp
from connexion.lifecycle import ConnexionResponse
from connexion.middleware.abstract import ROUTING_CONTEXT

from mock_server.contract import Contract
from mock_server.gateway import Gateway
from mock_server.gateway.answers import Answer, Disconnected, Envelope, Scope
from mock_server.gateway.bodies import check_media_type, read_bytes
from mock_server.refused import Refused
from tests.gateway.differences import STOCK_WORDING


def token_info(token: str, request: Any) -> dict[str, Any]:
    """What Connexion's security asks of a token: the scopes of the grant that the guard read."""
    return {"scope": sorted(request.scope["hellobooks.grant"].scopes)}


class Admission(Gateway):
    """The public guard in front of the stock stack, which sends its answers itself."""

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Admits a request, or answers it; HEAD gets the headers alone."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def bare(message: Any) -> None:
            await send({**message, "body": b""} if "body" in message else message)

        try:
            await self.admit(scope)
        except Refused as refusal:
            await self._sender.send(scope, send, self._envelope.refuse(refusal))
            return
        await self.app(scope, receive, bare if scope["method"] == "HEAD" else send)


_NO_BODIES = {b"", b"{}", b"null"}


class Bounds:
    """What Connexion has no notion of: operations that answer 501, limits of a body, a body's charset."""

    def __init__(self, app: Any, contract: Contract, unbuilt: set[str]) -> None:
        self.app = app
        self._operations = contract.operations
        self._unbuilt = unbuilt

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Refuses, or passes on the request with its whole body and the length of it."""
        operation_id = scope.get("extensions", {}).get(ROUTING_CONTEXT, {}).get("operation_id")
        if scope["type"] != "http" or operation_id is None:
            await self.app(scope, receive, send)
            return
        if operation_id in self._unbuilt:
            raise Refused("not_implemented")
        if scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        try:
            raw = await read_bytes(receive, dict(scope["headers"]))
        except Disconnected:
            return
        operation = self._operations[operation_id]
        if raw and operation.body_pointer is not None:
            _decide_media_type(scope)
        if not operation.is_body_required and raw.strip() in _NO_BODIES:
            # Connexion has no notion of an empty body that says the same as none.
            raw = b""
        # Connexion takes a body without a length, sent in chunks, for none.
        headers = [pair for pair in scope["headers"] if pair[0] != b"content-length"]
        scope["headers"] = [*headers, (b"content-length", b"%d" % len(raw))]
        pending = [{"type": "http.request", "body": raw, "more_body": False}]

        async def replayed() -> Any:
            return pending.pop() if pending else await receive()

        await self.app(scope, replayed, send)


def _decide_media_type(scope: Scope) -> None:
    """Reads a media type that Connexion would guess, whose charset it would try, or whose case it minds."""
    headers = dict(scope["headers"])
    declared = headers.get(b"content-type", b"")
    is_plain = declared and b";" not in declared and declared == declared.lower()
    if is_plain and b"content-encoding" not in headers:
        return
    check_media_type(headers)
    others = [pair for pair in scope["headers"] if pair[0] != b"content-type"]
    scope["headers"] = [*others, (b"content-type", b"application/json")]


class Refusals:
    """Puts what Connexion refuses into the contract's envelope, with the headers that every answer has."""

    def __init__(self, contract: Contract) -> None:
        self.envelope = Envelope(contract)
        self._operations = contract.operations
        self._common = [
            (b"x-contract-version", contract.version.encode()),
            (b"x-request-id", b"oracle"),
            (b"cache-control", b"no-store"),
        ]

    def join(self, app: AsyncApp) -> None:
        """Makes them the application's error handlers."""
        app.add_error_handler(Refused, self._refused)
        for status in (400, 401, 403, 404, 405, 415):
            app.add_error_handler(status, self._failed)

    def response(self, scope: Scope, answer: Answer) -> ConnexionResponse:
        """An answer as Connexion's functions and error handlers return it."""
        headers = [*self._common, *scope["hellobooks.budget"], *answer.headers]
        return ConnexionResponse(
            status_code=answer.status,
            content_type="application/json",
            headers={name.decode(): value.decode() for name, value in headers},
            body=answer.body,
        )

    async def _refused(self, request: Any, error: Any) -> ConnexionResponse:
        return self.response(request.scope, self.envelope.refuse(error))

    def _scopes(self, scope: Scope) -> frozenset[str]:
        operation_id = scope.get("extensions", {}).get(ROUTING_CONTEXT, {}).get("operation_id")
        operation = self._operations.get(operation_id)
        return frozenset() if operation is None else operation.scopes

    async def _failed(self, request: Any, error: Any) -> ConnexionResponse:
        answer = self.envelope.refuse(_refusal(error, self._scopes(request.scope)))
        if error.status_code == 400:
            answer.headers = [*answer.headers, (STOCK_WORDING, b"yes")]
        return self.response(request.scope, answer)


def _refusal(error: Any, scopes: frozenset[str]) -> Refused:
    status = error.status_code
    if status == 403:
        # The error is that of the last alternative, a bundle; the first one is what a token should have.
        missing = sorted(scopes - set(error.token_scopes))
        return Refused("insufficient_scope", values={"scope": ", ".join(missing)}, required=missing)
    if status == 404:
        return Refused("not_found", "No such path.")
    if status == 405:
        return Refused("method_not_allowed", headers=[(b"allow", error.headers["Allow"].encode())])
    return Refused({400: "invalid_request", 401: "invalid_token", 415: "unsupported_media_type"}[status])
