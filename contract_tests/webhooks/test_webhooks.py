"""Webhook subscriptions: create, list and delete exactly as documented, without any scope."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contract_tests.kit import Client, Contract, Control, Fixtures, unchanged

_URL = "https://example.com/hooks"


def subscriptions(client: Client) -> list[dict[str, Any]]:
    """The active subscriptions."""
    rows: list[dict[str, Any]] = client.call("listWebhookSubscriptions", expect=200).json()["subscriptions"]
    return rows


def test_a_new_subscription_shows_its_secret_once(fixtures: Fixtures) -> None:
    made = fixtures.webhook(topics=["bom.created", "work_order.released"], target_url=_URL)
    assert re.fullmatch(r"[0-9a-f]{24}", made["id"])
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/=]{32,}", made["signing_secret"])
    assert (made["topics"], made["target_url"]) == (["bom.created", "work_order.released"], _URL)
    answer = fixtures.client.call("listWebhookSubscriptions")
    assert made["signing_secret"] not in answer.text
    assert "secret" not in answer.text.lower()


def test_the_list_shows_what_was_subscribed(fixtures: Fixtures) -> None:
    made = fixtures.webhook()
    [row] = [row for row in subscriptions(fixtures.client) if row["_id"] == made["id"]]
    assert row["Topics"] == made["topics"]
    assert row["TargetUrl"] == made["target_url"]
    assert row["IsActive"] is True
    assert (row["LastDeliveryAt"], row["LastDeliveryStatus"], row["ConsecutiveFailures"]) == (None, None, 0)


def test_secrets_and_ids_differ(fixtures: Fixtures) -> None:
    made = [fixtures.webhook() for _ in range(3)]
    assert (
        len({webhook["signing_secret"] for webhook in made}) == len({webhook["id"] for webhook in made}) == 3
    )


def test_topics_become_lower_case_and_are_kept_once(fixtures: Fixtures) -> None:
    made = fixtures.webhook(topics=["BOM.Created", "bom.created", "Bom.Updated"])
    assert made["topics"] == ["bom.created", "bom.updated"]


def test_every_topic_of_the_contract_can_be_subscribed_to(fixtures: Fixtures, contract: Contract) -> None:
    assert fixtures.webhook(topics=contract.topics)["topics"] == contract.topics
    listed = fixtures.client.call("listWebhookTopics", expect=200).json()
    assert sorted(listed["topics"]) == sorted(contract.topics)
    assert listed["count"] == len(contract.topics)
    assert sorted(t for topics in listed["by_resource"].values() for t in topics) == sorted(contract.topics)


def test_pull_mode_needs_no_url(fixtures: Fixtures) -> None:
    body = {"topics": ["bom.created"], "delivery_mode": "pull"}
    for more in ({}, {"target_url": _URL}):
        made = fixtures.client.call("createWebhookSubscription", expect=201, json={**body, **more}).json()
        fixtures.client.call("deleteWebhookSubscription", id=made["id"])
        assert made["delivery_mode"] == "pull"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"topics": [], "target_url": _URL},
        {"topics": "bom.created", "target_url": _URL},
        {"topics": ["bom.created"]},
        {"topics": ["no.such.topic"], "target_url": _URL},
        {"topics": ["bom.created", "bom"], "target_url": _URL},
        {"topics": ["bom.created"], "target_url": "http://example.com/hooks"},
        {"topics": ["bom.created"], "target_url": "ftp://example.com"},
        {"topics": ["bom.created"], "target_url": "https://"},
        {"topics": ["bom.created"], "target_url": "https://exa mple.com"},
        *(
            {"topics": ["bom.created"], "target_url": target}
            for target in (
                "https://#",
                "https://?",
                "https:///hooks",
                "https://:443/hooks",
                "https://example.com#part",
                "https://example.com/hooks#part",
                "https://user@example.com/hooks",
                "https://user:secret@example.com/hooks",
                "https://@example.com/hooks",
                "https://example.com:/hooks",
                "https://example.com:0/hooks",
                "https://example.com:65536/hooks",
                "https://example.com:99999/hooks",
                "https://example.com:80:81/hooks",
                "https://example.com:https/hooks",
                "https://example..com/hooks",
                "https://-example.com/hooks",
                "https://.example.com/hooks",
                "https://example.com\\@evil.example/hooks",
                "https://[::1/hooks",
            )
        ),
        {"topics": ["bom.created"], "target_url": None},
        {"topics": ["bom.created"], "target_url": _URL, "delivery_mode": "post"},
        {"topics": ["bom.created"], "target_url": _URL, "signing_secret": "mine"},
    ],
)
def test_what_does_not_fit_is_400_and_subscribes_nothing(client: Client, body: dict[str, Any]) -> None:
    with unchanged(client):
        client.refusal("createWebhookSubscription", 400, "invalid_request", json=body)


def test_deleting_twice_counts_once(fixtures: Fixtures) -> None:
    made = fixtures.webhook()
    client = fixtures.client
    for modified in (1, 0, 0):
        answer = client.call("deleteWebhookSubscription", expect=200, id=made["id"])
        assert answer.json() == {"ok": True, "modified": modified}
    assert made["id"] not in [row["_id"] for row in subscriptions(client)]


def test_deleting_an_unknown_one_counts_nothing(client: Client) -> None:
    assert client.call("deleteWebhookSubscription", id="f" * 24).json() == {"ok": True, "modified": 0}
    client.refusal("deleteWebhookSubscription", 400, "invalid_request", id="not-hexadecimal")


def test_subscriptions_need_no_scope(client: Client, control: Control) -> None:
    powerless = client.using(control.token(client.tenant, []))
    body = {"topics": ["work_order.completed"], "target_url": _URL}
    made = powerless.call("createWebhookSubscription", expect=201, json=body).json()
    assert made["id"] in [row["_id"] for row in subscriptions(powerless)]
    assert powerless.call("deleteWebhookSubscription", id=made["id"]).json()["modified"] == 1


def test_subscriptions_belong_to_one_install(client: Client, control: Control, fixtures: Fixtures) -> None:
    made = fixtures.webhook()
    other = client.using(control.token(client.tenant, install=control.install(client.tenant)))
    assert subscriptions(other) == []
    assert other.call("deleteWebhookSubscription", id=made["id"]).json()["modified"] == 0


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com",
        "https://example.com/",
        "https://example.com:443/hooks",
        "https://hooks.example.com:8443/a/b?c=d&e=%20@f",
        "https://192.0.2.1:65535/hooks",
        "https://[2001:db8::1]:8443/hooks",
        "https://xn--bcher-kva.example/hooks",
        "https://example.com?source=sandbox",
    ],
)
def test_a_target_may_have_a_port_a_path_and_a_query(fixtures: Fixtures, address: str) -> None:
    assert fixtures.webhook(target_url=address)["target_url"] == address
