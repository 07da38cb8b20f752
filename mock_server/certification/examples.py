"""The events that are played: webhook examples of the contract, each with an id and a record of its own."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from mock_server.clock import Clock, Ids
from mock_server.contract import Contract

Event = dict[str, Any]
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


class Examples:
    """Makes events of the contract's topics."""

    def __init__(self, contract: Contract) -> None:
        self._ids = Ids(Clock())
        self._by_topic: dict[str, Event] = {}
        for topic, webhook in contract.document["webhooks"].items():
            content = contract.resolve(webhook["post"]["requestBody"])["content"]["application/json"]
            for example in content.get("examples", {}).values():
                self._by_topic.setdefault(topic, contract.resolve(example)["value"])
        self.published_secret: str = contract.document["x-signature-vector"]["signing_secret"]
        self.version: str = contract.document["info"]["version"]

    @property
    def topics(self) -> list[str]:
        """The topics that have an example."""
        return list(self._by_topic)

    def event(self, topic: str, record: str | None = None, ago: timedelta = timedelta(0)) -> Event:
        """An event of a topic, made some time ago; of a record of its own where none is named."""
        event = copy.deepcopy(self._by_topic[topic])
        event["event_id"] = self._ids.uuid()
        moment = datetime.fromtimestamp(Clock.wall(), UTC) - ago
        event["created_at"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        document_of(event)["id"] = record or self._ids.uuid()
        return event

    def new_id(self) -> str:
        """An id that no event has."""
        return self._ids.uuid()


def document_of(event: Event) -> dict[str, Any]:
    """The record that an event shows."""
    document: dict[str, Any] = next(iter(event["data"].values()))
    return document


def rendered(event: Event) -> bytes:
    """The bytes as the sandbox sends them: no blanks, letters as they are."""
    return orjson.dumps(event)


def with_blanks(event: Event) -> bytes:
    """The same JSON indented by tabs, with CR LF, blanks around colons and a line's end behind it."""
    lines = orjson.dumps(event, option=orjson.OPT_INDENT_2).decode().split("\n")
    spaced = [re.sub(r"^( *)(\"[^\"]*\"): ", r"\1\2 : ", line) for line in lines]
    return (
        "\r\n".join(re.sub("^ +", lambda found: "\t" * (len(found[0]) // 2), each) for each in spaced)
    ).encode() + b"\r\n"


def with_escapes(event: Event) -> bytes:
    """The same JSON with escapes that are allowed and that nobody has to write: slashes, hyphens, letters."""

    def escaped(found: re.Match[str]) -> str:
        text = found[0].replace("/", "\\/").replace("-", "\\u002d")
        return "".join(each if each.isascii() else _escape(each) for each in text)

    return _TEXT.sub(escaped, rendered(event).decode()).encode()


def _escape(letter: str) -> str:
    units = letter.encode("utf-16-be").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def in_other_order(event: Event) -> bytes:
    """The same JSON with the members of every object from the last to the first."""
    return orjson.dumps(_reversed(event))


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(each) for name, each in reversed(value.items())}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def grown(event: Event, size: int) -> Event:
    """The event with the movements of its order repeated until its bytes are that many at least."""
    document = document_of(event)
    lines = document["StockMovements"]
    short = size - len(rendered(event))
    document["StockMovements"] = lines * (2 + max(0, short) // max(1, len(orjson.dumps(lines)) - 1))
    return event
