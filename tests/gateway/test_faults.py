"""Faults put into every handler: a failure and a lost store are answered as every operation lists them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

import mock_server.planes
from contract_tests.kit import Operation, built_contract
from mock_server.app import build_app
from mock_server.refused import Refused
from mock_server.storage import Unavailable
from tests.asgi import E1, Client, driver_of, token_for

CONTRACT = built_contract()
# What a request needs that has no example; nothing is made of it.
QUERIES = {"plannedQty": "1"}
BUILT = [operation for operation in CONTRACT.operations.values() if operation.is_built]


class Broken(Exception):
    """The planted failure."""


def _request(operation: Operation) -> tuple[str, Any]:
    url = operation.url(orgId=E1[0], entityId=E1[1])
    required = [p["name"] for p in operation.parameters if p["in"] == "query" and p.get("required")]
    query = "&".join(f"{name}={QUERIES[name]}" for name in required)
    body = CONTRACT.example(operation.id) if operation.has_body else None
    return f"/public/v1{url}{'?' if query else ''}{query}", body


def _failing(handler: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    def fail(call: Any) -> Any:
        # It does its work first; the example may name what the seed does not have.
        with suppress(Refused):
            handler(call)
        raise error

    return fail


def _stored(sandbox: Any) -> list[str]:
    """All that is stored; a report that was kept is no change."""
    return [line for line in driver_of(sandbox).iterdump() if '"report_cache"' not in line]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(Broken("planted"), 500, "internal_error"), (Unavailable("planted"), 503, "service_unavailable")],
    ids=["500", "503"],
)
def test_a_fault_of_the_server_is_answered_as_listed_and_changes_nothing(
    sandbox: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    code: str,
) -> None:
    caplog.set_level(logging.CRITICAL, logger="hellobooks.sandbox")
    handlers_of = mock_server.planes.handlers_of

    def spoilt(contract: Any, resources: Any) -> dict[str, Any]:
        return {name: _failing(each, error) for name, each in handlers_of(contract, resources).items()}

    monkeypatch.setattr(mock_server.planes, "handlers_of", spoilt)
    client = Client(build_app(sandbox), token_for(sandbox))
    before = _stored(sandbox)
    for operation in BUILT:
        path, body = _request(operation)
        answer = client(operation.method, path, body)
        assert (answer.status, answer.json()["error"]) == (status, code), f"{operation.id}: {answer.body!r}"
        assert code in CONTRACT.codes_of(operation.id, status), operation.id
        assert CONTRACT.faults(operation.id, status, answer.json()) == []
        assert CONTRACT.headers_of(operation.id, status) <= answer.headers.keys()
        assert b"planted" not in answer.body
    assert _stored(sandbox) == before


def test_what_has_no_handler_is_what_says_so(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers_of, found = mock_server.planes.handlers_of, set()

    def seen(contract: Any, resources: Any) -> dict[str, Any]:
        handlers: dict[str, Any] = handlers_of(contract, resources)
        found.update(handlers.keys() & CONTRACT.operations.keys())
        return handlers

    monkeypatch.setattr(mock_server.planes, "handlers_of", seen)
    build_app(sandbox)
    assert found == {operation.id for operation in BUILT}
