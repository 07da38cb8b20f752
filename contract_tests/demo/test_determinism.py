"""Two sandboxes with one pinned clock, asked the same in the same order, answer the same (INV-G10)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from contract_tests.kit import UNKNOWN, Client, Contract, Control, Fixtures, Target

_LISTS = (
    "listItem",
    "listVendor",
    "listBoms",
    "getBomCostAnalysis",
    "getBomComponentUsage",
    "listWebhookSubscriptions",
)
_CURSOR = re.compile(rb'"next_cursor":"[^"]+"')


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """What of an answer must repeat: not the request's id, nor a cursor, which the own key signs."""
    content = _CURSOR.sub(rb'"next_cursor":"*"', answer.content)
    kept = ("etag", "location", "idempotency-replayed", "allow", "www-authenticate", "ratelimit-limit")
    return answer.status_code, content, *(answer.headers.get(name) for name in kept)


def play(fixtures: Fixtures) -> Iterator[tuple[Any, ...]]:
    """A day of an integrator, mistakes included."""
    client = fixtures.client
    for operation_id in ("healthCheck", "getInstallContext", *_LISTS):
        yield told(client.call(operation_id))
    first = client.call("createBom", json=fixtures.body(), headers={"Idempotency-Key": "first"})
    yield told(first)
    bom = first.json()
    yield told(client.call("createBom", json=fixtures.body(Status="Active", BomNumber="OWN-1")))
    yield told(client.call("updateBom", id=bom["id"], json={"Notes": "changed"}, headers={"If-Match": '"1"'}))
    yield told(client.call("updateBom", id=bom["id"], json={"Notes": "again"}, headers={"If-Match": '"1"'}))
    yield told(client.call("archiveBoms", json={"ids": [bom["id"]]}))
    yield told(client.call("createBom", json={"Name": 1}))
    yield told(client.call("getBom", id=UNKNOWN))
    body = {"topics": ["BOM.created", "bom.created"], "target_url": "https://example.com/hooks"}
    yield told(client.call("createWebhookSubscription", json=body))
    yield told(client.using("x").call("getInstallContext"))
    for operation_id in _LISTS:
        yield told(client.call(operation_id))
        if operation_id != "listWebhookSubscriptions":
            yield told(client.call(operation_id, query={"limit": 2}))


def test_two_sandboxes_tell_the_same(
    start: Callable[..., Target], contract: Contract, http: httpx.Client
) -> None:
    days = []
    for target in (start(), start()):
        client = Client(target, contract, http, target.tenant.token)
        assert target.control is not None
        fixtures = Fixtures(client, Control(target.control, http), "SAME", itertools.count(1))
        days.append(list(play(fixtures)))
    assert len(days[0]) > 20
    for first, second in zip(*days, strict=True):
        assert first == second
