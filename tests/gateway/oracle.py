"""An application of the stock Connexion stack on the same handlers: the oracle for our own rooms."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from connexion import AsyncApp
from connexion import request as connexion_request
from connexion.lifecycle import ConnexionResponse
from connexion.middleware.main import ConnexionMiddleware
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver

from mock_server.app import PUBLIC, handlers_of, resources_of
from mock_server.contract.document import Contract
from mock_server.gateway.answers import Answer, Refusal, Scope
from mock_server.gateway.bodies import parse
from mock_server.gateway.calls import Call
from mock_server.gateway.guard import Gateway
from mock_server.gateway.parameters import Parameters
from mock_server.sandbox.sandbox import Sandbox
from mock_server.settings import Settings


class _Admission(Gateway):
    """The public guard in front of the stock stack, which sends its answers itself."""

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.admit(scope)
        except Refusal as refusal:
            await self._sender.send(scope, send, self._envelope.refuse(refusal))
            return
        await self.app(scope, receive, send)


def build_oracle(sandbox: Sandbox) -> Any:
    """Connexion's own routing and its own validation of requests and of answers, our handlers."""
    contract: Contract = sandbox.contract
    handlers = handlers_of(contract, resources_of(sandbox))
    guard = partial(_Admission, contract=contract, grants=sandbox.grants, base=PUBLIC)

    def adapted(operation_id: str) -> Any:
        operation = contract.operations[operation_id]
        parameters = Parameters(operation.parameters)
        envelope = Gateway(None, contract, sandbox.grants, PUBLIC)._envelope

        async def run(**values: Any) -> ConnexionResponse:
            scope = connexion_request.scope
            headers = dict(scope["headers"])
            raw = await connexion_request.body()
            try:
                if operation_id not in handlers:
                    raise Refusal("not_implemented")
                query, sent = parameters.read(scope["path_params"], scope["query_string"], headers, [])
                body = parse(raw) if raw else None
                grant, path = scope["hellobooks.grant"], dict(scope["path_params"])
                call = Call(operation, grant, path, query, sent, body, scope["path"])
                answer: Answer = sandbox.database.transact(lambda: handlers[operation_id](call))
            except Refusal as refusal:
                answer = envelope.refuse(refusal)
            common = [
                (b"x-contract-version", contract.version.encode()),
                (b"x-request-id", b"oracle"),
                (b"cache-control", b"no-store"),
                *scope["hellobooks.budget"],
            ]
            more = {name.decode(): value.decode() for name, value in (*common, *answer.headers)}
            return ConnexionResponse(
                status_code=answer.status, content_type="application/json", headers=more, body=answer.body
            )

        return run

    app = AsyncApp(__name__, middlewares=[guard, *ConnexionMiddleware.default_middlewares])
    document = json.loads((Settings().build_dir / "openapi-3.0.json").read_bytes())
    app.add_api(
        _without_security(document),
        base_path=PUBLIC,
        resolver=Resolver(adapted),
        validate_responses=True,
        strict_validation=True,
        swagger_ui_options=SwaggerUIOptions(swagger_ui=False),
    )
    return app


def _without_security(document: Any) -> Any:
    if isinstance(document, dict):
        return {
            key: _without_security(value)
            for key, value in document.items()
            if key not in {"security", "multipleOf"}
        }
    if isinstance(document, list):
        return [_without_security(value) for value in document]
    return document
