"""One gate per operation: scope, 501, media type, parameters, body; worked out once from the contract."""

from __future__ import annotations

import hashlib
from typing import Any

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation

from mock_server.contract import Contract, Operation, Validators, faults
from mock_server.gateway.answers import Receive, Scope, Send, invalid
from mock_server.gateway.bodies import check_media_type, parse, read_bytes
from mock_server.gateway.calls import Call
from mock_server.gateway.parameters import Parameters
from mock_server.refused import Refused


class UnsupportedOperation(Exception):
    """The contract asks of an operation what the gate does not implement."""


class OperationGate:
    """Checks requests to one operation and leaves a Call in the scope."""

    def __init__(self, operation: Operation, validators: Validators, is_built: bool, next_app: Any) -> None:
        self._operation = operation
        self._is_built = is_built
        self._next_app = next_app
        self._parameters = Parameters(operation.parameters)
        self._validators = validators
        self._is_keyed = operation.takes_idempotency_key
        self._takes_body = operation.body_pointer is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Checks the request; a Refused names what is wrong with it."""
        operation = self._operation
        grant = scope.get("hellobooks.grant")
        if grant is not None and not operation.scopes <= grant.scopes:
            missing = grant.missing(operation.scopes)
            raise Refused("insufficient_scope", values={"scope": ", ".join(missing)}, required=missing)
        if not self._is_built:
            raise Refused("not_implemented")
        headers = scope.get("hellobooks.headers")
        if headers is None:
            headers = dict(scope["headers"])
        raw = b""
        if scope["method"] not in {"GET", "HEAD"}:
            raw = await read_bytes(receive, headers)
        if raw and self._takes_body:
            check_media_type(headers)
        found: list[dict[str, str]] = []
        query_string = scope["query_string"]
        path = scope["path_params"]
        query, sent = self._parameters.read(path, query_string, headers, found)
        body = self._read_body(raw, found) if raw or self._takes_body else None
        if found:
            raise invalid(found[:20])
        target = scope["path"]
        call = Call(operation, grant, path, query, sent, body, target)
        if self._is_keyed and "Idempotency-Key" in sent:
            text = b"\n".join((scope["method"].encode(), target.encode(), query_string, raw))
            call.fingerprint = hashlib.blake2b(text, digest_size=20).digest()
        scope["hellobooks.call"] = call
        await self._next_app(scope, receive, send)

    def _read_body(self, raw: bytes, found: list[dict[str, str]]) -> Any:
        pointer = self._operation.body_pointer
        if pointer is None:
            found.append({"pointer": "/body", "message": "this operation takes no body"})
            return None
        if not raw:
            if self._operation.is_body_required:
                found.append({"pointer": "/body", "message": "is required"})
            return None
        body = parse(raw)
        validator = self._validators.at(pointer)
        if not validator.is_valid(body):
            found.extend(faults(validator, body, "/body"))
        return body


class GateApi(RoutedAPI[OperationGate]):  # type: ignore[misc]
    """The gates of one document."""

    def __init__(
        self, specification: Any, *, next_app: Any, contract: Contract, built: Any, **options: Any
    ) -> None:
        super().__init__(specification, next_app=next_app, **options)
        self._contract = contract
        self._built = built
        self._validators = Validators(contract)
        for security in specification.security_schemes.values():
            if security["type"] != "oauth2":
                raise UnsupportedOperation(f"security scheme of type {security['type']}")
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> OperationGate:
        """The gate of one operation."""
        facts = self._contract.operations[operation.operation_id]
        return OperationGate(facts, self._validators, self._built(facts), self.next_app)


class Gate(RoutedMiddleware[GateApi]):  # type: ignore[misc]
    """Runs the gate of the operation that routing found."""

    api_cls = GateApi
