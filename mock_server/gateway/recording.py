"""Keeps what was asked and answered, once the answer is on its way."""

from __future__ import annotations

from time import perf_counter, time

from connexion.middleware.abstract import ROUTING_CONTEXT

from mock_server.contract import Contract
from mock_server.exchanges import Exchange, Masks, Ring, head_of, masked_query
from mock_server.gateway.answers import Answer, Headers, Scope

_READS = {"GET", "HEAD", "OPTIONS"}
# Operations of the log itself: what they tell of would fill it.
_OWN = "Requests"


class Recording:
    """Adds the exchanges of one part of the server to a log; of the control plane its writes alone."""

    def __init__(self, ring: Ring, plane: str, contract: Contract) -> None:
        self._ring = ring
        self._plane = plane
        self._are_reads_kept = plane != "control"
        self._masks = Masks(contract)
        self._own = {each.id for each in contract.operations.values() if each.tag == _OWN}

    def note(self, scope: Scope, answer: Answer, headers: Headers, code: str, started: float) -> None:
        """Keeps one exchange; `started` is the performance counter's when it came."""
        method: str = scope["method"]
        if not self._are_reads_kept and method in _READS:
            return
        call = scope.get("hellobooks.call")
        if call is not None:
            operation, is_routed = call.operation.id, True
        else:
            routed = scope.get("extensions", {}).get(ROUTING_CONTEXT)
            operation, is_routed = (routed["operation_id"] if routed else None), routed is not None
        if operation in self._own:
            return
        grant = scope.get("hellobooks.grant")
        query: bytes = scope["query_string"]
        sent, answered = self._masks.bodies(operation, scope.get("hellobooks.body"), answer.body)
        seconds = perf_counter() - started
        self._ring.add(
            Exchange(
                _id_of(headers),
                self._plane,
                method,
                scope["path"],
                masked_query(query) if query else query,
                head_of(scope["headers"]),
                sent,
                answer.status,
                headers,
                answered,
                code,
                operation,
                is_routed,
                call is not None,
                None if grant is None else grant.caller,
                scope.get("hellobooks.changes", []) if answer.status < 400 else [],
                time() - seconds,
                seconds,
            )
        )


def _id_of(headers: Headers) -> str:
    return next(value for name, value in headers if name == b"x-request-id").decode()
