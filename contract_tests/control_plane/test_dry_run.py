"""A dry run of a write answers what the write answers, does nothing, and says what it would have done."""

from __future__ import annotations

import httpx
import pytest

from contract_tests.kit import Case, Control, Fixtures, Record, Target
from contract_tests.records import BOM_REFUSALS

# Only a sandbox knows of it.
pytestmark = pytest.mark.usefixtures("control")
DRY = {"X-Sandbox-Dry-Run": "true"}
# Operations of the register that only read are no writes.
_REFUSED = [case for case in BOM_REFUSALS if not case[0].startswith(("get", "list"))]


def outcome(target: Target, answer: httpx.Response) -> Record:
    """What a dry run would have done."""
    headers = answer.headers
    assert headers["x-sandbox-dry-run"] == "applied"
    found = httpx.get(f"{target.control}/dry-runs/{headers['x-request-id']}", trust_env=False)
    assert found.status_code == 200, found.text
    told: Record = found.json()
    return told


@pytest.mark.parametrize("case", _REFUSED, ids=lambda case: "-".join(map(str, case)))
def test_what_would_be_refused_of_a_bom_is_refused_the_same_way(fixtures: Fixtures, case: Case) -> None:
    request = BOM_REFUSALS[case](fixtures)
    headers = {**request.pop("headers", {}), **DRY}
    dry = fixtures.client.refusal(*case, headers=headers, **request)
    del headers["X-Sandbox-Dry-Run"]
    assert fixtures.client.refusal(*case, headers=headers, **request) == dry


def test_a_new_cost_is_told_of_every_bom_that_it_reaches(fixtures: Fixtures, target: Target) -> None:
    part = fixtures.bom(Status="Active")
    whole = fixtures.bom(Status="Active", Lines=[{"ItemRefId": part["ItemRefId"], "Quantity": 3}])
    body = {"Lines": [{"ItemRefId": part["Lines"][0]["ItemRefId"], "Quantity": 5}]}
    told = outcome(
        target, fixtures.client.call("updateBom", expect=200, id=part["id"], json=body, headers=DRY)
    )
    after = {(each["record_id"], each["pointer"]): each["after"] for each in told["cost_changes"]}
    assert fixtures.read(whole) == whole
    fixtures.client.call("updateBom", expect=200, id=part["id"], json=body)
    for record in (fixtures.read(part), fixtures.read(whole)):
        assert after[record["id"], "/UnitCost"] == record["UnitCost"]


def test_no_key_is_kept_and_one_that_is_kept_answers(fixtures: Fixtures) -> None:
    client, headers = fixtures.client, {"Idempotency-Key": fixtures.label("KEY")}
    body = fixtures.body()
    dry = client.call("createBom", expect=201, json=body, headers={**headers, **DRY})
    assert "idempotency-replayed" not in dry.headers
    other = {**body, "Name": fixtures.label()}
    real = client.call("createBom", expect=201, json=other, headers=headers)
    fixtures.keep(real.json())
    again = client.call("createBom", expect=201, json=other, headers={**headers, **DRY})
    assert (again.content, again.headers["idempotency-replayed"]) == (real.content, "true")
    client.refusal("createBom", 409, "idempotency_conflict", json=body, headers={**headers, **DRY})


def test_no_credits_are_charged_and_too_few_are_told(fixtures: Fixtures, control: Control) -> None:
    credits = {"mode": "metered", "balance": 10, "price_per_request": 10}
    install = control.install(fixtures.client.tenant, credits=credits)
    client = fixtures.client.using(control.token(fixtures.client.tenant, install=install))
    body = fixtures.body()
    for _ in range(2):
        client.call("createBom", expect=201, json=body, headers=DRY)
    assert control.send("GET", f"/installs/{install}")["credits"]["balance"] == 10
    fixtures.keep(client.call("createBom", expect=201, json=body).json())
    client.refusal("createBom", 402, "INSUFFICIENT_AI_CREDITS", json=body, headers=DRY)


