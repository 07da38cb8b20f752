"""For each 409 of the operations on webhooks a request that brings it about."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.kit import Case, Control, Fixtures, Record

# What a refusal needs: a sandbox whose clock may be moved.
Reach = Callable[[Fixtures, Control], None]
REFUSALS: dict[Case, Reach] = {}


def subscribed(fixtures: Fixtures, mode: str = "pull", topic: str = "bom.created") -> Record:
    """A subscription that stays until it is deleted."""
    body = {"topics": [topic], "delivery_mode": mode}
    if mode == "push":
        body["target_url"] = "https://example.com/hooks"
    made: Record = fixtures.client.call("createWebhookSubscription", expect=201, json=body).json()
    return made


def _key_used(operation: str) -> Reach:
    """The key of another request."""

    def reach(fixtures: Fixtures, control: Control) -> None:
        headers = {"Idempotency-Key": fixtures.label("KEY")}
        webhook = subscribed(fixtures)
        first = fixtures.client.call(
            "sendWebhookTestEvent", expect=200, id=webhook["id"], headers=headers
        ).json()
        path = {"id": webhook["id"], "deliveryId": first["delivery_id"]}
        fixtures.client.refusal(
            operation, 409, "idempotency_conflict", headers=headers, json={"a": 1}, **path
        )

    return reach


for _operation in (
    "sendWebhookTestEvent",
    "verifyWebhookSubscription",
    "replayWebhookDelivery",
    "purgePendingWebhookDeliveries",
):
    REFUSALS[_operation, 409, "idempotency_conflict"] = _key_used(_operation)


def _of_push(fixtures: Fixtures, control: Control) -> None:
    webhook = subscribed(fixtures, "push")
    fixtures.client.refusal("listPullEvents", 409, "push_subscription", id=webhook["id"])


def _behind(fixtures: Fixtures, control: Control) -> None:
    """A month later, and after enough events for what is old to be cleared."""
    webhook = subscribed(fixtures)
    send = [fixtures.client.call("sendWebhookTestEvent", expect=200, id=webhook["id"]) for _ in range(2)]
    cursor = send[0].json()["delivery_id"]
    control.send("POST", "/clock/advance", {"seconds": 31 * 24 * 3600})
    for _ in range(64):
        fixtures.client.call("sendWebhookTestEvent", expect=200, id=webhook["id"])
    fixtures.client.refusal(
        "listPullEvents", 409, "cursor_expired", id=webhook["id"], query={"after": cursor}
    )
    kept = fixtures.client.call("listPullEvents", expect=200, id=webhook["id"]).json()["events"]
    assert send[1].json()["delivery_id"] not in [event["delivery_id"] for event in kept]
    assert len(kept) >= 50


REFUSALS["listPullEvents", 409, "push_subscription"] = _of_push
REFUSALS["listPullEvents", 409, "cursor_expired"] = _behind
