"""When faults come about: which events wait, which are lost, and how chance, counts and scripts are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from standardwebhooks import WebhookVerificationError

from mock_server.events import Reply
from tests.events.faulty import ask, faults, logged, order, verified
from tests.events.lab import OK, Lab, lab


@pytest.fixture
def at() -> Iterator[Lab]:
    """A sandbox with one push subscription."""
    with lab() as sandbox:
        found = Lab(sandbox)
        found.subscribe()
        yield found


@pytest.mark.parametrize(
    ("window", "wanted"), [(1, [2, 1, 4, 3, 6, 5]), (2, [2, 3, 1, 5, 6, 4]), (5, [2, 3, 4, 5, 6, 1])]
)
def test_an_event_waits_until_later_ones_went_out(at: Lab, window: int, wanted: list[int]) -> None:
    faults(at, {"kind": "reorder", "window": window})
    at.run(lambda: at.emit_all(*"abcdef"))
    assert order(at) == wanted


def test_an_event_that_none_follows_waits_no_longer_than_its_seconds(at: Lab) -> None:
    faults(at, {"kind": "reorder", "seconds": 30})
    at.run(lambda: at.emit("a"), at.later(seconds=29.999))
    assert at.receiver.got == []
    at.run(at.later(seconds=0.001))
    assert order(at) == [1]


@pytest.mark.parametrize("name", ["clear_webhook_faults", "set_webhook_faults"])
def test_what_is_held_back_goes_out_when_the_faults_end(at: Lab, name: str) -> None:
    faults(at, {"kind": "reorder"})
    at.run(lambda: at.emit("a"), lambda: ask(at, name, 1, {"faults": []}))
    assert order(at) == [1]


def test_a_receiver_that_wants_rest_is_not_sent_what_was_held_back(at: Lab) -> None:
    faults(at, {"kind": "reorder"})
    at.receiver.answer = lambda url, event: Reply(429, "", "60", 1)
    at.run(lambda: at.emit_all("a", "b"))
    assert order(at) == [2]
    at.receiver.answer = lambda url, event: OK
    at.run(at.later(seconds=60))
    assert order(at) == [2, 1, 2]


def test_a_delayed_event_comes_later_and_others_pass_it(at: Lab) -> None:
    faults(at, {"kind": "delay", "seconds": 90, "script": [True, False]})
    at.run(lambda: at.emit_all("a", "b"))
    assert order(at) == [2]
    assert [(row.status, row.attempts) for row in at.deliveries()] == [("pending", 0), ("delivered", 1)]
    at.run(at.later(seconds=89.999))
    assert order(at) == [2]
    at.run(at.later(seconds=0.001))
    assert order(at) == [2, 1]


def test_a_dropped_event_is_never_sent_and_its_delivery_says_so(at: Lab) -> None:
    faults(at, {"kind": "drop", "count": 1})
    at.run(lambda: at.emit_all("a", "b"), at.later(days=2))
    assert order(at) == [2]
    lost = logged(at)
    assert (lost.delivery.status, lost.delivery.attempts, lost.delivery.due_at) == ("exhausted", 0, None)
    assert lost.request_headers is None
    assert at.shown()[0]["ConsecutiveFailures"] == 0


def test_several_faults_come_about_together(at: Lab) -> None:
    faults(
        at,
        {"kind": "duplicate"},
        {"kind": "bad_signature"},
        {"kind": "unknown_topic"},
        {"kind": "slow"},
        {"kind": "delay", "seconds": 1},
    )
    at.run(lambda: at.emit("a"), at.later(seconds=1))
    unknown, *others = at.receiver.got
    verified(unknown)
    assert at.receiver.seconds == [0, 5, 5]
    for request in others:
        with pytest.raises(WebhookVerificationError):
            verified(request)


def test_a_script_is_followed_attempt_by_attempt_and_ends(at: Lab) -> None:
    faults(at, {"kind": "duplicate", "script": [False, True, True]})
    at.run(lambda: at.emit_all(*"abcde"))
    assert order(at) == [1, 2, 2, 3, 3, 4, 5]


def test_chance_of_a_pinned_sandbox_repeats() -> None:
    runs = []
    for _ in range(2):
        with lab() as sandbox:
            at = Lab(sandbox)
            at.subscribe()
            faults(at, {"kind": "duplicate", "probability": 0.3}, {"kind": "reorder", "probability": 0.2})
            at.run(partial(at.emit_all, *map(str, range(200))))
            runs.append(order(at))
    assert runs[0] == runs[1]
    assert 240 <= len(runs[0]) <= 280
    assert runs[0] != sorted(runs[0])


def test_chance_is_never_at_0_and_always_at_1(at: Lab) -> None:
    faults(at, {"kind": "duplicate", "probability": 0}, {"kind": "drop", "probability": 0})
    at.run(lambda: at.emit_all("a", "b"))
    faults(at, {"kind": "duplicate", "probability": 1})
    at.run(lambda: at.emit_all("c", "d"))
    assert order(at) == [1, 2, 3, 3, 4, 4]


def test_faults_of_one_subscription_leave_another_alone(at: Lab) -> None:
    at.subscribe(2)
    faults(at, {"kind": "drop"})
    at.run(lambda: at.emit_all("a", "b"))
    assert {url for url, _, _ in at.receiver.got} == {"https://r2.example"}


def test_progress_goes_on_after_a_restart(at: Lab) -> None:
    faults(at, {"kind": "duplicate", "count": 2})
    for record in "abc":
        at.run(partial(at.emit, record))
    assert order(at) == [1, 1, 2, 2, 3]
