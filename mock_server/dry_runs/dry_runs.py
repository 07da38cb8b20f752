"""Runs writes without their effects, and remembers what those would have been."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server.clock import Ids
from mock_server.contract import Contract
from mock_server.dry_runs.outcome import Outcome
from mock_server.gateway import REQUEST_ID, Answer, Call, Later, Rehearsal, Scope
from mock_server.refused import Refused
from mock_server.storage import Database
from mock_server.storage.tenancy import lock_entity
from mock_server.wire import dumps

# What is remembered at most; the oldest goes first.
_MOST = 1000
_MOST_BYTES = 16 * 1024 * 1024


class DryRuns:
    """The dry runs of one sandbox; their outcomes are kept in memory, as nothing may be written."""

    def __init__(self, contract: Contract, database: Database, ids: Ids) -> None:
        self._contract = contract
        self._database = database
        self._ids = ids
        self._kept: dict[str, bytes] = {}
        self._size = 0

    def find(self, request_id: str) -> bytes | None:
        """What a dry run would have done, as JSON."""
        return self._kept.get(request_id)

    def clear(self) -> None:
        """Forgets all outcomes."""
        self._kept.clear()
        self._size = 0

    async def run(self, call: Call, scope: Scope, work: Callable[[], Answer | Later]) -> Answer:
        """The answer that a write would get, and nothing of its effects; a Refused where it would be one."""
        assert call.grant is not None
        tenant, session = call.grant.tenant, self._database.session

        def rehearsed() -> tuple[Answer | Refused, dict[str, Any]]:
            # A transaction that is run again begins with the same ids.
            call.rehearsal = Rehearsal(self._ids.fork())
            lock_entity(session, tenant)
            outcome = Outcome(session, call)
            try:
                answer = work()
            except Refused as refusal:
                return refusal, outcome.told(0, is_done=False)
            if isinstance(answer, Later):
                assert answer.unasked is not None, "a write of the public API says what it answers unasked"
                answer = answer.unasked
            return answer, outcome.told(answer.status, is_done=True)

        answer, told = await self._database.rehearse(rehearsed, tenant.key)
        if isinstance(answer, Refused):
            told["status"] = self._contract.errors[answer.code].status
            self._keep(scope[REQUEST_ID], told)
            raise answer
        self._keep(scope[REQUEST_ID], told)
        return answer

    def _keep(self, request: bytes, told: dict[str, Any]) -> None:
        request_id = request.decode()
        body = dumps({"request_id": request_id, **told})
        self._kept[request_id] = body
        self._size += len(body)
        while len(self._kept) > _MOST or (self._size > _MOST_BYTES and len(self._kept) > 1):
            oldest = next(iter(self._kept))
            self._size -= len(self._kept.pop(oldest))
