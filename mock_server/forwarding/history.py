"""The events of an entity, as the control plane lists them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from mock_server.forwarding.server import Entity, ForwardingError, Server, Unreachable

_PAGE = 100
_POLL = 0.3
Show = Callable[[Any], None]
Tell = Callable[[str], None]


class _Place:
    """How far the list has been shown: a cursor, and the last event of the page behind it."""

    def __init__(self) -> None:
        self.cursor: str | None = None
        self.last: str | None = None

    def new(self, events: list[Any]) -> list[Any]:
        """Of a page, what has not been shown."""
        ids = [event["event_id"] for event in events]
        return events[ids.index(self.last) + 1 :] if self.last in ids else events


async def tail(server: Server, entity: Entity, topic: str | None, show: Show, warn: Tell | None) -> None:
    """Shows every event, oldest first; with `warn`, which is told when the server is away, it never ends."""
    place, is_away = _Place(), False
    while True:
        try:
            is_more = await _show_page(server, entity, topic, place, show)
        except Unreachable as error:
            if warn is None:
                raise
            if not is_away:
                warn(f"{error} It is asked again until it does.")
            is_away, is_more = True, False
        else:
            is_away = False
        if not is_more:
            if warn is None:
                return
            await asyncio.sleep(_POLL)


async def _show_page(server: Server, entity: Entity, topic: str | None, place: _Place, show: Show) -> bool:
    page = await _page(server, entity, topic, place, _PAGE)
    events = page["events"]
    for event in place.new(events):
        show(event)
        place.last = event["event_id"]
    if page["has_more"]:
        place.cursor = page["next_cursor"]
    elif len(events) > 1:
        # The list has no cursor behind its last event: the one before it keeps the next pages short.
        shorter = await _page(server, entity, topic, place, len(events) - 1)
        place.cursor = shorter["next_cursor"] or place.cursor
    return bool(page["has_more"])


async def _page(server: Server, entity: Entity, topic: str | None, place: _Place, limit: int) -> Any:
    query: dict[str, Any] = {"limit": limit}
    for name, value in (("topic", topic), ("after", place.cursor)):
        if value is not None:
            query[name] = value
    answer = await server.control("GET", f"{entity.path}/events", query=query)
    if answer.status == 400 and place.cursor is not None:
        # A cursor of a sandbox that has begun anew since.
        place.cursor = place.last = None
        return await _page(server, entity, topic, place, limit)
    if answer.status != 200:
        raise ForwardingError(f"The sandbox does not list its events: {answer.told}.")
    return answer.body


async def resend(server: Server, entities: list[Entity], event_id: str) -> int:
    """Sends an event of one of the entities again; to how many subscriptions."""
    for entity in entities:
        answer = await server.control("POST", f"{entity.path}/events/{event_id}/resend")
        if answer.status == 200:
            return int(answer.body["modified"])
        if answer.status != 404:
            raise ForwardingError(f"The sandbox does not send it: {answer.told}.")
    raise ForwardingError(f"There is no event {event_id}.")
