"""A subscription whose deliveries go wrong as a test asks, by way of the control plane."""

from __future__ import annotations

import json
from typing import Any

from standardwebhooks import Webhook

from mock_server.control import FaultControl
from mock_server.gateway import Call
from mock_server.storage.subscriptions import find_delivery
from tests.events.lab import INSTALL, SECRET, Lab


def faults(at: Lab, *wanted: dict[str, Any], number: int = 1) -> Any:
    """Sets the faults of a subscription, as a request would."""
    return ask(at, "set_webhook_faults", number, {"faults": list(wanted)})


def shown(at: Lab, number: int = 1) -> Any:
    """The faults of a subscription."""
    return ask(at, "get_webhook_faults", number)


def ask(at: Lab, name: str, number: int, body: Any = None) -> Any:
    """Calls a handler of the control plane."""
    operation: Any = None
    call = Call(operation, None, {"id": f"{number:024x}"}, {}, {}, body, "")
    handler = getattr(FaultControl(at.sandbox), name)
    return json.loads(at.database.transact(lambda: handler(call)).body)


def verified(request: tuple[str, dict[str, str], bytes], secret: str = SECRET) -> Any:
    """The event of a request whose signature and time are right."""
    _, headers, body = request
    return Webhook(secret).verify(body, headers)


def order(at: Lab) -> list[int]:
    """The places of the events in the order of their arrival."""
    places = {row.event_id: row.seq for row in at.deliveries()}
    return [places[event] for event in at.records()]


def logged(at: Lab, place: int = 0) -> Any:
    """The log of a delivery with its last attempt."""
    found = find_delivery(at.database.session, INSTALL, at.deliveries()[place].id)
    assert found is not None
    return found
