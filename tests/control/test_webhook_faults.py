"""Faults of webhook subscriptions: setting them, what is refused, and what a client then fetches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from mock_server.app import build_app
from mock_server.events import PULLED_KINDS
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage.faults import read_faults
from tests.asgi import Client, Reply, base_of, token_for
from tests.conftest import PINNED

ROOT = Path(__file__).parents[2]
UNKNOWN = "0" * 24
PUSHED = ("delay", "drop", "oversized", "slow", "truncated", "unknown_topic")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Any]:
    """One seeded sandbox for all: each test has a subscription of its own."""
    with closing(Sandbox(Settings(None, rate_limit=0, pinned=PINNED, is_checking=True))) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(sandbox: Any) -> Any:
    """The whole application."""
    return build_app(sandbox)


@pytest.fixture
def control(app: Any) -> Client:
    """A client on this machine, without a token."""
    return Client(app)


@pytest.fixture
def client(app: Any, sandbox: Any) -> Client:
    """A client of the first entity with all scopes."""
    return Client(app, token_for(sandbox))


def path(webhook: str) -> str:
    """Where the faults of a subscription are."""
    return f"/_sandbox/v1/webhooks/{webhook}/faults"


def subscription(client: Client, mode: str = "push") -> Any:
    """A new subscription."""
    body = {"topics": ["bom.created"], "delivery_mode": mode}
    if mode == "push":
        body["target_url"] = "https://receiver.example/hooks"
    made = client("POST", f"{base_of()}/webhooks", body)
    assert made.status == 201, made.body
    return made.json()


def fault_of(reply: Reply) -> tuple[int, str, str]:
    """Status, code and place of a refusal."""
    body = reply.json()
    return reply.status, body["error"], body["details"][0]["pointer"]


def test_faults_are_shown_with_their_options_until_they_are_cleared(client: Client, control: Client) -> None:
    made = subscription(client)
    none = {"webhook_id": made["id"], "faults": [], "old_secret_until": None}
    assert control("GET", path(made["id"])).json() == none
    given = [
        {"kind": "reorder", "probability": 0.25},
        {"kind": "slow", "script": [True, False], "seconds": 60},
    ]
    shown = [{**given[0], "window": 1, "seconds": 60, "applied": 0}, {**given[1], "applied": 0}]
    answer = control("PUT", path(made["id"]), {"faults": given})
    assert (answer.status, answer.json()["faults"]) == (200, shown)
    assert control("GET", path(made["id"])).json() == answer.json()
    for method, body in (("DELETE", None), ("GET", None), ("PUT", {"faults": []})):
        assert control(method, path(made["id"]), body).json() == none


def test_an_id_may_be_written_in_capitals(client: Client, control: Client) -> None:
    webhook = subscription(client)["id"]
    control("PUT", path(webhook.upper()), {"faults": [{"kind": "drop"}]})
    assert control("GET", path(webhook)).json()["faults"] == [{"kind": "drop", "applied": 0}]


@pytest.mark.parametrize(("webhook", "status"), [(UNKNOWN, 404), ("x", 400)])
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("DELETE", None), ("PUT", {"faults": []})])
def test_there_are_no_faults_of_what_is_no_subscription(
    control: Client, webhook: str, status: int, method: str, body: Any
) -> None:
    assert control(method, path(webhook), body).status == status


def test_an_ended_subscription_leaves_no_faults_behind(client: Client, control: Client, sandbox: Any) -> None:
    webhook = subscription(client)["id"]
    control("PUT", path(webhook), {"faults": [{"kind": "drop"}]})
    client("DELETE", f"{base_of()}/webhooks/{webhook}")
    assert control("GET", path(webhook)).status == 404
    assert read_faults(sandbox.database.session, webhook) is None


@pytest.mark.parametrize(
    ("fault", "member"),
    [
        ({"kind": "lose"}, "kind"),
        ({}, "kind"),
        ({"kind": "drop", "probability": 1.5}, "probability"),
        ({"kind": "drop", "probability": 0.5, "count": 1}, "count"),
        ({"kind": "drop", "count": 1, "script": [True]}, "script"),
        ({"kind": "drop", "probability": 0.5, "script": [True]}, "script"),
        ({"kind": "drop", "script": []}, "script"),
        ({"kind": "drop", "count": -1}, "count"),
        ({"kind": "drop", "times": 2}, "times"),
        ({"kind": "duplicate", "times": 1}, "times"),
        ({"kind": "duplicate", "window": 2}, "window"),
        ({"kind": "duplicate", "seconds": 2}, "seconds"),
        ({"kind": "truncated", "kilobytes": 2}, "kilobytes"),
        ({"kind": "rotated_secret", "count": 1}, "count"),
        ({"kind": "slow", "seconds": 61}, "seconds"),
        ({"kind": "drop", "often": True}, "often"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_at_its_member(
    client: Client, control: Client, fault: Any, member: str
) -> None:
    webhook = subscription(client)["id"]
    answer = control("PUT", path(webhook), {"faults": [{"kind": "duplicate"}, fault]})
    assert fault_of(answer) == (400, "invalid_request", f"/faults/1/{member}")
    assert control("GET", path(webhook)).json()["faults"] == []


@pytest.mark.parametrize("kind", PUSHED)
def test_what_happens_to_requests_alone_is_refused_for_a_pull_subscription(
    client: Client, control: Client, kind: str
) -> None:
    webhook = subscription(client, "pull")["id"]
    answer = control("PUT", path(webhook), {"faults": [{"kind": "duplicate"}, {"kind": kind}]})
    assert fault_of(answer) == (422, "pull_subscription", "/faults/1/kind")


def test_a_body_of_another_type_or_size_is_refused(client: Client, control: Client) -> None:
    webhook = subscription(client)["id"]
    large = {"faults": [{"kind": "drop"}], "x": "x" * 3_000_000}
    assert control("PUT", path(webhook), large).status == 413
    assert control("PUT", path(webhook), {"faults": []}, headers={"content-type": "text/plain"}).status == 415


def test_every_setting_of_the_page_on_failures_is_taken(client: Client, control: Client) -> None:
    webhook = subscription(client)["id"]
    text = (ROOT / "docs" / "failures.md").read_text()
    bodies = [json.loads(body) for body in re.findall(r"'(\{\"faults.*\})'", text)]
    assert {fault["kind"] for body in bodies for fault in body["faults"]} == {*PUSHED, *PULLED_KINDS}
    for body in bodies:
        assert control("PUT", path(webhook), body).status == 200, body


class Pulled:
    """A pull subscription with five events."""

    def __init__(self, client: Client, control: Client) -> None:
        made = subscription(client, "pull")
        self.id, self.secret = made["id"], made["signing_secret"]
        self._client, self._control = client, control
        item = client("GET", f"{base_of()}/item?itemCode=SF-WHEEL-F").json()["items"][0]["id"]
        part = client("GET", f"{base_of()}/item?itemCode=PT-RIM-700").json()["items"][0]["id"]
        for number in range(5):
            body = {"Name": f"B{number}", "ItemRefId": item, "Lines": [{"ItemRefId": part, "Quantity": 1}]}
            assert client("POST", f"{base_of()}/boms", body).status == 201

    def faults(self, *faults: Any) -> Any:
        """Sets faults."""
        answer = self._control("PUT", path(self.id), {"faults": list(faults)})
        assert answer.status == 200, answer.body
        return answer.json()

    def page(self, **query: Any) -> Any:
        """A page of events."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        answer = self._client("GET", f"{base_of()}/webhooks/{self.id}/events?{asked}")
        assert answer.status == 200, answer.body
        return answer.json()

    def names(self, page: Any) -> list[str]:
        """The BOMs of the events, each verified."""
        return [
            Webhook(self.secret).verify(event["body"], event["headers"])["data"]["bom"]["Name"]
            for event in page["events"]
        ]


