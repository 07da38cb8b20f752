"""Plan, credits and the order of the guards: of two faults the first in order is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.kit import UNKNOWN, Client, Control, Fixtures, Operation

Caller = Callable[..., Client]
_FREE = ("healthCheck", "getInstallContext")
_NO_PLAN = {"covers_public_api": False}
_NO_CREDITS = {"mode": "metered", "balance": 0, "price_per_request": 1}


@pytest.fixture
def caller(client: Client, control: Control) -> Caller:
    """A caller of a new install with these faults."""

    def make(scopes: list[str] | None = None, **fields: Any) -> Client:
        install = control.install(client.tenant, **fields)
        return client.using(control.token(client.tenant, scopes, install=install))

    return make


@pytest.mark.parametrize("code", ["FEATURE_NOT_IN_PLAN", "LIMIT_EXCEEDED"])
def test_a_plan_without_the_api_is_403_in_the_second_shape(caller: Caller, code: str) -> None:
    refused = caller(plan={"covers_public_api": False, "refusal": code, "name": "starter"}, rate_limit=5)
    for _ in range(7):
        answer = refused.call("healthCheck", expect=403)
        assert answer.json()["success"] is False
        assert answer.json()["error"]["code"] == code
        assert answer.json()["error"]["plan"] == "starter"
        # The refusal shows the budget and does not spend it.
        assert answer.headers["ratelimit-remaining"] == "5"


@pytest.mark.parametrize(
    "plan, higher",
    [("free", "pro"), ("starter", "growth"), ("growth", "scale"), ("scale", None), ("own", None)],
)
def test_a_plan_refusal_offers_a_higher_plan_or_none(caller: Caller, plan: str, higher: str | None) -> None:
    refused = caller(plan={"covers_public_api": False, "name": plan})
    error = refused.call("healthCheck", expect=403).json()["error"]
    assert (error["plan"], error["upgradeTo"]) == (plan, higher)


def test_too_few_credits_are_402(caller: Caller, guarded_operation: Operation) -> None:
    body = caller(credits=_NO_CREDITS).refusal(guarded_operation.id, 402, "INSUFFICIENT_AI_CREDITS")
    assert body["requiredCredits"] == 1
    assert body["creditBalance"] == 0


def test_an_unavailable_check_of_credits_is_503(caller: Caller, guarded_operation: Operation) -> None:
    caller(credits={"mode": "unavailable"}).refusal(guarded_operation.id, 503, "AI_CREDITS_CHECK_UNAVAILABLE")


def test_health_and_the_token_cost_no_credits(caller: Caller) -> None:
    for credits in (_NO_CREDITS, {"mode": "unavailable"}):
        poor = caller(credits=credits)
        for operation_id in _FREE:
            poor.call(operation_id, expect=200)


def test_credits_are_spent_request_by_request(caller: Caller) -> None:
    metered = caller(credits={"mode": "metered", "balance": 2.5, "price_per_request": 1})
    for expected in (200, 200, 402):
        metered.call("listItem", expect=expected)


def test_the_token_comes_before_the_plan(client: Client, control: Control, caller: Caller) -> None:
    install = control.install(client.tenant, plan=_NO_PLAN, status="inactive")
    inactive = client.using(control.token(client.tenant, install=install))
    inactive.refusal("listItem", 401, "invalid_install")


def test_the_plan_comes_before_the_rate_limit(caller: Caller) -> None:
    answer = caller(plan=_NO_PLAN, rate_limit=0).call("listItem", expect=403)
    assert answer.json()["success"] is False


def test_the_rate_limit_comes_before_the_credits(caller: Caller) -> None:
    caller(rate_limit=0, credits=_NO_CREDITS).refusal("listItem", 429, "rate_limited")


def test_the_credits_come_before_the_tenant(caller: Caller) -> None:
    caller(credits=_NO_CREDITS).refusal(
        "listItem", 402, "INSUFFICIENT_AI_CREDITS", orgId="org-of-somebody-else"
    )


def test_the_tenant_comes_before_the_route(client: Client) -> None:
    path = f"{client.target.url}/orgs/org-of-somebody-else/entities/x/nothing"
    assert client.send("GET", path).json()["error"] == "tenant_scope_violation"


def test_the_route_and_the_method_come_before_the_scope(client: Client, control: Control) -> None:
    powerless = client.using(control.token(client.tenant, []))
    url = client.url("listItem")
    assert powerless.send("GET", url + "/x/y").status_code == 404
    assert powerless.send("PUT", url).status_code == 405


def test_the_scope_comes_before_501(client: Client, control: Control, stub: Operation) -> None:
    client.using(control.token(client.tenant, [])).refusal(stub.id, 403, "insufficient_scope")
    body = client.refusal(stub.id, 501, "not_implemented")
    assert body["ticket"]


def test_501_comes_before_the_parameters(client: Client, stub: Operation) -> None:
    client.refusal(stub.id, 501, "not_implemented", query={"colour": "red"})


def test_the_media_type_comes_before_the_parameters(client: Client, fixtures: Fixtures) -> None:
    url = client.url("createWebhookSubscription") + "?colour=red"
    answer = client.send("POST", url, content=b"{", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_the_request_comes_before_the_record(client: Client) -> None:
    client.refusal("getItem", 400, "invalid_request", id="not-a-uuid")
    client.refusal("updateBom", 400, "invalid_request", json={"Colour": "red"})
    client.refusal("updateBom", 404, "not_found", json={"Notes": "none"})


def test_the_record_comes_before_its_revision(client: Client) -> None:
    client.refusal("updateBom", 404, "not_found", json={"Notes": "none"}, headers={"If-Match": '"7"'})


def test_the_revision_comes_before_the_state(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    fixtures.archive(bom)
    stale, current = f'"{bom["Revision"]}"', f'"{fixtures.read(bom)["Revision"]}"'
    change = {"id": bom["id"], "json": {"Notes": "changed"}}
    fixtures.client.refusal("updateBom", 412, "precondition_failed", headers={"If-Match": stale}, **change)
    fixtures.client.refusal(
        "updateBom", 409, "invalid_state_transition", headers={"If-Match": current}, **change
    )


def test_the_state_comes_before_the_content(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    fixtures.archive(bom)
    loop = [{"ItemRefId": bom["ItemRefId"], "Quantity": 1}]
    fixtures.client.refusal("updateBom", 409, "invalid_state_transition", id=bom["id"], json={"Lines": loop})


def test_the_content_comes_before_other_records(fixtures: Fixtures) -> None:
    bom = fixtures.bom(Status="Active")
    loop = [{"ItemRefId": bom["ItemRefId"], "Quantity": 1}]
    body = fixtures.body(ItemRefId=bom["ItemRefId"], Status="Active", Lines=loop)
    fixtures.client.refusal("createBom", 422, "bom_cycle", json=body)
    body["Lines"] = [{"ItemRefId": fixtures.item()["id"], "Quantity": 1}]
    fixtures.client.refusal("createBom", 409, "active_bom_exists", json=body)


def test_idempotency_comes_before_the_record(client: Client, fixtures: Fixtures) -> None:
    key = {"Idempotency-Key": fixtures.label("KEY")}
    first = fixtures.body()
    fixtures.keep(client.call("createBom", expect=201, json=first, headers=key).json())
    unknown = {**first, "ItemRefId": UNKNOWN}
    client.refusal("createBom", 409, "idempotency_conflict", json=unknown, headers=key)
