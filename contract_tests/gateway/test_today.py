"""The sandbox as the gateway is today: what is planned is not found, what is live works."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from contract_tests.kit import Client, Contract, Target, sandbox

_TODAY = {"live", "stub"}


@pytest.fixture(scope="module")
def gateway(pytestconfig: pytest.Config) -> Iterator[Target]:
    """A sandbox of the stage `today`."""
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts a sandbox of its own; the target here is another server")
    with sandbox(stage="today") as target:
        yield target


@pytest.fixture
def caller(gateway: Target, contract: Contract, http: httpx.Client) -> Client:
    """Its caller."""
    paths = {
        path: {
            method: node
            for method, node in item.items()
            if "x-stage" not in node or node["x-stage"] in _TODAY
        }
        for path, item in contract.document["paths"].items()
    }
    return Client(gateway, Contract({**contract.document, "paths": paths}), http, gateway.tenant.token)


Send = Callable[[str, str], httpx.Response]


@pytest.fixture
def send(caller: Client, contract: Contract) -> Send:
    """Sends a request to an operation, whatever its stage."""

    def ask(operation_id: str, method: str) -> httpx.Response:
        operation = contract.operations[operation_id]
        path = operation.url(orgId=caller.tenant.org, entityId=caller.tenant.entity)
        return caller.send(method, caller.target.url + path)

    return ask


def test_planned_operations_are_not_found(caller: Client, contract: Contract, send: Send) -> None:
    planned = [op for op in contract.operations.values() if op.stage == "planned"]
    assert len(planned) > 40
    for operation in planned:
        answer = send(operation.id, operation.method)
        assert answer.status_code == 404, operation.id
        assert answer.json()["error"] == "not_found"


def test_what_is_live_works_and_stubs_answer_501(caller: Client, contract: Contract) -> None:
    for operation in contract.operations.values():
        if operation.stage == "stub":
            assert caller.refusal(operation.id, 501, "not_implemented")["ticket"]
    for operation_id in (
        "healthCheck",
        "getInstallContext",
        "listWebhookSubscriptions",
        "listWebhookTopics",
        "listItem",
        "listVendor",
    ):
        caller.call(operation_id, expect=200)


def test_manufacturing_topics_can_be_subscribed_to(caller: Client) -> None:
    body = {"topics": ["work_order.released", "bom.created"], "target_url": "https://example.com/hooks"}
    made = caller.call("createWebhookSubscription", expect=201, json=body).json()
    assert caller.call("deleteWebhookSubscription", id=made["id"]).json()["modified"] == 1


def test_a_foreign_tenant_is_still_refused_first(caller: Client) -> None:
    answer = caller.send("GET", f"{caller.target.url}/orgs/org-of-somebody-else/entities/x/boms")
    assert answer.status_code == 403


def test_a_planned_path_without_a_token_is_401(caller: Client) -> None:
    place = f"/orgs/{caller.tenant.org}/entities/{caller.tenant.entity}"
    assert caller.using(None).send("GET", f"{caller.target.url}{place}/boms").status_code == 401
