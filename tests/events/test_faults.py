"""What each fault does to the requests that go out, as the library of others reads them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from mock_server.events import Reply
from mock_server.events.client import trickle
from mock_server.events.faults import UNKNOWN_TOPIC, sent_as
from tests.events.faulty import ask, faults, logged, order, shown, verified
from tests.events.lab import OK, SECRET, Lab, lab

DOWN = Reply(503, "down", None, 1)


@pytest.fixture
def at() -> Iterator[Lab]:
    """A sandbox with one push subscription."""
    with lab() as sandbox:
        found = Lab(sandbox)
        found.subscribe()
        yield found


def test_without_faults_each_event_comes_once(at: Lab) -> None:
    faults(at)
    at.run(lambda: at.emit_all("a", "b"))
    assert order(at) == [1, 2]
    assert shown(at)["faults"] == []


def test_a_duplicate_is_the_same_signed_request(at: Lab) -> None:
    faults(at, {"kind": "duplicate", "times": 3, "count": 1})
    at.run(lambda: at.emit_all("a", "b"))
    assert order(at) == [1, 1, 1, 2]
    first, second, third, _ = at.receiver.got
    assert first == second == third
    verified(first)
    assert [(row.status, row.attempts) for row in at.deliveries()] == [("delivered", 1)] * 2
    assert shown(at)["faults"] == [{"kind": "duplicate", "times": 3, "count": 1, "applied": 1}]


def test_of_a_duplicate_the_last_answer_counts(at: Lab) -> None:
    replies = iter([OK, DOWN])
    at.receiver.answer = lambda url, event: next(replies)
    faults(at, {"kind": "duplicate", "count": 1})
    at.run(lambda: at.emit("a"))
    assert [(row.status, row.attempts, row.response_status) for row in at.deliveries()] == [
        ("pending", 1, 503)
    ]


def test_a_bad_signature_is_refused_and_the_next_attempt_is_good(at: Lab) -> None:
    faults(at, {"kind": "bad_signature", "count": 1})
    replies = iter([Reply(401, "", None, 1), OK])
    at.receiver.answer = lambda url, event: next(replies)
    at.run(lambda: at.emit("a"), at.later(seconds=5))
    bad, good = at.receiver.got
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        verified(bad)
    assert bad[2] == good[2]
    verified(good)


@pytest.mark.parametrize(("given", "seconds"), [({}, 600), ({"seconds": 3600}, 3600)])
def test_of_a_stale_request_nothing_but_the_time_is_wrong(
    at: Lab, given: dict[str, int], seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults(at, {"kind": "stale_timestamp", **given})
    monkeypatch.setattr(at.sandbox.clock, "wall", lambda: 1_800_000_000.0)
    at.run(lambda: at.emit("a"))
    [(_, headers, body)] = at.receiver.got
    assert int(headers["webhook-timestamp"]) == 1_800_000_000 - seconds
    with pytest.raises(WebhookVerificationError, match="too"):
        Webhook(SECRET).verify(body, headers)
    stamp = at.sandbox.clock.at(int(headers["webhook-timestamp"]))
    assert headers["webhook-signature"] == Webhook(SECRET).sign(headers["webhook-id"], stamp, body.decode())


def test_both_secrets_sign_for_a_while_and_then_the_new_one_alone(at: Lab) -> None:
    answer = faults(at, {"kind": "rotated_secret", "seconds": 60})
    new = answer["signing_secret"]
    assert new.startswith("whsec_") and new != SECRET
    assert answer["old_secret_until"] == "2026-06-15T06:31:00.000Z"
    assert "signing_secret" not in shown(at)
    at.run(lambda: at.emit("a"))
    at.run(at.later(seconds=60), lambda: at.emit("b"))
    both, alone = at.receiver.got
    assert len(both[1]["webhook-signature"].split(" ")) == 2
    verified(both, SECRET)
    verified(both, new)
    assert " " not in alone[1]["webhook-signature"]
    verified(alone, new)
    with pytest.raises(WebhookVerificationError):
        verified(alone, SECRET)
    assert shown(at)["old_secret_until"] is None
    assert shown(at)["faults"][0]["applied"] == 1


def test_a_secret_that_was_rotated_in_stays_when_the_faults_are_cleared(at: Lab) -> None:
    new = faults(at, {"kind": "rotated_secret"})["signing_secret"]
    ask(at, "clear_webhook_faults", 1)
    at.run(lambda: at.emit("a"))
    [request] = at.receiver.got
    verified(request, new)
    assert " " not in request[1]["webhook-signature"]


def test_an_oversized_body_has_an_unknown_member_and_is_signed_rightly(at: Lab) -> None:
    faults(at, {"kind": "oversized", "kilobytes": 64, "count": 1})
    at.run(lambda: at.emit_all("a", "b"))
    big, plain = at.receiver.got
    event = verified(big)
    assert len(event.pop("padding")) > 65_000
    assert event["data"] == {"bom": {"id": 1}} and event.keys() == verified(plain).keys()
    found = logged(at)
    assert found.sent_size == len(big[2]) == len(found.body) + 65_536
    assert sent_as(found.body, found.sent_size) == big[2]
    assert logged(at, 1).sent_size is None


def test_a_truncated_body_is_half_of_what_was_signed_and_the_log_shows_that_half(at: Lab) -> None:
    faults(at, {"kind": "truncated", "count": 1})
    replies = iter([Reply(400, "", None, 1), OK])
    at.receiver.answer = lambda url, event: next(replies)
    at.run(lambda: at.emit("a"))
    [(_, headers, body)] = at.receiver.got
    found = logged(at)
    assert body == found.body[: len(found.body) // 2] == sent_as(found.body, found.sent_size)
    Webhook(SECRET).verify(found.body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers)
    at.run(at.later(seconds=5))
    verified(at.receiver.got[1])
    assert logged(at).sent_size is None


def test_a_slow_body_is_the_same_over_seconds(at: Lab) -> None:
    faults(at, {"kind": "slow", "seconds": 7, "script": [False, True]})
    at.run(lambda: at.emit_all("a", "b"))
    assert at.receiver.seconds == [0, 7]
    for request in at.receiver.got:
        verified(request)


def test_a_body_trickles_evenly_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def gather(body: bytes) -> list[bytes]:
        return [piece async for piece in trickle(body, 4)]

    monkeypatch.setattr("mock_server.events.client.asyncio.sleep", sleep)
    for body in (b"x" * 1000, b"ab", bytes(range(256)) * 7):
        pauses.clear()
        pieces = asyncio.run(gather(body))
        assert b"".join(pieces) == body and all(pieces)
        assert sum(pauses) == pytest.approx(4)


def test_an_unknown_topic_comes_before_the_event_and_its_answer_counts_for_nothing(at: Lab) -> None:
    faults(at, {"kind": "unknown_topic", "count": 1})
    at.receiver.answer = lambda url, event: OK if event["topic"] != UNKNOWN_TOPIC else Reply(410, "", None, 1)
    at.run(lambda: at.emit_all("a", "b"))
    events = [verified(request) for request in at.receiver.got]
    assert [event["topic"] for event in events] == [UNKNOWN_TOPIC, "bom.updated", "bom.updated"]
    assert [event["event_id"] for event in events] == at.records()
    assert len({event["event_id"] for event in events}) == 3
    assert [row.status for row in at.deliveries()] == ["delivered"] * 2


@pytest.mark.parametrize("size", range(22))
def test_a_body_is_cut_at_a_whole_character(size: int) -> None:
    body = '{"a":"₹äöü𝄞"}'.encode()
    cut = sent_as(body, size)
    assert size - 3 <= len(cut) <= size
    assert body.decode().startswith(cut.decode())
