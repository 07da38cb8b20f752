"""The receivers that people copy take what a sandbox pushes to them over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import httpx
import pytest

from contract_tests import kit
from tests.receivers.running import EXAMPLES, NAMES, running

TOPICS = ["bom.created", "bom.updated", "bom.archived"]


class Sending(NamedTuple):
    """A sandbox, and what stands before the receivers as a proxy does, with a certificate that it trusts."""

    proxy: kit.Receiver
    client: kit.Client
    control: kit.Control


@pytest.fixture(scope="module")
def sending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sending]:
    """A sandbox whose events reach this machine."""
    with ExitStack() as opened:
        proxy, authority = opened.enter_context(kit.receiving(tmp_path_factory.mktemp("authority")))
        options = ["--webhook-ca", str(authority), "--allow-private-webhooks"]
        target = opened.enter_context(kit.sandbox(options=options, clock=None))
        assert target.tenant is not None and target.control is not None
        http = opened.enter_context(httpx.Client(timeout=30))
        client = kit.Client(target, kit.built_contract(), http, target.tenant.token)
        yield Sending(proxy, client, kit.Control(target.control, http))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_sandbox_pushes_is_taken_in_order_and_a_replay_is_handled_no_more(
    name: str, sending: Sending
) -> None:
    proxy, client, control = sending
    path = f"/{name}"
    fixtures = kit.Fixtures(client, control, f"PUSHED-{name[:5].upper()}")
    hook = fixtures.webhook(topics=TOPICS, target_url=proxy.url(path))
    with running(name, EXAMPLES, [hook["signing_secret"]]) as receiver:

        def hand_on(request: kit.Received) -> kit.Reply:
            answer = receiver.client.post("/hook", content=request.body, headers=request.headers)
            return kit.Reply(answer.status_code, body=answer.content)

        proxy.answers[path] = hand_on
        handshake = client.call("verifyWebhookSubscription", expect=200, id=hook["id"], json={}).json()
        assert (handshake["verified"], handshake["response_status"]) == (True, 204)
        client.call("sendWebhookTestEvent", expect=200, id=hook["id"], json={})
        proxy.wait(path, 2)
        bom = fixtures.bom()
        fixtures.update(bom, Notes="für später")
        came = proxy.wait(path, 4)
        first = client.every("listWebhookDeliveries", {"webhookId": hook["id"]})[-1]
        client.call("replayWebhookDelivery", expect=200, deliveryId=first["delivery_id"], json={})
        again = proxy.wait(path, 5)[-1]
        topics = [request.event["topic"] for request in came]
        assert topics == ["webhook.verification", "webhook.test", *TOPICS[:2]]
        assert (again.body, again.headers["webhook-id"]) == (came[-1].body, came[-1].headers["webhook-id"])
        assert receiver.handled() == [request.headers["webhook-id"] for request in came]
    fixtures.clear()
