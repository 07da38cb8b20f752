"""Events of subscriptions: fetching them, the log of deliveries, tests, replays and the handshake."""

from __future__ import annotations

from typing import Any

import orjson

from mock_server.api.answers import modified
from mock_server.api.pages import ended, place_of
from mock_server.api.services import Services, tenant_of
from mock_server.events import SCHEME, HandedOver, hand_over, sent_as, signed_headers, signing_secrets
from mock_server.gateway import Answer, Call, Later, invalid_at
from mock_server.refused import Refused
from mock_server.storage.documents import Position, write_event
from mock_server.storage.faults import FaultSetting, read_faults
from mock_server.storage.subscriptions import (
    Delivery,
    DeliveryDetail,
    Event,
    Subscriber,
    Webhook,
    find_delivery,
    find_webhook,
    list_deliveries,
    pull,
    purge,
    queue,
)
from mock_server.storage.subscriptions import place_of as place_of_delivery
from mock_server.wire import dumps, instant, instant_at, milliseconds

_TEST = "webhook.test"
_CHALLENGE = "webhook.verification"
_COLUMNS = {"webhookId": "webhook_id", "status": "status", "topic": "topic"}


class Deliveries:
    """The handlers, named by operation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def list_pull_events(self, call: Call) -> Answer:
        """Events after a cursor, oldest first, each signed now."""
        webhook = self._webhook(call)
        if not webhook.is_pull:
            raise Refused("push_subscription")
        cursor = call.query.get("after")
        place = 0
        if cursor is not None:
            try:
                place = place_of_delivery(cursor)
            except ValueError:
                raise invalid_at("/query/after", "is no `delivery_id` of this subscription") from None
            if place < webhook.swept_through:
                raise Refused("cursor_expired")
        limit, clock = call.query["limit"], self._services.clock
        events, is_more = pull(self._services.session, webhook.id, place, limit)
        wall, setting = clock.at(int(clock.wall())), self._faults(webhook)
        entries, count = hand_over(webhook, setting, events, limit, wall, clock.milliseconds())
        answer = {
            "events": [_handed_over(entry) for entry in entries],
            "next_cursor": events[count - 1].delivery_id if events else cursor,
            "has_more": is_more or count < len(events),
            "signature_scheme": SCHEME,
        }
        return Answer(200, dumps(answer))

    def send_webhook_test_event(self, call: Call) -> Answer:
        """Queues a synthetic event for one subscription."""
        webhook = self._webhook(call)
        book = self._services.book(call)
        event = write_event(book, _TEST, webhook.id, 0, dumps({"webhook_id": webhook.id}))
        return self._queued(call, webhook, event)

    def verify_webhook_subscription(self, call: Call) -> Answer | Later:
        """Asks the receiver whether it wants the events."""
        webhook = self._webhook(call)
        services, now = self._services, instant(self._services.clock.now())
        url = webhook.target_url
        if webhook.is_pull or url is None:
            return _verified(True, None, now)
        ids = services.ids_of(call)
        tenant, event_id = tenant_of(call), ids.uuid()
        body = dumps(
            {
                "event_id": event_id,
                "topic": _CHALLENGE,
                "created_at": now,
                "org_ref_id": tenant.org,
                "entity_ref_id": tenant.entity,
                "data": {"webhook_id": webhook.id, "challenge": ids.secret(24).hex()},
            }
        )

        secrets = signing_secrets(webhook.secret, self._faults(webhook), services.clock.milliseconds())
        wall = services.clock.at(int(services.clock.wall()))

        async def finish() -> Answer:
            headers = signed_headers(secrets, event_id, body, wall)
            reply = await services.webhook_client.send(url, headers, body)
            return _verified(reply.is_success, reply.status, now)

        return Later(finish, _verified(False, None, now))

    def list_webhook_deliveries(self, call: Call) -> Answer:
        """The deliveries of the install, oldest first."""
        services, limit = self._services, call.query["limit"]
        filters = {column: call.query[name] for name, column in _COLUMNS.items() if name in call.query}
        start = place_of(call, services.cursors)
        rows = list_deliveries(services.session, _install(call), filters, start, limit + 1)
        bodies = [dumps(_shown(row)) for row in rows[:limit]]
        end = Position(rows[limit - 1].seq) if len(rows) > limit else None
        return ended(call, services.cursors, "deliveries", bodies, end)

    def get_webhook_delivery(self, call: Call) -> Answer:
        """One delivery with its last attempt."""
        return Answer(200, _detailed(self._delivery(call, call.path["deliveryId"])))

    def replay_webhook_delivery(self, call: Call) -> Answer:
        """Queues the event of a delivery once more."""
        found = self._delivery(call, call.path["deliveryId"])
        webhook = find_webhook(self._services.session, found.delivery.webhook_id)
        if webhook is None:
            raise Refused("not_found", "The subscription of this delivery has ended.")
        if found.body is None:
            raise Refused("not_found", "The event of this delivery is no longer kept.")
        return self._queued(call, webhook, found.event)

    def purge_pending_webhook_deliveries(self, call: Call) -> Answer:
        """Destroys what is waiting."""
        return modified(purge(self._services.session, _install(call)))

    def _webhook(self, call: Call) -> Webhook:
        found = find_webhook(self._services.session, call.path["id"])
        if found is None or found.install != _install(call):
            raise Refused("not_found", "There is no such subscription.")
        return found

    def _delivery(self, call: Call, delivery_id: str) -> DeliveryDetail:
        found = find_delivery(self._services.session, _install(call), delivery_id)
        if found is None:
            raise Refused("not_found", "There is no such delivery.")
        return found

    def _queued(self, call: Call, webhook: Webhook, event: Event) -> Answer:
        services = self._services
        subscriber = Subscriber(webhook.id, webhook.install, webhook.is_pull)
        delivery_id = queue(
            services.session,
            tenant_of(call).key,
            subscriber,
            event,
            services.ids_of(call).nonce,
            now=milliseconds(services.clock.now()),
            is_asked=True,
        )
        return Answer(200, _detailed(self._delivery(call, delivery_id)))

    def _faults(self, webhook: Webhook) -> FaultSetting | None:
        return read_faults(self._services.session, webhook.id) if webhook.has_faults else None


def _handed_over(entry: HandedOver) -> dict[str, Any]:
    event = entry.event
    return {
        "delivery_id": event.delivery_id,
        "event_id": event.event_id,
        "topic": event.topic,
        "created_at": instant_at(event.created_at),
        "body_truncated": False,
        "headers": entry.headers,
        "body": event.body.decode(),
    }


def _verified(is_verified: bool, status: int | None, now: str) -> Answer:
    return Answer(200, dumps({"verified": is_verified, "response_status": status, "attempted_at": now}))


def _install(call: Call) -> str:
    assert call.grant is not None
    install_id: str = call.grant.install["id"]
    return install_id


def _shown(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.id,
        "event_id": delivery.event_id,
        "webhook_id": delivery.webhook_id,
        "topic": delivery.topic,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "response_status": delivery.response_status,
        "last_attempt_at": _moment(delivery.last_attempt_at),
        "next_attempt_at": _moment(delivery.due_at),
        "created_at": instant_at(delivery.created_at),
    }


def _detailed(found: DeliveryDetail) -> bytes:
    headers = found.request_headers
    return dumps(
        {
            **_shown(found.delivery),
            "request_headers": {} if headers is None else orjson.Fragment(headers),
            "request_body": None if found.body is None else sent_as(found.body, found.sent_size).decode(),
            "response_snippet": found.response_snippet,
            "duration_ms": found.duration_ms,
        }
    )


def _moment(stamp: int | None) -> str | None:
    return None if stamp is None else instant_at(stamp)