def test_a_subscription_is_not_made_and_a_receiver_is_not_asked(fixtures: Fixtures, target: Target) -> None:
    client = fixtures.client
    before = client.call("listWebhookSubscriptions", expect=200).json()
    body = {"topics": ["bom.created"], "target_url": "https://example.com/hooks"}
    client.call("createWebhookSubscription", expect=201, json=body, headers=DRY)
    assert client.call("listWebhookSubscriptions", expect=200).json() == before
    webhook = fixtures.webhook()
    answer = client.call("verifyWebhookSubscription", expect=200, id=webhook["id"], headers=DRY)
    assert (answer.json()["verified"], answer.json()["response_status"]) == (False, None)
    sent = client.call("sendWebhookTestEvent", expect=200, id=webhook["id"], headers=DRY)
    assert [event["topic"] for event in outcome(target, sent)["events"]] == ["webhook.test"]
    query = {"webhookId": webhook["id"]}
    assert client.call("listWebhookDeliveries", expect=200, query=query).json()["deliveries"] == []
    client.call("deleteWebhookSubscription", expect=200, id=webhook["id"], headers=DRY)
    assert webhook["id"] in client.call("listWebhookSubscriptions", expect=200).text


@pytest.mark.parametrize("value", ["", "1", "True", "yes", "true, true"])
def test_a_value_that_says_neither_is_refused(fixtures: Fixtures, value: str) -> None:
    told = fixtures.client.refusal(
        "createBom", 400, "invalid_request", json=fixtures.body(), headers={"X-Sandbox-Dry-Run": value}
    )
    assert told["details"] == [{"pointer": "/header/X-Sandbox-Dry-Run", "message": "must be true or false"}]


def test_false_does_the_write_and_a_read_is_as_always(fixtures: Fixtures) -> None:
    made = fixtures.client.call(
        "createBom", expect=201, json=fixtures.body(), headers={"X-Sandbox-Dry-Run": "false"}
    )
    assert "x-sandbox-dry-run" not in made.headers
    fixtures.keep(made.json())
    for value in ("true", "perhaps"):
        headers = {"X-Sandbox-Dry-Run": value}
        read = fixtures.client.call("getBom", expect=200, id=made.json()["id"], headers=headers)
        assert "x-sandbox-dry-run" not in read.headers


def test_a_dry_run_takes_part_in_faults(fixtures: Fixtures, target: Target) -> None:
    headers = {**DRY, "X-Sandbox-Fault": "status=429; retry-after=3"}
    answer = fixtures.client.call("createBom", expect=429, json=fixtures.body(), headers=headers)
    assert (answer.headers["retry-after"], answer.headers["x-sandbox-dry-run"]) == ("3", "applied")


@pytest.mark.parametrize("request_id", ["5f3a9c1e-0000002a", "no-such"])
def test_an_unknown_dry_run_is_404(target: Target, control: Control, request_id: str) -> None:
    assert httpx.get(f"{target.control}/dry-runs/{request_id}", trust_env=False).status_code == 404


def test_a_dry_run_is_of_its_workspace(control: Control, target: Target) -> None:
    made = control.send("POST", "/workspaces", {"seed": "demo"})
    token = made["tokens"][0]
    base = f"{target.url}/orgs/{token['org_ref_id']}/entities/{token['entity_ref_id']}"
    headers = {"Authorization": f"Bearer {token['access_token']}", **DRY}
    body = {"topics": ["bom.created"], "delivery_mode": "pull"}
    try:
        answer = httpx.post(f"{base}/webhooks", json=body, headers=headers, trust_env=False)
        assert (answer.status_code, answer.headers["x-sandbox-dry-run"]) == (201, "applied")
        path = f"/dry-runs/{answer.headers['x-request-id']}"
        told = control.send("GET", f"/workspaces/{made['id']}{path}")
        assert told["operation_id"] == "createWebhookSubscription"
        assert httpx.get(f"{target.control}{path}", trust_env=False).status_code == 404
    finally:
        control.send("DELETE", f"/workspaces/{made['id']}")
