"""The sandbox's clock: it stands, runs, is set forward, and never goes back."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mock_server.app import build_app
from mock_server.clock import Clock
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import Client, base_of, token_for
from tests.conftest import PINNED

CLOCK = "/_sandbox/v1/clock"
NOW = "2026-06-15T06:30:00.000Z"


@pytest.fixture
def control(sandbox: Any) -> Client:
    """A client on this machine of a sandbox with a pinned clock."""
    return Client(build_app(sandbox))


def _running(folder: Path | None = None) -> Sandbox:
    return Sandbox(Settings(folder, seed="empty", is_checking=True))


def test_a_pinned_clock_stands(control: Client) -> None:
    assert control("GET", CLOCK).json() == {"now": NOW, "is_pinned": True, "offset_seconds": 0}


def test_records_and_business_days_follow_the_clock(sandbox: Any) -> None:
    control, client = Client(build_app(sandbox)), Client(build_app(sandbox), token_for(sandbox))
    moved = control("POST", f"{CLOCK}/advance", {"seconds": 86_400})
    assert moved.json()["now"] == "2026-06-16T06:30:00.000Z"
    item = client("GET", f"{base_of()}/item?limit=1").json()["items"][0]
    body = {"ItemRefId": item["id"], "Quantity": 1, "UnitCost": 1}
    place = base_of().replace("/public/v1", "/_sandbox/v1")
    movement = control("POST", f"{place}/stock-adjustments", body).json()
    assert movement["PostingDate"] == "2026-06-16"


def test_it_stops_runs_on_and_stops_again(control: Client) -> None:
    running = control("PUT", CLOCK, {"is_pinned": False}).json()
    assert running["is_pinned"] is False and running["now"] >= NOW
    later = control("PUT", CLOCK, {"now": "2027-01-01T00:00:00Z"}).json()
    assert later["is_pinned"] is False and later["now"] >= "2027-01-01T00:00:00.000Z"
    stopped = control("PUT", CLOCK, {"is_pinned": True}).json()
    assert stopped["is_pinned"] is True
    assert control("GET", CLOCK).json() == stopped


@pytest.mark.parametrize("moment", ["2026-06-15T06:29:59.999Z", "1990-01-01T00:00:00Z"])
def test_it_never_goes_back(control: Client, moment: str) -> None:
    refused = control("PUT", CLOCK, {"now": moment})
    assert (refused.status, refused.json()["error"]) == (409, "clock_backwards")
    assert control("GET", CLOCK).json()["now"] == NOW


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "", {}),
        ("PUT", "", {"now": None}),
        ("PUT", "", {"now": "tomorrow"}),
        ("PUT", "", {"now": "2991-01-01T00:00:00Z"}),
        ("PUT", "", {"is_pinned": 1}),
        ("PUT", "", {"pinned_at": "2027-01-01T00:00:00Z"}),
        ("POST", "/advance", {}),
        ("POST", "/advance", {"seconds": 0}),
        ("POST", "/advance", {"seconds": -1}),
        ("POST", "/advance", {"seconds": 1.5}),
        ("POST", "/advance", {"seconds": 10**12}),
    ],
)
def test_what_is_no_time_is_refused_and_changes_nothing(
    control: Client, method: str, path: str, body: Any
) -> None:
    assert control(method, CLOCK + path, body).status == 400
    assert control("GET", CLOCK).json() == {"now": NOW, "is_pinned": True, "offset_seconds": 0}


def test_it_does_not_go_beyond_the_last_year_by_steps(control: Client) -> None:
    assert control("PUT", CLOCK, {"now": "2990-12-31T00:00:00Z"}).status == 200
    refused = control("POST", f"{CLOCK}/advance", {"seconds": 2 * 86_400})
    assert (refused.status, refused.json()["details"][0]["pointer"]) == (400, "/seconds")


def test_a_clock_that_is_ahead_stays_ahead_when_the_data_is_opened_again(tmp_path: Path) -> None:
    with closing(_running(tmp_path)) as sandbox:
        Client(build_app(sandbox))("POST", f"{CLOCK}/advance", {"seconds": 3600})
    with closing(_running(tmp_path)) as sandbox:
        ahead = sandbox.clock.now() - datetime.now(UTC)
    assert timedelta(seconds=3599) < ahead <= timedelta(seconds=3600)
    with closing(Sandbox(Settings(tmp_path, seed="empty", pinned=PINNED))) as sandbox:
        assert sandbox.clock.now() == PINNED, "--clock says otherwise"
    with closing(_running(tmp_path)) as sandbox:
        assert sandbox.clock.now() - datetime.now(UTC) < timedelta(seconds=1)


def test_who_waits_for_a_moment_is_told_of_each_change() -> None:
    clock = Clock(PINNED)
    told: list[datetime] = []
    clock.subscribe(lambda: told.append(clock.now()))
    clock.set(clock.moved(PINNED + timedelta(days=1), is_pinned=True))
    assert told == [PINNED + timedelta(days=1)]
