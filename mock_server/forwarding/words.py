"""Events in a line."""

from __future__ import annotations

import json
from typing import Any

_NUMBERS = ("BomNumber", "WorkOrderNumber", "InspectionNumber", "OrderNumber", "RecipeNumber")
_TOPIC_WIDTH = 32
_NAME_WIDTH = 12


def name_of(body: str) -> str:
    """The number of the record that an event tells of, or its id; `-` where neither can be read."""
    try:
        data = json.loads(body)["data"]
        records = [record for record in data.values() if isinstance(record, dict)]
        for record in records:
            for name in (*_NUMBERS, "id"):
                if name in record:
                    return str(record[name])
        return str(next(iter(data.values())))
    except (ValueError, KeyError, AttributeError, TypeError, StopIteration):
        return "-"


def event_line(event: dict[str, Any]) -> str:
    """An event as `events` shows it."""
    topic, name = event["topic"], name_of(event["body"])
    return (
        f"{event['created_at']}  {topic:<{_TOPIC_WIDTH}}  {name:<{_NAME_WIDTH}}  "
        f"{event['revision']:>4}  {event['event_id']}"
    )


def delivery_line(clock: str, event: dict[str, Any], status: int, milliseconds: int) -> str:
    """A delivery as `listen` shows it."""
    topic, name = event["topic"], name_of(event["body"])
    return f"{clock}  {topic:<{_TOPIC_WIDTH}}  {name:<{_NAME_WIDTH}}  {status}  {milliseconds:>5} ms"
