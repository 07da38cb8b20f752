"""Moving the clock on makes the attempts of a delivery at their times, one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from contract_tests.kit import Client, Control, Fixtures, Receiver, Reply

# Seconds from each attempt to the next one.
LADDER = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
PINNED = "2026-06-15T06:30:00Z"


def in_workspace(sender: Fixtures) -> Fixtures:
    """A workspace of the test's own, whose clock stands."""
    assert sender.control is not None and sender.client.target.control is not None
    made = sender.control.send("POST", "/workspaces", {"clock": {"pinned_at": PINNED}, "expires_in": 600})
    token = made["tokens"][0]["access_token"]
    plane = f"{sender.client.target.control}/workspaces/{made['id']}"
    tenant = replace(sender.client.tenant, token=token)
    target = replace(sender.client.target, tenant=tenant, control=plane)
    client = Client(target, sender.client.contract, sender.client.http, token)
    return Fixtures(client, Control(plane, sender.client.http), "LADDER")


def moved(fixtures: Fixtures, **by: Any) -> dict[str, Any]:
    """The clock is moved on."""
    assert fixtures.control is not None
    answer: dict[str, Any] = fixtures.control.send("POST", "/clock/advance", by)
    return answer


def test_an_advance_walks_the_ladder_in_order(sender: Fixtures, receiver: Receiver) -> None:
    fixtures = in_workspace(sender)
    receiver.answers["/ladder"] = lambda _: Reply(500)
    hook = fixtures.webhook(topics=["bom.created"], target_url=receiver.url("/ladder"))
    fixtures.bom()
    receiver.wait("/ladder")
    first = moved(fixtures, to="next")
    assert (first["now"], [each["kind"] for each in first["due"]]) == (
        "2026-06-15T06:30:05.000Z",
        ["delivery_attempt"],
    )
    rest = moved(fixtures, seconds=4 * 86_400)
    times = [datetime.fromisoformat(each["at"]) for each in (*first["due"], *rest["due"])]
    spans = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    assert spans == LADDER[1:]
    assert rest["is_complete"]
    assert len(receiver.at("/ladder")) == 10
    [delivery] = fixtures.client.every("listWebhookDeliveries", {"webhookId": hook["id"]})
    assert (delivery["status"], delivery["attempts"]) == ("exhausted", 10)
    assert moved(fixtures, to="next")["due"][0]["kind"] != "delivery_attempt"


def test_what_is_due_by_the_day_alone_is_told(sender: Fixtures) -> None:
    fixtures = in_workspace(sender)
    [bom, *_] = fixtures.client.every("listBoms", {"status": "Active"})
    body = {
        "ItemRefId": bom["ItemRefId"],
        "BomRefId": bom["id"],
        "PlannedQuantity": 1,
        "DueDate": "2026-06-20",
    }
    order = fixtures.client.call("createWorkOrder", expect=201, json=body).json()
    before = moved(fixtures, seconds=5 * 86_400)["due"]
    assert order["id"] not in [each["record_id"] for each in before]
    told = moved(fixtures, seconds=395 * 86_400)["due"]
    assert told == sorted(told, key=lambda each: each["at"])
    [late] = [each for each in told if each["record_id"] == order["id"]]
    # The entity is in India, where the day after began then.
    assert (late["at"], late["kind"]) == ("2026-06-20T18:30:00.000Z", "work_order_overdue")
    assert {"challan_overdue", "key_expired"} & {each["kind"] for each in told}
    shown = fixtures.client.every("listWorkOrders", {"overdue": "true"})
    assert order["id"] in [each["id"] for each in shown]
