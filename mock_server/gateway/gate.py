"""One gate per operation: scope, 501, media type, parameters, body; worked out once from the contract."""

from __future__ import annotations

import hashlib
from typing import Any

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation

from mock_server.contract import Contract, Fault, Operation, Requests
from mock_server.gateway.answers import Receive, Scope, Send, invalid
from mock_server.gateway.bodies import MAX_BYTES, MAX_FILE, check_media_type, parse, read_bytes, read_file
from mock_server.gateway.calls import Call, headers_of, target_of
from mock_server.gateway.grants import Grant
from mock_server.gateway.lab import MISHAPS
from mock_server.gateway.parameters import Parameters
from mock_server.gateway.rehearsals import DRY_RUN_HEADER, read_dry_run
from mock_server.refused import Refused


class UnsupportedOperation(Exception):
    """The contract asks of an operation what the gate does not implement."""


class OperationGate:
    """Checks requests to one operation and leaves a Call in the scope."""

    def __init__(self, operation: Operation, requests: Requests, is_built: bool, next_app: Any) -> None:
        self._operation = operation
        self._is_built = is_built
        self._next_app = next_app
        self._parameters = Parameters(operation.parameters)
        self._requests = requests
        self._is_keyed = operation.takes_idempotency_key
        self._takes_body = operation.body_pointer is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Checks the request; a Refused names what is wrong with it."""
        operation = self._operation
        grant = scope.get("hellobooks.grant")
        mishaps, met = scope.get(MISHAPS), None
        if mishaps is not None:
            met = await mishaps.meet(operation, scope, receive)
            if met.answer is not None:
                scope["hellobooks.answer"] = met.answer
                return
        if grant is not None and not operation.scopes <= grant.scopes:
            raise self._insufficient(grant)
        if not self._is_built:
            raise Refused("not_implemented")
        headers = scope.get("hellobooks.headers")
        if headers is None:
            headers = headers_of(scope)
        raw, is_dry = b"", False
        found: list[Fault] = []
        if scope["method"] not in {"GET", "HEAD"}:
            is_file = operation.body_type is not None
            raw = await read_bytes(receive, headers, MAX_FILE if is_file else MAX_BYTES)
            if not is_file:
                scope["hellobooks.body"] = raw
            if grant is not None and DRY_RUN_HEADER in headers:
                is_dry = read_dry_run(headers[DRY_RUN_HEADER], found)
            if raw and grant is not None:
                grant = await scope["hellobooks.grant_now"](scope)
                if not operation.scopes <= grant.scopes:
                    raise self._insufficient(grant)
        if raw and self._takes_body:
            check_media_type(headers)
        query_string = scope["query_string"]
        path = dict(scope["path_params"])
        query, sent = self._parameters.read(path, query_string, headers, found)
        body = None
        if operation.body_type is not None:
            body = read_file(operation.body_type, headers, raw, found)
        elif raw or operation.is_body_required:
            body = read_body(operation, self._requests, raw, found)
        if found:
            raise invalid(found[:20])
        target = target_of(scope, path)
        call = Call(operation, grant, path, query, sent, body, target)
        if self._is_keyed and "Idempotency-Key" in sent:
            text = b"\n".join((scope["method"].encode(), target.encode(), query_string, raw))
            call.fingerprint = hashlib.blake2b(text, digest_size=20).digest()
        if is_dry:
            call.is_dry = True
        scope["hellobooks.call"] = call
        await self._next_app(scope, receive, send)
        if met is not None and met.shown is not None:
            scope["hellobooks.answer"] = met.shown(scope["hellobooks.answer"])

    def _insufficient(self, grant: Grant) -> Refused:
        missing = grant.missing(self._operation.scopes)
        return Refused("insufficient_scope", values={"scope": ", ".join(missing)}, required=missing)


def read_body(operation: Operation, requests: Requests, raw: bytes, found: list[Fault]) -> Any:
    """The body as the contract has it read; where none is needed, no body, `{}` and `null` are the same."""
    body = parse(raw) if raw else None
    if body is None or (body == {} and not operation.is_body_required):
        if operation.is_body_required:
            found.append({"pointer": "", "message": "a body is required"})
        return None
    if operation.body_pointer is None:
        found.append({"pointer": "", "message": "this operation takes no body"})
        return None
    body = requests.read(operation.body_pointer, body)
    found.extend(requests.faults(operation.body_pointer, body))
    return body


class GateApi(RoutedAPI[OperationGate]):  # type: ignore[misc]
    """The gates of one document."""

    def __init__(
        self, specification: Any, *, next_app: Any, contract: Contract, built: Any, **options: Any
    ) -> None:
        super().__init__(specification, next_app=next_app, **options)
        self._contract = contract
        self._built = built
        self._requests = Requests(contract)
        for security in specification.security_schemes.values():
            # The guards in front of the gates check both kinds.
            if security["type"] not in {"oauth2", "http"}:
                raise UnsupportedOperation(f"security scheme of type {security['type']}")
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> OperationGate:
        """The gate of one operation."""
        facts = self._contract.operations[operation.operation_id]
        return OperationGate(facts, self._requests, self._built(facts), self.next_app)


class Gate(RoutedMiddleware[GateApi]):  # type: ignore[misc]
    """Runs the gate of the operation that routing found."""

    api_cls = GateApi
