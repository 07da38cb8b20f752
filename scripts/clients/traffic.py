"""Requests to a sandbox and its answers, written down for validators of others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from contract_tests.kit import Target
from scripts.contract import calls, resolved

_AT_ONCE = 5


class Exchange(NamedTuple):
    """One request and its answer."""

    operation: str
    method: str
    path: str
    query: str
    status: int
    headers: dict[str, str]
    body: Any


def record(document: dict[str, Any], target: Target) -> list[Exchange]:
    """Every read of the contract on the seeded records, a few of each kind, and some refusals."""
    found: list[Exchange] = []
    tenant = target.tenant
    headers = {"Authorization": f"Bearer {tenant.token}"}
    ids: dict[str, list[str]] = {}
    with httpx.Client(base_url=target.url, headers=headers) as http:
        reads = [call for call in calls(document) if call.method == "get"]
        for call in sorted(reads, key=lambda call: "{id}" in call.path or "{itemId}" in call.path):
            kind = call.path.split("{entityId}/")[-1].split("/")[0]
            names = {str(resolved(document, each)["name"]) for each in call.parameters}
            query = {"plannedQty": "10"} if "plannedQty" in names else {}
            for path in _paths(call.path, tenant.org, tenant.entity, ids, kind):
                answer = http.get(path, params=query)
                body = answer.json()
                found.append(
                    Exchange(
                        call.operation["operationId"],
                        "get",
                        path,
                        answer.url.query.decode(),
                        answer.status_code,
                        dict(answer.headers),
                        body,
                    )
                )
                if answer.status_code == 200 and "{id}" not in call.path:
                    listed = next((value for value in body.values() if isinstance(value, list)), [])
                    ids.setdefault(kind, []).extend(
                        str(each["id"]) for each in listed if isinstance(each, dict) and "id" in each
                    )
    return found


def _paths(path: str, org: str, entity: str, ids: dict[str, list[str]], kind: str) -> list[str]:
    path = path.replace("{orgId}", org).replace("{entityId}", entity)
    if "{itemId}" in path:
        return [path.replace("{itemId}", each) for each in ids.get("item", [])]
    if "{" not in path:
        return [path]
    if path.count("{") == 1 and "{id}" in path:
        return [path.replace("{id}", each) for each in ids.get(kind, [])[: 4 * _AT_ONCE]]
    return []


def write(exchanges: list[Exchange], file: Path) -> None:
    """Writes them down, one a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(each._asdict()) + "\n" for each in exchanges))
