"""With a pinned clock 500 calls get the same answers, byte for byte, whatever the database is (INV-G10)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest

from contract_tests.kit import (
    Client,
    Contract,
    Control,
    Fixtures,
    Record,
    Target,
    database_server,
    new_schema,
    sandbox,
)

CALLS = 500
PINNED = {"pinned_at": "2026-06-15T06:30:00Z"}
# What goes by the machine's time.
_PASSED_OVER = ("date", "ratelimit")
_TIMED = re.compile(rb'"(webhook-timestamp|webhook-signature|wall_now)":"[^"]*"')


class Recorder(httpx.BaseTransport):
    """Keeps every answer as it came."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.told: list[Any] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request, and keeps what is answered."""
        response = self._inner.handle_request(request)
        body = response.read()
        # Where it is: workspaces differ, the rest of a path does not.
        headers = [
            (name, re.sub(r"/workspaces/[a-z0-9-]+", "", value))
            for name, value in sorted(response.headers.items())
            if not name.startswith(_PASSED_OVER)
        ]
        path = re.sub(r"/workspaces/[a-z0-9-]+", "", request.url.raw_path.decode())
        told = _TIMED.sub(rb'"\1":"*"', body)
        self.told.append((request.method, path, response.status_code, headers, told))
        return httpx.Response(response.status_code, headers=response.headers, content=body, request=request)

    def close(self) -> None:
        """Closes the connections."""
        self._inner.close()


def recorded(target: Target, contract: Contract, workspace: str) -> list[Any]:
    """The answers of a workspace to the run, from its beginning."""
    assert target.control is not None
    transport = Recorder()
    with httpx.Client(transport=transport, timeout=60) as http:
        root = Control(target.control, http)
        made = root.send("POST", "/workspaces", {"id": workspace, "clock": PINNED, "expires_in": 600})
        token = made["tokens"][0]["access_token"]
        plane = f"{target.control}/workspaces/{workspace}"
        own = replace(target, tenant=replace(target.tenant, token=token), control=plane)
        fixtures = Fixtures(
            Client(own, contract, http, token), Control(plane, http), "RUN", itertools.count(1)
        )
        transport.told.clear()
        for _ in a_day(fixtures):
            if len(transport.told) >= CALLS:
                break
    return transport.told[:CALLS]


def a_day(fixtures: Fixtures) -> Iterator[None]:
    """Ever more calls of an integrator, mistakes included."""
    client, control = fixtures.client, fixtures.control
    assert control is not None
    body = {"topics": ["bom.created", "bom.updated"], "delivery_mode": "pull"}
    hook = client.call("createWebhookSubscription", expect=201, json=body).json()
    for number in itertools.count(1):
        part = fixtures.item()
        bom = fixtures.bom(Status="Active", Lines=[{"ItemRefId": part["id"], "Quantity": number}])
        yield
        fixtures.update(bom, Notes=f"Round {number}")
        client.call("updateBom", id=bom["id"], json={"Notes": "stale"}, headers={"If-Match": '"1"'})
        client.call("createBom", json={"Name": number})
        adjustment = {"ItemRefId": part["id"], "Quantity": 100 * number, "UnitCost": 3.5}
        path = f"/orgs/{client.tenant.org}/entities/{client.tenant.entity}/stock-adjustments"
        control.send("POST", path, adjustment)
        order = ordered(client, bom, number)
        client.call("releaseWorkOrder", expect=200, id=order["id"])
        yield
        done = {"CompletedQuantity": 1}
        client.call("completeWorkOrder", expect=200, id=order["id"], json=done)
        client.call("completeWorkOrder", id=order["id"], json=done)
        for name in ("listItem", "listBoms", "listWorkOrders", "listWebhookSubscriptions"):
            client.call(name, query={"limit": 2} if name != "listWebhookSubscriptions" else None)
        client.call("getJobCostingReport", query={"from": "2026-06-01", "to": "2026-06-15"})
        client.call("listPullEvents", expect=200, id=hook["id"])
        control.advance_clock(60)
        yield


def ordered(client: Client, bom: Record, number: int) -> Record:
    """A work order, asked for twice with one key."""
    body = {"ItemRefId": bom["ItemRefId"], "BomRefId": bom["id"], "PlannedQuantity": 1}
    key = {"Idempotency-Key": f"order-{number}"}
    made: Record = client.call("createWorkOrder", expect=201, json=body, headers=key).json()
    client.call("createWorkOrder", expect=201, json=body, headers=key)
    return made


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Target]]:
    """A server on SQLite, and one on PostgreSQL where there is one."""
    with ExitStack() as opened:
        options = ["--data-dir", str(tmp_path_factory.mktemp("data"))]
        started = [opened.enter_context(sandbox(clock=None, options=options))]
        if (server := database_server()) is not None:
            schema = opened.enter_context(new_schema(server))
            started.append(opened.enter_context(sandbox(clock=None, database=schema)))
        yield started


def test_a_run_gets_the_same_answers_in_every_workspace(databases: list[Target], contract: Contract) -> None:
    first, *others = [
        recorded(target, contract, f"run-{number}") for target in databases for number in range(2)
    ]
    assert len(first) == CALLS
    for other in others:
        for number, (one, two) in enumerate(zip(first, other, strict=True)):
            assert one == two, f"call {number}"
