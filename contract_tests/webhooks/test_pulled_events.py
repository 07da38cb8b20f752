"""Events that a client fetches: oldest first, as often as it likes, signed when they are handed over."""

from __future__ import annotations

from typing import Any

import pytest
from standardwebhooks import Webhook

from contract_tests.kit import Client, Fixtures, Record


@pytest.fixture
def pulled(fixtures: Fixtures) -> Record:
    """A pull subscription to what happens to BOMs."""
    body = {"topics": ["bom.created", "bom.updated", "bom.archived"], "delivery_mode": "pull"}
    made: Record = fixtures.client.call("createWebhookSubscription", expect=201, json=body).json()
    return made


def page(client: Client, webhook: Record, **query: Any) -> Record:
    """One page of events."""
    found: Record = client.call("listPullEvents", expect=200, id=webhook["id"], query=query).json()
    return found


def test_events_come_oldest_first_as_often_as_they_are_asked_for(fixtures: Fixtures, pulled: Record) -> None:
    client = fixtures.client
    bom = fixtures.bom()
    changed = fixtures.update(bom, Notes="x")
    first = page(client, pulled)
    assert [event["topic"] for event in first["events"]] == ["bom.created", "bom.updated"]
    bodies = [
        Webhook(pulled["signing_secret"]).verify(event["body"], event["headers"]) for event in first["events"]
    ]
    assert [body["data"]["bom"] for body in bodies] == [bom, changed]
    assert [body["event_id"] for body in bodies] == [event["event_id"] for event in first["events"]]
    again = page(client, pulled)
    assert [event["delivery_id"] for event in again["events"]] == [
        event["delivery_id"] for event in first["events"]
    ]


def test_the_cursor_is_the_last_event_that_was_handled(fixtures: Fixtures, pulled: Record) -> None:
    client = fixtures.client
    fixtures.update(fixtures.bom(), Notes="x")
    first = page(client, pulled, limit=1)
    assert (len(first["events"]), first["has_more"]) == (1, True)
    assert first["next_cursor"] == first["events"][0]["delivery_id"]
    second = page(client, pulled, limit=1, after=first["next_cursor"])
    assert [event["topic"] for event in second["events"]] == ["bom.updated"]
    assert second["has_more"] is False
    empty = page(client, pulled, after=second["next_cursor"])
    assert (empty["events"], empty["next_cursor"]) == ([], second["next_cursor"])
    fixtures.bom()
    assert len(page(client, pulled, after=second["next_cursor"])["events"]) == 1


def test_a_subscription_without_events_has_an_empty_page(fixtures: Fixtures, pulled: Record) -> None:
    found = page(fixtures.client, pulled)
    assert (found["events"], found["next_cursor"], found["has_more"]) == ([], None, False)
    assert found["signature_scheme"] == "standard-webhooks/v1"


def test_a_push_subscription_has_nothing_to_fetch(fixtures: Fixtures) -> None:
    made = fixtures.webhook()
    fixtures.client.refusal("listPullEvents", 409, "push_subscription", id=made["id"])


@pytest.mark.parametrize(
    "after", ["x", "f" * 23, "f" * 25, "\u0665" * 24, "-" + "f" * 23, " " * 24, "f_f" * 8]
)
def test_what_is_no_cursor_is_400(fixtures: Fixtures, pulled: Record, after: str) -> None:
    fixtures.client.refusal("listPullEvents", 400, "invalid_request", id=pulled["id"], query={"after": after})


def test_a_test_event_is_queued_for_fetching(fixtures: Fixtures, pulled: Record) -> None:
    queued = fixtures.client.call("sendWebhookTestEvent", expect=200, id=pulled["id"]).json()
    [event] = page(fixtures.client, pulled)["events"]
    assert (event["topic"], event["delivery_id"]) == ("webhook.test", queued["delivery_id"])
    assert (queued["status"], queued["next_attempt_at"]) == ("pending", None)
    answer = fixtures.client.call("verifyWebhookSubscription", expect=200, id=pulled["id"]).json()
    assert (answer["verified"], answer["response_status"]) == (True, None)


def test_purged_events_are_not_handed_over_and_the_cursor_goes_on(fixtures: Fixtures, pulled: Record) -> None:
    client = fixtures.client
    fixtures.bom()
    cursor = page(client, pulled)["next_cursor"]
    assert client.call("purgePendingWebhookDeliveries", expect=200).json()["modified"] >= 1
    assert page(client, pulled)["events"] == []
    fixtures.bom()
    assert len(page(client, pulled, after=cursor)["events"]) == 1


def test_a_failed_change_and_a_repeated_key_emit_nothing_more(fixtures: Fixtures, pulled: Record) -> None:
    client = fixtures.client
    body, headers = fixtures.body(), {"Idempotency-Key": fixtures.label("KEY")}
    made = [client.call("createBom", expect=201, json=body, headers=headers).json() for _ in range(2)]
    fixtures.keep(made[0])
    client.refusal("createBom", 400, "invalid_request", json={})
    assert made[0] == made[1]
    assert len(page(client, pulled)["events"]) == 1
