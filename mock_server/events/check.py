"""Holds every event that is sent against the contract; for tests and fuzzing."""

from __future__ import annotations

import orjson

from mock_server.contract import Contract, Validators, faults


class EventFault(Exception):
    """The body of an event does not fit its topic's schema."""


class EventCheck:
    """Validates the bodies of events against the closed contract."""

    def __init__(self, contract: Contract) -> None:
        self._topics = contract.document.get("webhooks", {})
        self._validators = Validators(contract, is_closed=True)

    def __call__(self, topic: str, body: bytes) -> None:
        """Raises where a body does not fit; tests of the subscription itself have no schema."""
        if topic not in self._topics:
            return
        pointer = f"#/webhooks/{topic}/post/requestBody/content/application~1json/schema"
        validator = self._validators.at(pointer)
        event = orjson.loads(body)
        if not validator.is_valid(event):
            raise EventFault(f"{topic}: {faults(validator, event, '')}")
