"""`events` shows what has happened, goes on with what happens, and sends an event again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contract_tests.durability.server import Server
from tests.forwarding.machine import Factory, run, running, sentence


def _listed(served: Factory) -> list[Any]:
    """The newest page of the list."""
    page: dict[str, Any] = {"next_cursor": None, "has_more": True}
    found: list[Any] = []
    while page["has_more"]:
        query = {"limit": 200} | ({"after": page["next_cursor"]} if page["next_cursor"] else {})
        page = httpx.get(served.events, params=query).raise_for_status().json()
        found += page["events"]
    return found


@pytest.fixture
def url(served: Factory) -> tuple[str, str]:
    """The options that name the sandbox."""
    return "--url", served.target.origin


def test_every_event_is_a_line(served: Factory, url: tuple[str, str], home: Path) -> None:
    served.change(2)
    done = run(home, "events", *url)
    assert (done.returncode, done.stderr) == (0, "")
    lines, events = done.stdout.splitlines(), _listed(served)
    assert [line.split()[-1] for line in lines] == [event["event_id"] for event in events]
    last = events[-1]
    number, revision = served.bom["BomNumber"], str(last["revision"])
    assert lines[-1].split() == [last["created_at"], "bom.updated", number, revision, last["event_id"]]


def test_events_can_be_had_as_json_and_by_topic(served: Factory, url: tuple[str, str], home: Path) -> None:
    served.change()
    served.create()
    done = run(home, "events", *url, "--json", "--topic", "bom.created")
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert shown == [event for event in _listed(served) if event["topic"] == "bom.created"]
    assert shown


def test_what_happens_is_followed_once_each(served: Factory, url: tuple[str, str], home: Path) -> None:
    served.change(3)
    before = len(_listed(served))
    with running(home, "events", "-f", *url) as followed:
        followed.count(before)
        for times in (1, 3):
            served.change(times)
            before += times
            followed.count(before)
        ids = [line.split()[-1] for line in followed.lines.all()]
        assert ids == [event["event_id"] for event in _listed(served)]
        assert followed.end() == 130


def test_a_restart_of_the_server_is_followed_too(tmp_path: Path, home: Path) -> None:
    server = Server(tmp_path / "data")
    port = server.target.origin.rpartition(":")[2]
    with running(home, "events", "--follow", "--url", server.target.origin) as followed:
        Factory(server.target).change(2)
        followed.wait("bom.updated", 2)
        server.stop()
        followed.wait("does not answer")
        server = Server(tmp_path / "data", "--port", port)
        try:
            Factory(server.target).change()
            followed.wait("bom.updated", 3)
        finally:
            server.stop()
        lines = followed.wait("bom.updated")
        assert len(lines) == len({line.split()[-1] for line in lines}) == 3


def test_an_event_is_sent_again_to_its_subscriptions(
    served: Factory, url: tuple[str, str], home: Path
) -> None:
    webhook = served.subscribe()["id"]
    served.change()
    event = _listed(served)[-1]["event_id"]
    done = run(home, "events", "resend", event, *url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Queued for ")
    # Options before the word hold as well.
    assert run(home, "events", *url, "resend", event).returncode == 0
    pulled = served.get(f"/webhooks/{webhook}/events")["events"]
    assert [each["event_id"] for each in pulled] == [event] * 3
    httpx.delete(f"{served.base}/webhooks/{webhook}", headers=served.headers).raise_for_status()


def test_an_event_that_is_not_there_is_one_sentence(
    served: Factory, url: tuple[str, str], home: Path
) -> None:
    event = str(uuid4())
    assert sentence(run(home, "events", "resend", event, *url)) == f"There is no event {event}."
    assert "The sandbox does not send it: 400" in sentence(run(home, "events", "resend", "x", *url))
    assert "does not list its events: 400" in sentence(run(home, "events", "--topic", "x", *url))
    gone = run(home, "events", "--url", "http://127.0.0.1:9")
    assert sentence(gone) == "http://127.0.0.1:9 does not answer: nothing listens there."
