"""The control plane: the events of an entity, and sending one again."""

from __future__ import annotations

from mock_server.api import ended, modified, place_of
from mock_server.gateway import Answer, Call
from mock_server.refused import Refused
from mock_server.sandbox import SEEDED_EVENTS, Sandbox, tenant_of
from mock_server.storage.documents import Position, Told, find_event, list_events, resend
from mock_server.storage.tenancy import Tenant, lock_entity, read_fact
from mock_server.wire import dumps, instant_at, milliseconds


class EventControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session

    def list_events(self, call: Call) -> Answer:
        """Events of an entity, oldest first."""
        tenant, cursors = self._tenant(call), self._sandbox.cursors
        after = max(place_of(call, cursors), self._seeded)
        topic, record_id = call.query.get("topic"), call.query.get("record_id")
        limit = call.query["limit"]
        events, is_more = list_events(self._session, tenant.key, topic, record_id, after, limit)
        end = Position(events[-1].row) if is_more else None
        return ended(call, cursors, "events", [_shown(event) for event in events], end)

    def get_event(self, call: Call) -> Answer:
        """One event."""
        return Answer(200, _shown(self._event(call, self._tenant(call))))

    def resend_event(self, call: Call) -> Answer:
        """Queues an event for whoever wants its topic now."""
        sandbox, tenant = self._sandbox, self._tenant(call)
        lock_entity(self._session, tenant)
        event = self._event(call, tenant)
        now = milliseconds(sandbox.clock.now())
        return modified(resend(self._session, tenant.key, event, sandbox.ids.nonce, now))

    def _tenant(self, call: Call) -> Tenant:
        return tenant_of(self._sandbox, call.path["orgId"], call.path["entityId"])

    def _event(self, call: Call, tenant: Tenant) -> Told:
        found = find_event(self._session, tenant.key, call.path["eventId"], self._seeded)
        if found is None:
            raise Refused("not_found", "There is no such event.")
        return found

    @property
    def _seeded(self) -> int:
        """The last event of the seed, which nobody is told of."""
        return int(read_fact(self._session, SEEDED_EVENTS) or 0)


def _shown(event: Told) -> bytes:
    return dumps(
        {
            "event_id": event.id,
            "topic": event.topic,
            "record_id": event.record_id,
            "revision": event.revision,
            "created_at": instant_at(event.created_at),
            "body": event.body.decode(),
        }
    )
