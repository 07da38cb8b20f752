"""Events are sent to a receiver: signed, in order, again where it fails, and every attempt can be read."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import pytest
from standardwebhooks import Webhook

from contract_tests.kit import Client, Fixtures, Received, Receiver, Record, Reply

_PLACES = count(1)


class Hook:
    """A push subscription with a path of its own at the receiver."""

    def __init__(self, fixtures: Fixtures, receiver: Receiver, topics: list[str]) -> None:
        self.path = f"/hooks/{next(_PLACES)}"
        self.receiver = receiver
        self.client: Client = fixtures.client
        made = fixtures.webhook(topics=topics, target_url=receiver.url(self.path))
        self.id: str = made["id"]
        self.secret: str = made["signing_secret"]

    def wait(self, times: int = 1) -> list[Received]:
        """What came."""
        return self.receiver.wait(self.path, times)

    def deliveries(self) -> list[Record]:
        """The log."""
        return self.client.every("listWebhookDeliveries", {"webhookId": self.id})

    def settled(self, status: str, attempts: int = 1) -> Record:
        """The last delivery, as soon as it is so."""
        end = time.monotonic() + 30
        while True:
            found = self.deliveries()
            if found and (found[-1]["status"], found[-1]["attempts"]) == (status, attempts):
                detail: Record = self.client.call(
                    "getWebhookDelivery", expect=200, deliveryId=found[-1]["delivery_id"]
                ).json()
                return detail
            assert time.monotonic() < end, found
            time.sleep(0.01)

    def shown(self) -> Record:
        """The subscription as the list shows it."""
        rows = self.client.call("listWebhookSubscriptions", expect=200).json()["subscriptions"]
        return next(row for row in rows if row["_id"] == self.id)


@pytest.fixture
def hook(sender: Fixtures, receiver: Receiver) -> Hook:
    """A subscription to what happens to BOMs."""
    return Hook(sender, receiver, ["bom.created", "bom.updated", "bom.archived", "bom.restored"])


def test_a_change_reaches_the_receiver_signed_with_the_record_as_it_was_answered(
    sender: Fixtures, hook: Hook
) -> None:
    bom = sender.bom()
    [request] = hook.wait()
    event: Any = Webhook(hook.secret).verify(request.body, request.headers)
    assert (event["topic"], event["data"]) == ("bom.created", {"bom": bom})
    assert request.headers["webhook-id"] == event["event_id"]
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 60
    assert request.headers["content-type"] == "application/json"


def test_the_events_of_a_record_come_in_the_order_of_its_revisions(sender: Fixtures, hook: Hook) -> None:
    bom = sender.bom()
    for number in range(5):
        bom = sender.update(bom, Notes=str(number))
    requests = hook.wait(6)
    assert [request.event["data"]["bom"]["Revision"] for request in requests] == [1, 2, 3, 4, 5, 6]


def test_the_log_shows_the_exact_bytes_and_headers_of_the_attempt(sender: Fixtures, hook: Hook) -> None:
    hook.receiver.answers[hook.path] = lambda request: Reply(202, body=b"taken " + b"x" * 5000)
    sender.bom()
    [request] = hook.wait()
    detail = hook.settled("delivered")
    assert detail["request_body"].encode() == request.body
    assert detail["request_headers"].items() <= request.headers.items()
    assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= detail["request_headers"].keys()
    assert (detail["response_status"], detail["next_attempt_at"]) == (202, None)
    assert detail["response_snippet"] == "taken " + "x" * 1018
    assert detail["duration_ms"] >= 0
    assert hook.shown()["LastDeliveryStatus"] == 202


def test_what_fails_is_sent_again_with_the_same_bytes_and_id(sender: Fixtures, hook: Hook) -> None:
    replies = iter([Reply(500, body=b"not yet"), Reply(200)])
    hook.receiver.answers[hook.path] = lambda request: next(replies)
    sender.bom()
    hook.wait()
    failed = hook.settled("pending")
    assert (failed["response_status"], failed["response_snippet"]) == (500, "not yet")
    assert failed["next_attempt_at"] is not None
    assert hook.shown()["ConsecutiveFailures"] == 1
    first, second = hook.wait(2)
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    Webhook(hook.secret).verify(second.body, second.headers)
    hook.settled("delivered", 2)
    assert hook.shown()["ConsecutiveFailures"] == 0


def test_410_ends_the_subscription(sender: Fixtures, hook: Hook) -> None:
    hook.receiver.answers[hook.path] = lambda request: Reply(410)
    sender.bom()
    hook.wait()
    hook.settled("exhausted")
    rows = hook.client.call("listWebhookSubscriptions", expect=200).json()["subscriptions"]
    assert hook.id not in [row["_id"] for row in rows]


def test_a_redirect_is_not_followed(sender: Fixtures, hook: Hook) -> None:
    elsewhere = f"{hook.path}/elsewhere"
    hook.receiver.answers[hook.path] = lambda request: Reply(307, {"Location": hook.receiver.url(elsewhere)})
    sender.bom()
    hook.wait()
    assert hook.settled("pending")["response_status"] == 307
    assert hook.receiver.at(elsewhere) == []


def test_a_refused_change_sends_nothing(sender: Fixtures, hook: Hook) -> None:
    bom = sender.bom()
    sender.client.refusal("updateBom", 400, "invalid_request", id=bom["id"], json={"Name": 1})
    sender.client.call("updateBom", expect=412, id=bom["id"], json=sender.body(), headers={"If-Match": '"9"'})
    sender.archive(bom)
    requests = hook.wait(2)
    assert [request.event["topic"] for request in requests] == ["bom.created", "bom.archived"]


def test_a_test_event_is_sent_to_its_subscription_alone(hook: Hook) -> None:
    queued = hook.client.call("sendWebhookTestEvent", expect=200, id=hook.id).json()
    assert (queued["topic"], queued["status"], queued["attempts"]) == ("webhook.test", "pending", 0)
    [request] = hook.wait()
    event: Any = Webhook(hook.secret).verify(request.body, request.headers)
    assert (event["topic"], event["data"]) == ("webhook.test", {"webhook_id": hook.id})
    assert hook.settled("delivered")["delivery_id"] == queued["delivery_id"]


def test_a_replay_sends_the_same_bytes_as_a_delivery_of_its_own(sender: Fixtures, hook: Hook) -> None:
    sender.bom()
    hook.wait()
    first = hook.settled("delivered")
    replayed = hook.client.call("replayWebhookDelivery", expect=200, deliveryId=first["delivery_id"]).json()
    assert replayed["delivery_id"] != first["delivery_id"]
    assert replayed["event_id"] == first["event_id"]
    one, other = hook.wait(2)
    assert one.body == other.body
    assert one.headers["webhook-id"] == other.headers["webhook-id"]
    hook.settled("delivered")


def test_a_replay_to_an_ended_subscription_is_404(sender: Fixtures, hook: Hook) -> None:
    sender.bom()
    hook.wait()
    delivery = hook.settled("delivered")["delivery_id"]
    hook.client.call("deleteWebhookSubscription", expect=200, id=hook.id)
    hook.client.refusal("replayWebhookDelivery", 404, "not_found", deliveryId=delivery)
    assert hook.client.call("getWebhookDelivery", expect=200, deliveryId=delivery).json()["attempts"] == 1


@pytest.mark.parametrize(("status", "agreed"), [(200, True), (204, True), (400, False), (302, False)])
def test_a_receiver_is_asked_whether_it_wants_the_events(hook: Hook, status: int, agreed: bool) -> None:
    hook.receiver.answers[hook.path] = lambda request: Reply(status)
    answer = hook.client.call("verifyWebhookSubscription", expect=200, id=hook.id).json()
    assert (answer["verified"], answer["response_status"]) == (agreed, status)
    [request] = hook.wait()
    event: Any = Webhook(hook.secret).verify(request.body, request.headers)
    assert event["topic"] == "webhook.verification"
    assert event["data"]["webhook_id"] == hook.id and len(event["data"]["challenge"]) >= 32


def test_one_key_asks_the_receiver_once(hook: Hook) -> None:
    headers = {"Idempotency-Key": f"verify {hook.id}"}
    first, second = (
        hook.client.call("verifyWebhookSubscription", expect=200, id=hook.id, headers=headers)
        for _ in range(2)
    )
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    assert len(hook.wait()) == 1


def test_a_receiver_that_is_not_there_has_not_agreed(sender: Fixtures) -> None:
    made = sender.webhook(target_url="https://localhost:9/hooks")
    answer = sender.client.call("verifyWebhookSubscription", expect=200, id=made["id"]).json()
    assert (answer["verified"], answer["response_status"]) == (False, None)


def test_purge_destroys_what_waits_and_leaves_what_was_delivered(sender: Fixtures, hook: Hook) -> None:
    bom = sender.bom()
    hook.wait()
    hook.settled("delivered")
    hook.receiver.answers[hook.path] = lambda request: Reply(500)
    sender.update(bom, Notes="x")
    hook.settled("pending")
    assert hook.client.call("purgePendingWebhookDeliveries", expect=200).json()["modified"] >= 1
    assert [row["status"] for row in hook.deliveries()] == ["delivered"]


def test_an_app_sees_its_own_deliveries_alone(sender: Fixtures, hook: Hook) -> None:
    sender.bom()
    hook.wait()
    delivery = hook.settled("delivered")["delivery_id"]
    assert sender.control is not None
    install = sender.control.install(hook.client.tenant)
    other = hook.client.using(sender.control.token(hook.client.tenant, install=install))
    assert other.every("listWebhookDeliveries") == []
    other.refusal("getWebhookDelivery", 404, "not_found", deliveryId=delivery)
    other.refusal("replayWebhookDelivery", 404, "not_found", deliveryId=delivery)
    other.refusal("sendWebhookTestEvent", 404, "not_found", id=hook.id)
    other.refusal("verifyWebhookSubscription", 404, "not_found", id=hook.id)
    other.refusal("listPullEvents", 404, "not_found", id=hook.id)


def test_the_log_can_be_filtered_and_read_by_pages(sender: Fixtures, hook: Hook) -> None:
    bom = sender.bom()
    for number in range(3):
        bom = sender.update(bom, Notes=str(number))
    hook.wait(4)
    hook.settled("delivered")
    updated = hook.client.every(
        "listWebhookDeliveries", {"webhookId": hook.id, "topic": "bom.updated", "limit": 2}
    )
    assert [row["topic"] for row in updated] == ["bom.updated"] * 3
    assert hook.client.every("listWebhookDeliveries", {"webhookId": hook.id, "status": "exhausted"}) == []
