"""The innermost room: the handler that Connexion resolved, called in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import orjson
from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation

from mock_server.contract import Contract, Validators, faults
from mock_server.gateway.answers import Answer, Receive, Scope, Send
from mock_server.gateway.calls import COMMITS_ITSELF, READS_ONE_STATE, Call, Handler, Later
from mock_server.refused import Refused
from mock_server.storage import Database
from mock_server.storage.tenancy import Kept, keep, lock_entity, recall

_REPLAYED = (b"idempotency-replayed", b"true")


class BodyFault(Exception):
    """An answer does not fit the contract."""


class AnswerCheck:
    """Validates every answer against the closed contract; for tests and fuzzing."""

    def __init__(self, contract: Contract) -> None:
        self._validators = Validators(contract, is_closed=True)

    def __call__(self, call: Call, answer: Answer) -> None:
        """Raises where status or body are not what the contract says."""
        operation = call.operation
        pointer = operation.answer_pointers.get(answer.status)
        if pointer is None:
            raise BodyFault(f"{operation.id} answered {answer.status}, which the contract does not list")
        validator = self._validators.at(pointer)
        body = orjson.loads(answer.body)
        if not validator.is_valid(body):
            raise BodyFault(f"{operation.id} {answer.status}: {faults(validator, body, '')}")


class Endpoint:
    """Calls one handler."""

    def __init__(
        self, handler: Handler, is_write: bool, database: Database, now: Callable[[], datetime], check: Any
    ) -> None:
        self._handler = handler
        self._is_write = is_write and not getattr(handler, COMMITS_ITSELF, False)
        self._database = database
        self._reads_one_state = getattr(handler, READS_ONE_STATE, False)
        self._is_direct = database.is_direct
        self._now = now
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leaves the handler's answer in the scope."""
        call: Call = scope["hellobooks.call"]
        if self._is_write:
            entity = None if call.grant is None else call.grant.tenant.key
            answer = await self._database.write(lambda: self._written(call), entity)
        elif self._is_direct:
            answer = self._handler(call)
        else:
            answer = await self._database.run(lambda: self._read(call))
        if isinstance(answer, Later):
            answer = await self._finished(call, answer)
        if self._check is not None:
            self._check(call, answer)
        scope["hellobooks.answer"] = answer

    async def _finished(self, call: Call, later: Later) -> Answer:
        answer = await later.finish()
        if not call.fingerprint or call.grant is None:
            return answer
        tenant = call.grant.tenant
        kept = await self._database.write(lambda: self._once(call, lambda _: answer), tenant.key)
        assert isinstance(kept, Answer)
        return kept

    def _read(self, call: Call) -> Answer | Later:
        if self._reads_one_state:
            return self._database.snapshot(lambda: self._handler(call))
        return self._handler(call)

    def _written(self, call: Call) -> Answer | Later:
        if call.grant is not None:
            # The rules are written for one writer at a time per entity; idempotency keys are of one too.
            lock_entity(self._database.session, call.grant.tenant)
        if not call.fingerprint or call.grant is None:
            return self._handler(call)
        return self._once(call, self._handler)

    def _once(self, call: Call, handler: Handler) -> Answer | Later:
        """The answer that is kept under the call's key, or else the handler's, which is kept."""
        assert call.grant is not None
        session, install, now = self._database.session, call.grant.install["id"], self._now()
        key = call.headers["Idempotency-Key"]
        kept = recall(session, install, key, now)
        if kept is not None:
            if kept.fingerprint != call.fingerprint:
                raise Refused("idempotency_conflict")
            return Answer(kept.status, kept.body, [*kept.headers, _REPLAYED])
        answer = handler(call)
        if isinstance(answer, Later):
            return answer
        keep(session, install, key, now, Kept(call.fingerprint, answer.status, answer.headers, answer.body))
        return answer


class Workspace(Protocol):
    """What the endpoints of one sandbox are found in."""

    def endpoint(self, plane: str, operation_id: str) -> Endpoint:
        """The endpoint of an operation of one of the contracts."""


class InWorkspace:
    """The endpoint of an operation, in the workspace that the request was let into."""

    def __init__(self, plane: str, operation_id: str) -> None:
        self._plane = plane
        self._id = operation_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leaves the handler's answer in the scope."""
        workspace: Workspace = scope["hellobooks.workspace"]
        await workspace.endpoint(self._plane, self._id)(scope, receive, send)


class EndpointApi(RoutedAPI[InWorkspace]):  # type: ignore[misc]
    """The endpoints of one document."""

    def __init__(self, specification: Any, *, next_app: Any = None, plane: str, **options: Any) -> None:
        super().__init__(specification, next_app=next_app, **options)
        self._plane = plane
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> InWorkspace:
        """The endpoint of one operation."""
        return InWorkspace(self._plane, operation.operation_id)


class Endpoints(RoutedMiddleware[EndpointApi]):  # type: ignore[misc]
    """Runs the endpoint of the routed operation; stands where Connexion's own application would."""

    api_cls = EndpointApi
