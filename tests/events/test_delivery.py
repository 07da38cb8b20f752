"""Which attempts are made, when, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from mock_server.events import Reply
from mock_server.events.ladder import DELAYS, next_delay, rest
from mock_server.storage import Statement
from mock_server.storage.subscriptions import end_webhooks, purge, queues
from mock_server.storage.tables import webhooks
from tests.events.lab import INSTALL, SECRET, Lab, lab

_SWEPT = Statement(select(webhooks.c.swept_through))
DOWN = Reply(503, "down", None, 3)
WALL = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)


@pytest.fixture
def at() -> Iterator[Lab]:
    """A sandbox and its receiver."""
    with lab() as sandbox:
        yield Lab(sandbox)


def test_an_event_goes_to_every_subscription_of_its_topic_and_to_no_other(at: Lab) -> None:
    at.subscribe(1)
    at.subscribe(2, ("bom.created", "bom.updated"))
    at.subscribe(3, ("bom.created",))
    at.run(lambda: at.emit("a"))
    assert sorted(url for url, _, _ in at.receiver.got) == ["https://r1.example", "https://r2.example"]
    assert {row.status for row in at.deliveries()} == {"delivered"}


def test_what_was_queued_before_the_start_is_sent_at_the_start(at: Lab) -> None:
    at.subscribe()
    at.emit("a")
    at.run()
    assert len(at.receiver.got) == 1


def test_a_delivery_is_signed_as_the_library_of_others_reads_it(at: Lab) -> None:
    at.subscribe()
    at.run(lambda: at.emit("a"))
    [(_, headers, body)] = at.receiver.got
    event: Any = Webhook(SECRET).verify(body, headers)
    assert event["event_id"] == headers["webhook-id"]
    assert event["data"] == {"bom": {"id": 1}}


def test_events_of_one_subscription_go_out_in_the_order_of_their_commits(at: Lab) -> None:
    at.subscribe()
    at.run(lambda: at.emit_all(*map(str, range(100))))
    sent = at.records()
    assert len(sent) == 100 and sent == sorted(sent)


def test_the_ladder_follows_the_sandbox_clock_and_ends_exhausted(at: Lab) -> None:
    at.subscribe()
    at.receiver.answer = lambda url, event: DOWN
    at.run(lambda: at.emit("a"))
    for number, seconds in enumerate(DELAYS[1:], start=1):
        assert [row.attempts for row in at.deliveries()] == [number]
        assert at.deliveries()[0].status == "pending"
        at.run(at.later(seconds=seconds - 0.001))
        assert len(at.receiver.got) == number, "too early"
        at.run(at.later(seconds=0.001))
    [row] = at.deliveries()
    assert (row.status, row.attempts, row.due_at, row.response_status) == ("exhausted", 10, None, 503)
    at.run(at.later(days=365))
    assert len(at.receiver.got) == len(DELAYS) == 10
    assert at.shown()[0]["ConsecutiveFailures"] == 10


def test_a_success_after_failures_begins_the_count_anew(at: Lab) -> None:
    at.subscribe()
    replies = iter([DOWN, Reply(204, "", None, 1)])
    at.receiver.answer = lambda url, event: next(replies)
    at.run(lambda: at.emit("a"))
    assert [at.shown()[0][name] for name in ("LastDeliveryStatus", "ConsecutiveFailures")] == [503, 1]
    at.run(at.later(seconds=5))
    [row] = at.shown()
    assert (row["LastDeliveryAt"], row["LastDeliveryStatus"], row["ConsecutiveFailures"]) == (at.now, 204, 0)
    assert len({body for _, _, body in at.receiver.got}) == 1, "each attempt has the same bytes"


def test_a_failing_event_does_not_hold_back_those_behind_it(at: Lab) -> None:
    at.subscribe()
    at.emit("bad")
    first = at.deliveries()[0].event_id
    at.receiver.answer = lambda url, event: DOWN if event["event_id"] == first else Reply(200, "", None, 1)
    at.run(lambda: at.emit_all("a", "b"))
    assert [row.status for row in at.deliveries()] == ["pending", "delivered", "delivered"]


def test_a_receiver_that_hangs_delays_no_other(at: Lab) -> None:
    at.subscribe(1)
    at.subscribe(2)
    at.receiver.hanging.add("https://r1.example")
    at.run(lambda: at.emit("a"), lambda: at.emit("b"))
    assert [url for url, _, _ in at.receiver.got] == ["https://r2.example"] * 2


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 500])
def test_what_is_no_2xx_is_a_failure(at: Lab, status: int) -> None:
    at.subscribe()
    at.receiver.answer = lambda url, event: Reply(status, "", None, 1)
    at.run(lambda: at.emit("a"))
    [row] = at.deliveries()
    assert (row.status, row.response_status) == ("pending", status)


def test_410_ends_the_subscription_and_sends_nothing_more(at: Lab) -> None:
    at.subscribe()
    at.emit("a")
    at.emit("b")
    at.receiver.answer = lambda url, event: Reply(410, "gone", None, 1)
    at.run(lambda: at.emit("c"), at.later(days=2))
    assert len(at.receiver.got) == 1
    assert at.shown() == []
    assert {row.status for row in at.deliveries()} == {"exhausted"}


def test_nothing_is_sent_to_an_app_that_was_uninstalled(at: Lab) -> None:
    at.subscribe(1)
    at.subscribe(2)
    at.receiver.answer = lambda url, event: DOWN
    at.run(lambda: at.emit("a"))
    at.database.transact(lambda: end_webhooks(at.database.session, INSTALL))
    at.run(lambda: at.emit("b"), at.later(days=2))
    assert len(at.receiver.got) == 2 and at.shown() == []


@pytest.mark.parametrize("status", [429, 502, 504])
def test_an_overloaded_receiver_is_left_alone_for_a_while(at: Lab, status: int) -> None:
    at.subscribe()
    at.receiver.answer = lambda url, event: Reply(status, "", None, 1)
    at.run(lambda: at.emit("a"), lambda: at.emit("b"), at.later(seconds=4))
    assert len(at.receiver.got) == 1
    at.receiver.answer = lambda url, event: Reply(200, "", None, 1)
    at.run(at.later(seconds=1))
    assert [row.status for row in at.deliveries()] == ["delivered", "delivered"]
    assert len(at.receiver.got) == 3


def test_retry_after_holds_the_whole_subscription_until_then(at: Lab) -> None:
    at.subscribe()
    at.receiver.answer = lambda url, event: Reply(503, "", "120", 1)
    at.run(lambda: at.emit("a"), lambda: at.emit("b"), at.later(seconds=119))
    assert len(at.receiver.got) == 1
    at.receiver.answer = lambda url, event: Reply(200, "", None, 1)
    at.run(at.later(seconds=1))
    assert {row.status for row in at.deliveries()} == {"delivered"}


def test_purged_deliveries_are_not_sent_later(at: Lab) -> None:
    at.subscribe()
    at.receiver.answer = lambda url, event: DOWN
    at.run(lambda: at.emit("a"))
    assert purge(at.database.session, INSTALL) == 1
    at.run(at.later(days=3))
    assert len(at.receiver.got) == 1 and at.deliveries() == []


def test_today_sends_only_what_somebody_asked_for() -> None:
    with lab("today") as sandbox:
        at = Lab(sandbox, all_topics=sandbox.is_telling)
        at.subscribe()
        at.run(lambda: at.emit("a"))
        assert at.receiver.got == []


def test_old_deliveries_go_and_the_subscription_knows_through_which(
    at: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "KEPT_DELIVERIES", 10)
    at.subscribe(1, DeliveryMode="pull", TargetUrl=None)
    for number in range(queues.SWEEP_EVERY):
        at.emit(str(number))
    kept = [row.seq for row in at.deliveries()]
    assert kept == list(range(queues.SWEEP_EVERY - 9, queues.SWEEP_EVERY + 1))
    row = at.database.session.one(_SWEPT, {})
    assert row == (queues.SWEEP_EVERY - 10,)


def test_delays_spread_by_a_tenth_unless_the_clock_is_pinned() -> None:
    assert [next_delay(made, None) for made in range(1, 11)] == [*(each * 1000 for each in DELAYS[1:]), None]
    assert next_delay(2, lambda: 0.0) == 270_000
    assert next_delay(2, lambda: 1.0) == 330_000


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (500, None, 0),
        (429, None, 5),
        (None, None, 0),
        (429, "7", 7),
        (503, " 30 ", 30),
        (503, "0", 0),
        (503, "Mon, 15 Jun 2026 06:31:00 GMT", 60),
        (503, "Mon, 15 Jun 2026 06:29:00 GMT", 0),
        (503, "99999999999999999999", 86_400),
        (503, "Mon, 15 Jun 9999 06:31:00 GMT", 86_400),
        (500, "soon", 0),
        (500, "-5", 0),
        (500, "\u0665", 0),
        (429, "1.5", 5),
        (500, "Mon, 15 Jun 2026 06:31:00", 0),
    ],
)
def test_rest_is_what_the_receiver_asks_for(status: int | None, header: str | None, seconds: int) -> None:
    assert rest(status, header, WALL) == seconds * 1000
