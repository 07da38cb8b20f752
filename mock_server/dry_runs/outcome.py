"""What a write has done so far in its transaction: movements of stock, changes of costs, events."""

from __future__ import annotations

from typing import Any

import orjson

from mock_server.gateway import Call
from mock_server.storage import Session
from mock_server.storage.documents import Told, last_event, list_events
from mock_server.storage.rows import last_movement, movements_since
from mock_server.wire import instant_at

_MOST = 10_000


class Outcome:
    """Begun before the write; the entity has no other writer meanwhile."""

    def __init__(self, session: Session, call: Call) -> None:
        assert call.grant is not None
        self._session = session
        self._call = call
        self._tenant = call.grant.tenant
        self._event = last_event(session)
        self._movement = last_movement(session, self._tenant.key)

    def told(self, status: int, *, is_done: bool) -> dict[str, Any]:
        """What the write would have done; nothing where it is refused."""
        shown: dict[str, Any] = {
            "operation_id": self._call.operation.id,
            "org_ref_id": self._tenant.org,
            "entity_ref_id": self._tenant.entity,
            "status": status,
            "movements": [],
            "cost_changes": [],
            "events": [],
        }
        return {**shown, **self._effects()} if is_done else shown

    def _effects(self) -> dict[str, Any]:
        session, tenant = self._session, self._tenant.key
        moved = movements_since(session, tenant, self._movement, _MOST)
        return {
            "movements": [orjson.Fragment(body) for body in moved],
            "cost_changes": self._cost_changes(),
            "events": [_event(told) for told in self._events()],
        }

    def _events(self) -> list[Told]:
        events, is_more, after = list[Told](), True, self._event
        while is_more and len(events) < _MOST:
            page, is_more = list_events(self._session, self._tenant.key, None, None, after, 500)
            events += page
            after = page[-1].row if page else after
        return events[:_MOST]

    def _cost_changes(self) -> list[dict[str, Any]]:
        rehearsal = self._call.rehearsal
        assert rehearsal is not None
        return [
            {"resource": kind, "record_id": record_id, "pointer": pointer, "before": before, "after": after}
            for book in rehearsal.books
            for kind, record_id, pointer, before, after in book.cost_changes()
        ]


def _event(event: Told) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "topic": event.topic,
        "record_id": event.record_id,
        "revision": event.revision,
        "created_at": instant_at(event.created_at),
        "body": event.body.decode(),
    }
