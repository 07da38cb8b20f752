"""Why a request was answered as it was, in plain words, with the place in the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_WORDS = {
    "token": "the token",
    "plan": "the plan",
    "rate_limit": "the rate limit",
    "credits": "the credits",
    "tenant": "organisation and entity in the path",
    "route": "path and method",
    "scope": "the scopes",
    "built": "whether it works yet",
    "body": "the body",
    "parameters": "the parameters",
    "idempotency_key": "the Idempotency-Key",
    "rule": "the rules",
    "server": "the server itself",
}
_MAX = 20
_QUESTION = re.compile(r"\bQ-[0-9]{3}\b")


async def explain_request(server: Any, request_id: str) -> dict[str, Any]:
    """A request of the log, and `explanation`: the words, a line each."""
    # Loaded where it is needed.
    from mock_server.contract import read_document
    from mock_server.forwarding import asked
    from mock_server.settings import BUILT

    request = await asked(server, "GET", f"/requests/{request_id}")
    is_control = request["plane"] == "control"
    document = read_document(BUILT / ("sandbox-openapi.json" if is_control else "openapi.json"))
    return {**request, "explanation": list(lines_of(request, document))}


def lines_of(request: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    """What came, who refused it and why, what changed, and where the contract says so."""
    operation = f" ({request['operation_id']})" if request["operation_id"] else ""
    code = f" {request['code']}" if request["code"] else ""
    yield f"{request['method']} {request['path']}{operation}"
    yield f"answered {request['status']}{code} in {request['duration_ms']:.1f} ms, at {request['at']}."
    yield ""
    yield from _way(request)
    yield from _effects(request)
    yield from _place(request, document)


def _way(request: Mapping[str, Any]) -> Iterator[str]:
    by_verdict: dict[str, list[str]] = {}
    for step in request["trace"]:
        by_verdict.setdefault(step["verdict"], []).append(_WORDS[step["guard"]])
    if passed := by_verdict.get("passed"):
        yield f"Passed: {', '.join(passed)}."
    if "replayed" in by_verdict:
        yield "The Idempotency-Key was known: the first answer was sent again, and nothing was done."
    decision = request["decision"]
    if decision is None:
        return
    at = f" at {decision['pointer']}" if decision["pointer"] else ""
    yield f"Refused by: {_WORDS[decision['guard']]}, with {decision['code']}{at}."
    if decision["message"]:
        yield f"It said: {decision['message']}"
    missing = (request["scopes"] or {}).get("missing")
    if missing and decision["guard"] == "scope":
        yield f"The token lacks {', '.join(missing)}."
    if skipped := by_verdict.get("not_reached"):
        yield f"Not asked any more: {', '.join(skipped)}."


def _effects(request: Mapping[str, Any]) -> Iterator[str]:
    records, events = request["records"], request["events"]
    for record in records[:_MAX]:
        name = record["number"] or record["id"]
        yield f"Changed: {record['kind'].replace('_', ' ')} {name}, now revision {record['revision']}."
    if len(records) > _MAX:
        yield f"Changed: {len(records) - _MAX} more."
    for event in events[:_MAX]:
        yield f"Fired: {event['topic']} {event['event_id']}."
    if len(events) > _MAX:
        yield f"Fired: {len(events) - _MAX} more."
    if not records and not events and request["method"] not in {"GET", "HEAD"}:
        yield "Nothing has changed." if request["code"] else "No record was changed, and no event was fired."


def _place(request: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    pointer = request["contract_pointer"]
    if pointer is None:
        return
    yield ""
    yield f"In the contract: {pointer}"
    answer = _at(document, pointer)
    answer = answer if isinstance(answer, Mapping) else {}
    if answer.get("description"):
        yield f"  {answer['description']}"
    operation = _at(document, pointer.partition("/responses/")[0])
    if not isinstance(operation, Mapping) or "operationId" not in operation:
        return
    for citation in operation.get("x-citations", ()):
        yield f"Published: {citation['page']}, {citation['date']}: {citation['fact']}"
    if operation.get("x-provenance") == "assumed":
        yield "Assumed: HelloBooks has not published it."
    told = f"{operation.get('description', '')} {answer.get('description', '')}"
    asked = set(_QUESTION.findall(told))
    for question in document.get("x-questions", ()):
        if question["id"] in asked or operation["operationId"] in question.get("shows_in", ()):
            yield f"Open question {question['id']}: {question['question']}"


def _at(document: Mapping[str, Any], pointer: str) -> Any:
    """What stands at a JSON pointer, references followed."""
    node: Any = document
    for part in pointer.split("/")[1:]:
        if not isinstance(node, Mapping):
            return None
        node = node.get(part.replace("~1", "/").replace("~0", "~"))
        while isinstance(node, Mapping) and "$ref" in node:
            node = _at(document, node["$ref"].removeprefix("#"))
    return node
