"""Webhook subscriptions and topics."""

from __future__ import annotations

import base64

from mock_server.api.services import Services
from mock_server.gateway import Answer, Call, invalid, invalid_at
from mock_server.storage.subscriptions import add_webhook, end_webhook, list_webhooks
from mock_server.wire import dumps, instant

_SECRET_BYTES = 24
_NOTES = {
    True: "Sent are the events that the contract lists under `webhooks`: of BOMs, work orders, quality "
    "inspections and subcontract orders. The other topics can be subscribed to and stay silent.",
    False: "No event is sent on any topic today, only tests and replays.",
}


class Webhooks:
    """The handlers, named by operation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._topics = set(services.contract.topics)

    def create_webhook_subscription(self, call: Call) -> Answer:
        """Subscribes to topics; the answer is the only one that shows the signing secret."""
        topics = list(dict.fromkeys(topic.lower() for topic in call.body["topics"]))
        unknown = [
            {"pointer": f"/topics/{place}", "message": "is no topic; the topics are at /webhooks/topics"}
            for place, topic in enumerate(call.body["topics"])
            if topic.lower() not in self._topics
        ]
        if unknown:
            raise invalid(unknown[:20])
        mode, target = call.body.get("delivery_mode", "push"), call.body.get("target_url")
        # The URL of a pull subscription has no effect.
        reason = None if mode == "pull" or target is None else self._services.targets.check_url(target)
        if reason is not None:
            raise invalid_at("/target_url", reason)
        ids, created_at = self._services.ids_of(call), instant(self._services.clock.now())
        webhook_id = ids.object_id()
        secret = "whsec_" + base64.b64encode(ids.secret(_SECRET_BYTES)).decode()
        shown = {
            "_id": webhook_id,
            "Topics": topics,
            "TargetUrl": target,
            "DeliveryMode": mode,
            "IsActive": True,
            "LastDeliveryAt": None,
            "LastDeliveryStatus": None,
            "ConsecutiveFailures": 0,
            "createdAt": created_at,
        }
        assert call.grant is not None
        add_webhook(self._services.session, call.grant.tenant.key, self._install(call), secret, shown)
        answer = {
            "id": webhook_id,
            "topics": topics,
            "target_url": target,
            "delivery_mode": mode,
            "signing_secret": secret,
            "created_at": created_at,
        }
        return Answer(201, dumps(answer))

    def list_webhook_subscriptions(self, call: Call) -> Answer:
        """The install's active subscriptions."""
        rows = list_webhooks(self._services.session, self._install(call))
        return Answer(200, b'{"subscriptions":[%s]}' % b",".join(rows))

    def delete_webhook_subscription(self, call: Call) -> Answer:
        """Ends a subscription; unknown, foreign and ended ones count 0."""
        count = end_webhook(self._services.session, self._install(call), call.path["id"])
        return Answer(200, dumps({"ok": True, "modified": count}))

    def list_webhook_topics(self, call: Call) -> Answer:
        """Every topic that can be subscribed to, and which of them are sent."""
        topics = self._services.contract.topics
        by_resource: dict[str, list[str]] = {}
        for topic in topics:
            by_resource.setdefault(topic.split(".")[0], []).append(topic)
        answer = {
            "topics": topics,
            "count": len(topics),
            "by_resource": by_resource,
            "first_party_writes_emit": False,
            "note": _NOTES[self._services.is_telling],
        }
        return Answer(200, dumps(answer))

    @staticmethod
    def _install(call: Call) -> str:
        assert call.grant is not None
        install_id: str = call.grant.install["id"]
        return install_id
