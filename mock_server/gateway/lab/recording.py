"""Keeps what was asked and answered, once the answer is on its way."""

from __future__ import annotations

from time import time

from connexion.middleware.abstract import ROUTING_CONTEXT

from mock_server.contract import Contract
from mock_server.exchanges import CHANGE, OVERHEAD, Exchange, Masks, Ring, head_of, masked_query, packed
from mock_server.gateway.answers import ID_LINE, Answer, Headers, Scope

_READS = {"GET", "HEAD", "OPTIONS"}
# Operations of the log itself: what they tell of would fill it.
_OWN = "Requests"


class Recording:
    """Adds the exchanges of one part of the server to the log of their workspace.

    Those that come into none are in the first one's. Of the control plane writes alone are kept.
    """

    def __init__(self, ring: Ring, plane: str, contract: Contract) -> None:
        self._ring = ring
        self._plane = plane
        self._are_reads_kept = plane != "control"
        self._masks = Masks(contract)
        own = {each.id for each in contract.operations.values() if each.tag == _OWN}
        self._own = own
        self._special = own | self._masks.operations

    def note(self, scope: Scope, answer: Answer, headers: Headers, code: str, started: float) -> None:
        """Keeps one exchange; `started` is wall time when it came."""
        # Every read pays for this: nothing is made here that can be made when somebody looks.
        method: str = scope["method"]
        call = scope.get("hellobooks.call")
        is_routed = True
        if call is not None:
            operation = call.operation.id
        else:
            routed = scope.get("extensions", {}).get(ROUTING_CONTEXT)
            is_routed = routed is not None
            operation = routed["operation_id"] if routed else None
        grant, query, body = scope.get("hellobooks.grant"), scope["query_string"], answer.body
        head, told = head_of(scope), packed(headers)
        sent, changes, size = None, None, OVERHEAD + len(head) + len(told) + len(body)
        if method not in _READS:
            sent = scope.get("hellobooks.body")
            if answer.status < 400:
                changes = scope.get("hellobooks.changes")
            size += len(sent or b"") + CHANGE * len(changes or ())
        elif not self._are_reads_kept:
            return
        if operation in self._special:
            if operation in self._own:
                return
            sent, body = self._masks.masked(operation, sent or b""), self._masks.masked(operation, body)
        workspace = scope.get("hellobooks.workspace")
        ring = self._ring if workspace is None else workspace.exchanges
        kept = (
            ring.count + 1,
            size,
            headers[ID_LINE][1],
            self._plane,
            method,
            scope["path"],
            masked_query(query) if query else query,
            head,
            sent,
            answer.status,
            told,
            body,
            code,
            operation,
            is_routed,
            call is not None,
            None if grant is None else grant.caller,
            changes,
            started,
            time() - started,
        )
        # Without a call of the class, which would take as long as all the rest.
        ring.add(tuple.__new__(Exchange, kept))
