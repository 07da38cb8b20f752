"""Exchanges as the control plane shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from mock_server.contract import Contract, Operation
from mock_server.exchanges.exchange import Exchange
from mock_server.exchanges.trace import decision_of, pointer_of, scopes_of, steps_of
from mock_server.wire import instant

Contracts = Mapping[str, Contract]


def operation_of(exchange: Exchange, contracts: Contracts) -> Operation | None:
    """The operation that a request was meant for."""
    return contracts[exchange.plane].operations.get(exchange.operation or "")


def summary(exchange: Exchange) -> dict[str, Any]:
    """A request and what came of it, in short."""
    caller = exchange.caller
    return {
        "request_id": exchange.id,
        "at": instant(datetime.fromtimestamp(exchange.at, UTC)),
        "plane": exchange.plane,
        "method": exchange.method,
        "path": exchange.path,
        "query": exchange.query.decode("latin-1"),
        "operation_id": exchange.operation,
        "status": exchange.status,
        "code": exchange.code or None,
        "duration_ms": round(exchange.seconds * 1000, 3),
        "token_id": caller.token_id if caller else None,
        "install_id": caller.install_id if caller else None,
        "records": [each._asdict() for each in exchange.records],
        "events": [
            {"event_id": each.id, "topic": each.topic, "record_id": each.record_id}
            for each in exchange.events
        ],
    }


def detail(exchange: Exchange, contracts: Contracts) -> dict[str, Any]:
    """A request with its answer, and why it was answered so."""
    contract, operation = contracts[exchange.plane], operation_of(exchange, contracts)
    answer = exchange.answer.decode("utf-8", "replace") if exchange.answer else None
    return {
        **summary(exchange),
        "request": {"headers": _headers(exchange.sent_headers), "body": exchange.text},
        "response": {"headers": _headers(exchange.answer_headers), "body": answer},
        "trace": steps_of(exchange, operation),
        "decision": decision_of(exchange),
        "scopes": scopes_of(exchange, contract, operation),
        "contract_pointer": pointer_of(exchange, contract, operation),
    }


def _headers(lines: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in lines]
