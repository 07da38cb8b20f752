"""The control plane shows the events of an entity, and sends one again."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from mock_server.app import build_app
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import E1, E2, Client, base_of, driver_of, token_for

EVENTS = f"/_sandbox/v1/orgs/{E1[0]}/entities/{E1[1]}/events"
UNKNOWN = str(UUID(int=7 << 76 | 2 << 62))


class Desk:
    """A client of the public API and one of the control plane."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.app = build_app(sandbox)
        self.control = Client(self.app)
        self.public = Client(self.app, token_for(sandbox))

    def update(self, notes: str) -> Any:
        """Changes the first BOM, which emits `bom.updated`."""
        [first, *_] = self.public("GET", f"{base_of()}/boms").json()["boms"]
        changed = self.public("PUT", f"{base_of()}/boms/{first['id']}", {"Notes": notes})
        assert changed.status == 200
        return changed.json()

    def events(self, query: str = "") -> Any:
        """The list."""
        answer = self.control("GET", EVENTS + query)
        assert answer.status == 200, answer.body
        return answer.json()

    def subscribe(self, *topics: str, app: Client | None = None) -> str:
        """A pull subscription; its id."""
        body = {"topics": topics, "delivery_mode": "pull"}
        made = (app or self.public)("POST", f"{base_of()}/webhooks", body)
        assert made.status == 201
        return str(made.json()["id"])

    def pulled(self, webhook: str) -> list[Any]:
        """What a subscription is handed over."""
        answer = self.public("GET", f"{base_of()}/webhooks/{webhook}/events")
        found: list[Any] = answer.json()["events"]
        return found


@pytest.fixture
def desk(sandbox: Any) -> Desk:
    """Both clients of a seeded sandbox."""
    return Desk(sandbox)


def test_the_events_of_one_record_can_be_had(desk: Desk) -> None:
    changed = desk.update("once")
    others = desk.public("GET", f"{base_of()}/boms").json()["boms"][1:]
    assert desk.public("PUT", f"{base_of()}/boms/{others[0]['id']}", {"Notes": "other"}).status == 200
    assert len(desk.events()["events"]) == 2
    [event] = desk.events(f"?record_id={changed['id'].upper()}&topic=bom.updated")["events"]
    assert (event["record_id"], event["revision"]) == (changed["id"], changed["Revision"])
    assert desk.events(f"?record_id={UNKNOWN}")["events"] == []


def test_the_seed_is_not_told_of(desk: Desk) -> None:
    assert desk.events() == {"events": [], "next_cursor": None, "has_more": False}
    [body] = driver_of(desk.sandbox).execute("SELECT body FROM outbox ORDER BY row DESC LIMIT 1").fetchone()
    seeded = json.loads(body)["event_id"]
    for entity in (E1, E2):
        path = f"/_sandbox/v1/orgs/{entity[0]}/entities/{entity[1]}/events/{seeded}"
        assert desk.control("GET", path).status == 404


def test_the_seed_is_not_told_of_by_a_later_start_either(tmp_path: Any) -> None:
    for count in (0, 1):
        sandbox = Sandbox(Settings(tmp_path, rate_limit=0, is_checking=True))
        try:
            desk = Desk(sandbox)
            assert len(desk.events()["events"]) == count
            desk.update("changed")
        finally:
            sandbox.close()


def test_an_event_is_shown_with_the_bytes_that_subscriptions_get(desk: Desk) -> None:
    webhook = desk.subscribe("bom.updated")
    bom = desk.update("changed")
    [event] = desk.events()["events"]
    [pulled] = desk.pulled(webhook)
    assert event["body"] == pulled["body"]
    body = json.loads(event["body"])
    assert body["data"]["bom"] == bom
    assert {name: event[name] for name in ("event_id", "topic", "created_at")} == {
        name: body[name] for name in ("event_id", "topic", "created_at")
    }
    assert (event["record_id"], event["revision"]) == (bom["id"], bom["Revision"])
    assert desk.control("GET", f"{EVENTS}/{event['event_id']}").json() == event
    assert desk.control("GET", f"{EVENTS}/{event['event_id'].upper()}").json() == event


def test_events_are_listed_oldest_first_by_pages_and_by_topic(desk: Desk) -> None:
    for number in range(4):
        desk.update(str(number))
    webhook = desk.subscribe("bom.updated")
    assert desk.public("POST", f"{base_of()}/webhooks/{webhook}/test", {}).status == 200
    first = desk.events("?topic=bom.updated&limit=3")
    second = desk.events(f"?topic=bom.updated&limit=3&after={first['next_cursor']}")
    revisions = [event["revision"] for page in (first, second) for event in page["events"]]
    assert revisions == sorted(revisions) and len(revisions) == 4
    assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)
    [tested] = desk.events("?topic=webhook.test")["events"]
    assert (tested["record_id"], tested["revision"]) == (webhook, 0)
    assert len(desk.events()["events"]) == 5


def test_another_entity_has_events_of_its_own(desk: Desk) -> None:
    desk.update("changed")
    [event] = desk.events()["events"]
    other = f"/_sandbox/v1/orgs/{E2[0]}/entities/{E2[1]}/events"
    assert desk.control("GET", other).json()["events"] == []
    assert desk.control("GET", f"{other}/{event['event_id']}").status == 404
    assert desk.control("POST", f"{other}/{event['event_id']}/resend").status == 404


def test_an_event_is_sent_again_to_all_that_want_its_topic_now(desk: Desk) -> None:
    before = desk.subscribe("bom.updated")
    desk.update("changed")
    later, other = desk.subscribe("bom.created", "bom.updated"), desk.subscribe("bom.created")
    [event] = desk.events()["events"]
    answer = desk.control("POST", f"{EVENTS}/{event['event_id']}/resend")
    assert (answer.status, answer.json()) == (200, {"ok": True, "modified": 2})
    assert [pulled["body"] for pulled in desk.pulled(before)] == [event["body"]] * 2
    assert [pulled["body"] for pulled in desk.pulled(later)] == [event["body"]]
    assert desk.pulled(other) == []
    assert len(desk.events()["events"]) == 1, "it is the same event"


def test_an_event_that_nobody_wants_is_sent_to_nobody(desk: Desk) -> None:
    desk.update("changed")
    [event] = desk.events()["events"]
    assert desk.control("POST", f"{EVENTS}/{event['event_id']}/resend").json()["modified"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", EVENTS.replace(E1[1], "ent-nobody"), 404, "not_found"),
        ("GET", f"{EVENTS}?topic=bom", 400, "invalid_request"),
        ("GET", f"{EVENTS}?after=x", 400, "invalid_request"),
        ("GET", f"{EVENTS}?limit=0", 400, "invalid_request"),
        ("GET", f"{EVENTS}/{UNKNOWN}", 404, "not_found"),
        ("GET", f"{EVENTS}/x", 400, "invalid_request"),
        ("POST", f"{EVENTS}/{UNKNOWN}/resend", 404, "not_found"),
        ("POST", f"{EVENTS}/x/resend", 400, "invalid_request"),
    ],
)
def test_what_is_not_there_is_refused(desk: Desk, method: str, path: str, status: int, code: str) -> None:
    answer = desk.control(method, path)
    assert (answer.status, answer.json()["error"]) == (status, code)


def test_a_large_body_of_a_resend_is_413(desk: Desk) -> None:
    answer = desk.control("POST", f"{EVENTS}/{UNKNOWN}/resend", raw=b" " * 2_000_000)
    assert (answer.status, answer.json()["error"]) == (413, "payload_too_large")
