"""What HelloBooks asks of those who register interest, as far as the log knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson

from mock_server.contract import Contract, Operation
from mock_server.exchanges.exchange import Exchange
from mock_server.wire import instant

_SUBSCRIBES = "createWebhookSubscription"
_FETCHES = "listPullEvents"
_READS = {"GET", "HEAD"}
# What is on the gateway itself is nothing that anybody registers interest in.
_GATEWAY = {"Account", "Webhook subscriptions"}


def interest(exchanges: Iterable[Exchange], contract: Contract) -> dict[str, Any]:
    """Resources, operations, scopes, news and volumes of the requests that found an operation."""
    known = [
        (each, contract.operations[each.operation])
        for each in exchanges
        if each.plane == "public" and each.operation in contract.operations
    ]
    resources = _resources([pair for pair in known if pair[1].tag not in _GATEWAY])
    moments = [each.at for each, _ in known]
    return {
        "from": _moment(min(moments)) if moments else None,
        "to": _moment(max(moments)) if moments else None,
        "resources": resources,
        "scopes": sorted({scope for _, operation in known for scope in operation.scopes}),
        **_news(known),
        "volumes": _volumes(known),
    }


def _resources(known: list[tuple[Exchange, Operation]]) -> list[dict[str, Any]]:
    by_tag: dict[str, list[tuple[Exchange, Operation]]] = {}
    for pair in known:
        by_tag.setdefault(pair[1].tag, []).append(pair)
    found = []
    for tag, pairs in sorted(by_tag.items()):
        asked = Counter(operation.id for _, operation in pairs)
        refused = Counter(operation.id for each, operation in pairs if each.code)
        operations = {operation.id: operation for _, operation in pairs}
        found.append(
            {
                "resource": tag,
                "access": _access(operations.values()),
                "scopes": sorted({scope for each in operations.values() for scope in each.scopes}),
                "operations": [
                    {
                        "operation_id": name,
                        "stage": operations[name].stage,
                        "requests": count,
                        "refused": refused[name],
                    }
                    for name, count in sorted(asked.items())
                ],
            }
        )
    return found


def _access(operations: Iterable[Operation]) -> str:
    """Read only; its whole life where records are made and then changed or ended; or some changes."""
    writes = [each for each in operations if each.method not in _READS]
    if not writes:
        return "read only"
    made = [each for each in writes if each.success == 201]
    return "full lifecycle" if made and len(writes) > len(made) else "changes"


def _news(known: list[tuple[Exchange, Operation]]) -> dict[str, Any]:
    topics: set[str] = set()
    is_pushed = is_fetched = False
    lists: Counter[tuple[str, str]] = Counter()
    for each, operation in known:
        if operation.id == _SUBSCRIBES and each.status < 300:
            body = orjson.loads(each.answer)
            topics.update(body["topics"])
            is_pushed = is_pushed or body.get("target_url") is not None
        is_fetched = is_fetched or operation.id == _FETCHES
        if b"updatedSince=" in each.query:
            lists[operation.id, each.path] += 1
    # Once is a first synchronisation; who asks again for what has changed since polls.
    is_polled = any(count > 1 for count in lists.values())
    if is_pushed:
        news = "webhooks and polling" if is_polled else "webhooks"
    elif is_fetched:
        news = "fetched events"
    else:
        news = "polling" if is_polled else "none"
    return {"news": news, "topics": sorted(topics)}


def _volumes(known: list[tuple[Exchange, Operation]]) -> dict[str, Any]:
    reads = sum(each.method in _READS for each, _ in known)
    minutes = Counter(each.at // 60 for each, _ in known)
    moments = [each.at for each, _ in known]
    return {
        "requests": len(known),
        "reads": reads,
        "writes": len(known) - reads,
        "busiest_minute": max(minutes.values(), default=0),
        "seconds": round(max(moments) - min(moments), 3) if moments else 0,
    }


def _moment(at: float) -> str:
    return instant(datetime.fromtimestamp(at, UTC))
