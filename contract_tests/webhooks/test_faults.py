"""What the control plane lets go wrong arrives at a receiver over TLS."""

from __future__ import annotations

from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from contract_tests.kit import Fixtures, Receiver, Reply
from contract_tests.webhooks.test_deliveries import Hook


@pytest.fixture
def hook(sender: Fixtures, receiver: Receiver) -> Hook:
    """A subscription to new BOMs."""
    return Hook(sender, receiver, ["bom.created"])


def faults(sender: Fixtures, hook: Hook, *wanted: dict[str, Any]) -> Any:
    """Sets the faults of the subscription."""
    assert sender.control is not None
    return sender.control.send("PUT", f"/webhooks/{hook.id}/faults", {"faults": list(wanted)})


def applied(sender: Fixtures, hook: Hook) -> list[int]:
    """How often each fault came about."""
    assert sender.control is not None
    shown = sender.control.send("GET", f"/webhooks/{hook.id}/faults")
    return [fault["applied"] for fault in shown["faults"]]


def test_a_duplicate_is_one_delivery_of_two_equal_requests(sender: Fixtures, hook: Hook) -> None:
    faults(sender, hook, {"kind": "duplicate", "count": 1})
    sender.bom()
    first, second = hook.wait(2)
    assert (first.body, first.headers) == (second.body, second.headers)
    assert hook.settled("delivered")["attempts"] == 1
    assert applied(sender, hook) == [1]


def test_a_truncated_body_is_logged_as_it_went_out_and_comes_whole_the_next_time(
    sender: Fixtures, hook: Hook
) -> None:
    replies = iter([Reply(400), Reply(204)])
    hook.receiver.answers[hook.path] = lambda request: next(replies)
    faults(sender, hook, {"kind": "truncated", "count": 1})
    sender.bom()
    hook.wait()
    logged = hook.settled("pending")
    cut, whole = hook.wait(2)
    assert logged["request_body"].encode() == cut.body == whole.body[: len(cut.body)] != whole.body
    assert cut.headers["content-length"] == str(len(cut.body))
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret).verify(cut.body, cut.headers)
    Webhook(hook.secret).verify(whole.body, cut.headers)
    assert hook.settled("delivered", 2)["request_body"].encode() == whole.body


def test_an_oversized_body_arrives_and_is_logged_with_its_last_byte(sender: Fixtures, hook: Hook) -> None:
    faults(sender, hook, {"kind": "oversized", "kilobytes": 300, "count": 1})
    sender.bom()
    [request] = hook.wait()
    event: Any = Webhook(hook.secret).verify(request.body, request.headers)
    assert len(request.body) > 300 * 1024 and event["topic"] == "bom.created"
    assert hook.settled("delivered")["request_body"].encode() == request.body


def test_a_slow_body_arrives_whole(sender: Fixtures, hook: Hook) -> None:
    faults(sender, hook, {"kind": "slow", "seconds": 1})
    sender.bom()
    [request] = hook.wait()
    Webhook(hook.secret).verify(request.body, request.headers)
    assert "transfer-encoding" not in request.headers
    assert hook.settled("delivered")["duration_ms"] >= 1000


def test_a_dropped_event_never_comes_and_can_be_replayed(sender: Fixtures, hook: Hook) -> None:
    faults(sender, hook, {"kind": "drop", "count": 1})
    sender.bom()
    lost = hook.settled("exhausted", 0)
    assert (lost["request_headers"], lost["response_status"]) == ({}, None)
    assert hook.receiver.at(hook.path) == []
    hook.client.call("replayWebhookDelivery", expect=200, deliveryId=lost["delivery_id"])
    [request] = hook.wait()
    assert request.event["event_id"] == lost["event_id"]


def test_while_a_secret_is_rotated_both_verify(sender: Fixtures, hook: Hook) -> None:
    new = faults(sender, hook, {"kind": "rotated_secret"})["signing_secret"]
    sender.bom()
    [request] = hook.wait()
    for secret in (hook.secret, new):
        Webhook(secret).verify(request.body, request.headers)
    hook.client.call("verifyWebhookSubscription", expect=200, id=hook.id)
    _, challenge = hook.wait(2)
    for secret in (hook.secret, new):
        Webhook(secret).verify(challenge.body, challenge.headers)


def test_an_event_that_is_held_back_comes_behind_the_next_one(sender: Fixtures, hook: Hook) -> None:
    faults(sender, hook, {"kind": "reorder", "count": 1})
    boms = [sender.bom(), sender.bom(), sender.bom()]
    came = [request.event["data"]["bom"]["id"] for request in hook.wait(3)]
    assert came == [boms[place]["id"] for place in (1, 0, 2)]


def test_a_late_event_is_passed_by_the_next_one(sender: Fixtures, hook: Hook) -> None:
    faults(sender, hook, {"kind": "delay", "seconds": 1, "count": 1})
    first, second = sender.bom(), sender.bom()
    came = [request.event["data"]["bom"]["id"] for request in hook.wait(2)]
    assert came == [second["id"], first["id"]]


def test_what_is_held_back_comes_at_once_when_the_faults_are_cleared(sender: Fixtures, hook: Hook) -> None:
    faults(sender, hook, {"kind": "reorder", "seconds": 3600})
    sender.bom()
    hook.settled("pending", 0)
    assert sender.control is not None
    sender.control.send("DELETE", f"/webhooks/{hook.id}/faults")
    assert len(hook.wait()) == 1
