"""An application of the stock Connexion stack on the same handlers: the oracle for our own layers."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from functools import partial
from inspect import Parameter, Signature
from typing import Any, ClassVar

from connexion import AsyncApp
from connexion import request as connexion_request
from connexion.datastructures import MediaTypeDict
from connexion.lifecycle import ConnexionResponse
from connexion.middleware.main import ConnexionMiddleware, MiddlewarePosition
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver
from connexion.validators import JSONRequestBodyValidator, JSONResponseBodyValidator

from mock_server.app import PUBLIC
from mock_server.contract import Contract, Operation, Requests, stepped
from mock_server.gateway import Answer, Call, Endpoint, Handler, Scope, invalid
from mock_server.gateway.bodies import parse
from mock_server.gateway.calls import headers_of, target_of
from mock_server.gateway.gate import read_body
from mock_server.gateway.parameters import Parameters
from mock_server.planes import STAGES, handlers_of, only_of, resources_of
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.gateway.differences import check_overlooked
from tests.gateway.oracle_layers import Admission, Bounds, Refusals

_TOKEN_INFO = "tests.gateway.oracle_layers.token_info"


class _DecimalRequests(JSONRequestBodyValidator):  # type: ignore[misc]
    """Connexion's own validator of requests, for numbers that are read as decimals."""

    async def _parse(self, stream: Any, scope: Scope) -> Any:
        raw = b"".join([part async for part in stream])
        return parse(raw) if raw else None

    async def wrap_receive(self, receive: Any, *, scope: Scope) -> tuple[Any, Scope]:
        # Connexion asks for a body of `null` where an optional one is left out.
        if not self._required and dict(scope["headers"])[b"content-length"] == b"0":
            return receive, scope
        wrapped: tuple[Any, Scope] = await super().wrap_receive(receive, scope=scope)
        return wrapped


class _DecimalAnswers(JSONResponseBodyValidator):  # type: ignore[misc]
    """Connexion's own validator of answers, for numbers that are read as decimals."""

    # Suites read the same lists again and again: what has passed a schema once is not held against it again.
    _passed: ClassVar[dict[tuple[int, bytes], Any]] = {}
    _key: tuple[int, bytes]

    def _parse(self, stream: Any) -> Any:
        raw = b"".join(stream)
        self._key = (id(self._schema), hashlib.blake2b(raw, digest_size=20).digest())
        return json.loads(raw, parse_float=Decimal) if self._key not in self._passed else {}

    def _validate(self, body: Any) -> None:
        if self._key not in self._passed:
            super()._validate(body)
            self._passed[self._key] = self._schema


class _Adapter:
    """Gives Connexion the function of an operation, with our handler inside."""

    def __init__(self, sandbox: Sandbox, contract: Contract, refusals: Refusals) -> None:
        self._sandbox = sandbox
        self._contract = contract
        self._refusals = refusals
        self._requests = Requests(contract)
        self.handlers: dict[str, Handler] = handlers_of(contract, resources_of(sandbox))

    def function(self, operation_id: str) -> Any:
        """The function; it reads the request that Connexion let pass."""
        operation = self._contract.operations[operation_id]
        parameters = Parameters(operation.parameters)
        sandbox, handler = self._sandbox, self.handlers.get(operation_id, _missing)
        endpoint = Endpoint(handler, operation.method != "GET", sandbox.database, sandbox.clock.now, None)

        async def run(**path: str) -> ConnexionResponse:
            scope = connexion_request.scope
            try:
                scope["hellobooks.call"] = self._call(
                    operation, parameters, scope, await connexion_request.body()
                )
                await endpoint(scope, _never, _never)
                answer = scope["hellobooks.answer"]
            except Refused as refusal:
                answer = self._refusals.envelope.refuse(refusal)
            return self._refusals.response(scope, answer)

        return _taking(run, [each.name for each in operation.parameters if each.location == "path"])

    def _call(self, operation: Operation, parameters: Parameters, scope: Scope, raw: bytes) -> Call:
        found: list[dict[str, str]] = []
        headers, path = headers_of(scope), dict(scope["path_params"])
        query, sent = parameters.read(path, scope["query_string"], headers, found)
        body = None
        if scope["method"] not in {"GET", "HEAD"}:
            body = read_body(operation, self._requests, raw, found)
        if found:
            check_overlooked(operation.id, found)
            raise invalid(found[:20])
        target = target_of(scope, path)
        call = Call(operation, scope["hellobooks.grant"], path, query, sent, body, target)
        if operation.takes_idempotency_key and "Idempotency-Key" in sent:
            parts = (scope["method"].encode(), target.encode(), scope["query_string"], raw)
            call.fingerprint = hashlib.blake2b(b"\n".join(parts), digest_size=20).digest()
        return call


def _taking(function: Any, names: list[str]) -> Any:
    # Connexion gives a function what it names; one that names all gets a body of Connexion's reading too.
    kind = Parameter.KEYWORD_ONLY
    function.__signature__ = Signature([Parameter(name, kind) for name in names])
    return function


def build_oracle(sandbox: Sandbox) -> Any:
    """Connexion's own routing, security and validation of requests and of answers; our handlers."""
    contract = sandbox.contract.of_stage(*STAGES[sandbox.settings.stage])
    refusals = Refusals(sandbox.contract)
    adapter = _Adapter(sandbox, contract, refusals)
    unbuilt = {
        op.id for op in contract.operations.values() if op.stage == "stub" or op.id not in adapter.handlers
    }
    guard = partial(Admission, contract=sandbox.contract, door=sandbox.grants, base=PUBLIC)
    app = AsyncApp(__name__, middlewares=[guard, *ConnexionMiddleware.default_middlewares])
    app.add_middleware(Bounds, MiddlewarePosition.BEFORE_VALIDATION, contract=contract, unbuilt=unbuilt)
    refusals.join(app)
    document = _document(Settings().build_dir / "openapi-3.0.json")
    app.add_api(
        only_of(document, contract),
        base_path=PUBLIC,
        resolver=Resolver(adapter.function),
        validate_responses=True,
        strict_validation=True,
        swagger_ui_options=SwaggerUIOptions(swagger_ui=False, serve_spec=False),
        validator_map={
            "body": MediaTypeDict({"*/*json": _DecimalRequests}),
            "response": MediaTypeDict({"*/*json": _DecimalAnswers}),
        },
    )
    return app


def _document(file: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file.read_bytes())
    for scheme in document["components"]["securitySchemes"].values():
        scheme["x-tokenInfoFunc"] = _TOKEN_INFO
    read: dict[str, Any] = _with_decimals(stepped(document))
    return read


def _with_decimals(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: _Step(str(value)) if key == "multipleOf" else _with_decimals(value)
            for key, value in node.items()
        }
    return [_with_decimals(value) for value in node] if isinstance(node, list) else node


class _Step(Decimal):
    """A `multipleOf`: by binary fractions, 22.3 would be no multiple of 0.0001."""

    def __rmod__(self, value: Any) -> Decimal:
        # Parameters reach the validator as floats.
        return Decimal(str(value)) % Decimal(self)


def _missing(call: Call) -> Answer:
    raise Refused("not_implemented")


async def _never(*arguments: Any) -> Any:
    raise AssertionError("An endpoint neither receives nor sends.")
