"""Exchanges as a workflow of Arazzo 1.0: operations, what each is given, and what it should answer."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from mock_server.contract import Contract, Operation
from mock_server.exchanges.exchange import Exchange
from mock_server.exchanges.har import origin_of
from mock_server.exchanges.stories import Step, story_of
from mock_server.wire import dumps

_SOURCE = "hellobooks"
# Given as the body's media type, not as a parameter.
_TOKEN = {"name": "Authorization", "in": "header", "value": "Bearer {$inputs.token}"}


def arazzo_of(exchanges: list[Exchange], contract: Contract) -> bytes:
    """One workflow; what found no operation of the public API has no place in it and is left out."""
    fitting = [
        each
        for each in exchanges
        if each.plane == "public" and each.operation in contract.operations and each.method != "HEAD"
    ]
    steps: list[dict[str, Any]] = []
    known: dict[str, str] = {}
    for step in story_of(fitting):
        operation = contract.operations[step.exchange.operation or ""]
        name = f"{operation.id}-{step.number}"
        steps.append({"stepId": name, **_step(step, operation, known)})
        if step.made is not None:
            known[step.made] = f"$steps.{name}.outputs.id"
    origin = origin_of(exchanges[-1]) if exchanges else "http://127.0.0.1:8080"
    return dumps(
        {
            "arazzo": "1.0.1",
            "info": {
                "title": "Requests of a HelloBooks sandbox",
                "summary": "What was asked, in its order, and how it was answered.",
                "description": "Each step is one request; ids of new records come from earlier steps.",
                "version": contract.version,
            },
            "sourceDescriptions": [{"name": _SOURCE, "url": f"{origin}/openapi.json", "type": "openapi"}],
            "workflows": [_workflow(steps)] if steps else [],
        }
    )


def _workflow(steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "workflowId": "recorded",
        "summary": "The requests as they were recorded.",
        "description": "For a sandbox that is as the other was before the first of them.",
        "inputs": {
            "type": "object",
            "required": ["token"],
            "properties": {"token": {"type": "string", "description": "An access token."}},
        },
        "steps": steps,
    }


def _step(step: Step, operation: Operation, known: dict[str, str]) -> dict[str, Any]:
    exchange = step.exchange
    made: dict[str, Any] = {
        "description": f"{operation.method} {operation.path}: {exchange.status} {exchange.code}".strip(),
        "operationId": operation.id,
        "parameters": [*([_TOKEN] if step.is_authorized else []), *_parameters(step, operation, known)],
    }
    if exchange.body:
        payload = _payload(exchange.body)
        kind = dict(step.headers).get("content-type", "application/json")
        made["requestBody"] = {"contentType": kind, "payload": _with_known(payload, known)}
    made["successCriteria"] = [{"condition": f"$statusCode == {exchange.status}"}]
    if exchange.code and exchange.status != 403:
        made["successCriteria"].append({"condition": f"$response.body#/error == '{exchange.code}'"})
    if step.made is not None:
        made["outputs"] = {"id": "$response.body#/id"}
    if not made["parameters"]:
        del made["parameters"]
    return made


def _parameters(step: Step, operation: Operation, known: dict[str, str]) -> list[dict[str, Any]]:
    exchange = step.exchange
    # The operation's path is the end of the one that was asked for.
    template = operation.path.strip("/").split("/")
    asked = exchange.path.strip("/").split("/")[-len(template) :]
    found = [
        ("path", part[1:-1], value)
        for part, value in zip(template, asked, strict=False)
        if part.startswith("{")
    ]
    query = parse_qsl(exchange.query.decode("latin-1"), keep_blank_values=True, max_num_fields=10_000)
    found += [("query", name, value) for name, value in query]
    sent = dict(step.headers)
    names = {each.name for each in operation.parameters if each.location == "header"}
    found += [("header", name, sent[name.lower()]) for name in sorted(names) if name.lower() in sent]
    values = {(place, name): value for place, name, value in found}
    return [
        {"name": name, "in": place, "value": _with_known(value, known)}
        for (place, name), value in values.items()
    ]


def _payload(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _refused(name: str) -> None:
    raise ValueError(name)


def _with_known(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, dict):
        return {name: _with_known(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_known(each, known) for each in value]
    return value