@pytest.fixture
def pulled(client: Client, control: Client) -> Pulled:
    """A pull subscription with events."""
    return Pulled(client, control)


def test_fetched_events_come_twice_and_a_page_stays_within_its_limit(pulled: Pulled) -> None:
    pulled.faults({"kind": "duplicate", "script": [False, True]})
    page = pulled.page(limit=3)
    assert pulled.names(page) == ["B0", "B1", "B1"]
    assert page == pulled.page(limit=3) | {"events": page["events"]}, "nothing is consumed"
    assert (page["has_more"], page["next_cursor"]) == (True, page["events"][1]["delivery_id"])
    assert pulled.names(pulled.page(limit=3, after=page["next_cursor"])) == ["B2", "B3", "B3"]
    pulled.faults({"kind": "duplicate", "times": 10})
    one = pulled.page(limit=2)
    assert (pulled.names(one), one["has_more"]) == (["B0", "B0"], True)


def test_fetched_events_are_out_of_order_and_none_is_lost_by_the_cursor(pulled: Pulled) -> None:
    pulled.faults({"kind": "reorder", "window": 2})
    page = pulled.page(limit=4)
    assert pulled.names(page) == ["B1", "B2", "B0", "B3"]
    assert pulled.names(pulled.page(after=page["next_cursor"])) == ["B4"]


def test_signatures_of_fetched_events_are_bad_or_stale(pulled: Pulled) -> None:
    pulled.faults({"kind": "bad_signature", "count": 1}, {"kind": "stale_timestamp", "script": [False, True]})
    bad, stale, good, *_ = pulled.page()["events"]
    for event, reason in ((bad, "No matching"), (stale, "too old")):
        with pytest.raises(WebhookVerificationError, match=reason):
            Webhook(pulled.secret).verify(event["body"], event["headers"])
    Webhook(pulled.secret).verify(good["body"], good["headers"])


def test_fetched_events_are_signed_by_both_secrets_while_one_is_rotated(pulled: Pulled) -> None:
    answer = pulled.faults({"kind": "rotated_secret"})
    assert pulled.names(pulled.page()) == ["B0", "B1", "B2", "B3", "B4"]
    pulled.secret = answer["signing_secret"]
    assert pulled.names(pulled.page()) == ["B0", "B1", "B2", "B3", "B4"]


def test_chance_is_the_same_for_the_same_page(
    pulled: Pulled, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox.clock, "wall", lambda: 1_781_000_000.0)
    pulled.faults({"kind": "bad_signature", "probability": 0.5}, {"kind": "duplicate", "probability": 0.5})
    assert pulled.page() == pulled.page()
