"""Why a request was answered so: worked out when somebody asks, from the code and from how far it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from mock_server.contract import Contract, Operation
from mock_server.exchanges.exchange import Exchange

# In the order in which a request passes them.
_PUBLIC = (
    "token",
    "plan",
    "rate_limit",
    "credits",
    "tenant",
    "route",
    "scope",
    "built",
    "body",
    "parameters",
    "idempotency_key",
    "rule",
)
_CONTROL = ("token", "route", "built", "body", "parameters", "rule")
_GUARDS = {"public": _PUBLIC, "control": _CONTROL, "internal": ("token",)}
# The guards that refuse with a code of their own, wherever the request was then.
_BY_CODE = {
    "invalid_token": "token",
    "invalid_install": "token",
    "invalid_client": "token",
    "FEATURE_NOT_IN_PLAN": "plan",
    "LIMIT_EXCEEDED": "plan",
    "rate_limited": "rate_limit",
    "INSUFFICIENT_AI_CREDITS": "credits",
    "AI_CREDITS_CHECK_UNAVAILABLE": "credits",
    "MISSING_ORG_OR_ENTITY": "credits",
    "tenant_scope_violation": "tenant",
    "method_not_allowed": "route",
    "insufficient_scope": "scope",
    "not_implemented": "built",
    "payload_too_large": "body",
    "unsupported_media_type": "body",
    "idempotency_conflict": "idempotency_key",
    "internal_error": "server",
    "service_unavailable": "server",
}
_WRITES = {"POST", "PUT", "PATCH", "DELETE"}
_PARAMETERS = ("/query/", "/path/", "/header/")


def decision_of(exchange: Exchange) -> dict[str, Any] | None:
    """The guard that refused a request, with what the answer says; None where none did."""
    if not exchange.code:
        return None
    told = _told(exchange.answer)
    details = told.get("details")
    first = details[0] if isinstance(details, list) and details else {}
    pointer = told.get("pointer", first.get("pointer"))
    message = first.get("message") if exchange.code == "invalid_request" else None
    message = message or told.get("message")
    return {
        "guard": _decider(exchange, pointer),
        "code": exchange.code,
        "message": message if isinstance(message, str) else None,
        "pointer": pointer if isinstance(pointer, str) else None,
    }


def _decider(exchange: Exchange, pointer: Any) -> str:
    known = _BY_CODE.get(exchange.code)
    if known is not None:
        return known
    if exchange.is_checked:
        return "rule"
    if not exchange.is_routed:
        return "route" if exchange.caller or exchange.plane == "control" else "token"
    is_parameter = isinstance(pointer, str) and pointer.startswith(_PARAMETERS)
    return "parameters" if is_parameter else "body"


def steps_of(exchange: Exchange, operation: Operation | None) -> list[dict[str, str]]:
    """What each guard said, in their order."""
    decision = decision_of(exchange)
    decider = decision["guard"] if decision else ""
    guards = _GUARDS[exchange.plane]
    if decider == "server":
        guards = (*guards, "server")
    steps, is_over = [], False
    for guard in guards:
        if guard == decider:
            verdict, is_over = "refused", True
        elif is_over or (decider == "server" and not _was_reached(guard, exchange)):
            verdict = "not_reached"
        else:
            verdict = _passed(guard, exchange, operation)
        steps.append({"guard": guard, "verdict": verdict})
    return steps


def _was_reached(guard: str, exchange: Exchange) -> bool:
    """Whether a guard was surely asked before the server failed."""
    if exchange.is_checked:
        return guard != "rule"
    if exchange.is_routed:
        return guard in _PUBLIC[:8]
    return False


def _passed(guard: str, exchange: Exchange, operation: Operation | None) -> str:
    is_needed = {
        "tenant": "/orgs/" in exchange.path,
        "credits": operation is None or operation.is_metered,
        "scope": operation is None or bool(operation.scopes),
        "body": exchange.body is not None or bool(operation and operation.is_body_required),
        "idempotency_key": any(name == "idempotency-key" for name, _ in exchange.sent_headers),
        "token": exchange.plane != "control",
        "rule": exchange.is_checked,
        "built": exchange.is_routed,
    }
    if not is_needed.get(guard, True):
        return "not_needed"
    if guard == "idempotency_key":
        if ("idempotency-replayed", "true") in exchange.answer_headers:
            return "replayed"
        return "passed" if operation is None or operation.takes_idempotency_key else "not_needed"
    if guard == "rule" and ("idempotency-replayed", "true") in exchange.answer_headers:
        return "not_reached"
    return "passed"


def pointer_of(exchange: Exchange, contract: Contract, operation: Operation | None) -> str | None:
    """Where a contract describes the answer: the operation's status, or what paths that it lacks get."""
    status = str(exchange.status)
    if operation is None:
        unrouted: Mapping[str, Any] = contract.document.get("x-unrouted-responses", {})
        return f"/x-unrouted-responses/{status}" if status in unrouted else None
    path = operation.path.replace("~", "~0").replace("/", "~1")
    below = f"/paths/{path}/{operation.method.lower()}"
    return f"{below}/responses/{status}" if exchange.status in operation.statuses else below


def scopes_of(exchange: Exchange, contract: Contract, operation: Operation | None) -> dict[str, Any] | None:
    """The scopes that the operation needs, and those that the token lacked."""
    if operation is None or exchange.plane != "public":
        return None
    held = set(covered(exchange, contract)) if exchange.caller else set(operation.scopes)
    return {"required": sorted(operation.scopes), "missing": sorted(operation.scopes - held)}


def covered(exchange: Exchange, contract: Contract) -> Iterator[str]:
    """What was granted to a request's token, bundles and what they stand for."""
    for scope in exchange.caller.granted if exchange.caller else ():
        yield scope
        yield from contract.scope_bundles.get(scope, ())


def _told(answer: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}
