"""A sandbox in memory whose events go to a receiver that answers as it is told, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mock_server.events import Couriers, Deliverer, Recorder, Reply
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage import SqlBook
from mock_server.storage.documents import outbox
from mock_server.storage.subscriptions import Delivery, add_webhook, list_deliveries, list_webhooks
from mock_server.wire import instant

START = datetime.fromisoformat("2026-06-15T06:30:00+00:00")
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
INSTALL = "the app"
OK = Reply(200, "ok", None, 1)


class Receiver:
    """Stands where the HTTP client does; `answer` says what comes of each event."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        # Over how many seconds each body came.
        self.seconds: list[int] = []
        self.answer: Callable[[str, dict[str, Any]], Reply] = lambda url, event: OK
        self.hanging: set[str] = set()

    async def send(self, url: str, headers: Mapping[str, str], body: bytes, seconds: int = 0) -> Reply:
        """Takes a request."""
        if url in self.hanging:
            await asyncio.Event().wait()
        self.got.append((url, dict(headers), body))
        self.seconds.append(seconds)
        return self.answer(url, _read(body))

    async def close(self) -> None:
        """Nothing is open."""


def _read(body: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(body)
    except ValueError:
        return {}
    return found


class Lab:
    """Emits events and lets the deliverer run until it rests."""

    def __init__(self, sandbox: Sandbox, all_topics: bool = True) -> None:
        self.sandbox = sandbox
        self.receiver = Receiver()
        self.tenant = sandbox.tenants[0]
        self.database = sandbox.database
        client: Any = self.receiver
        self.tools = Couriers(
            sandbox.database, sandbox.clock, client, all_topics, None, Recorder(sandbox.database)
        )

    def subscribe(self, number: int = 1, topics: tuple[str, ...] = ("bom.updated",), **more: Any) -> str:
        """A push subscription to `https://r<number>.example`."""
        shown = {
            "_id": f"{number:024x}",
            "Topics": list(topics),
            "TargetUrl": f"https://r{number}.example",
            "DeliveryMode": "push",
            "LastDeliveryAt": None,
            "LastDeliveryStatus": None,
            "ConsecutiveFailures": 0,
            **more,
        }
        add_webhook(self.database.session, self.tenant.key, INSTALL, SECRET, shown)
        return str(shown["_id"])

    def emit(self, record: str, revision: int = 1, topic: str = "bom.updated") -> None:
        """Emits an event in a transaction of its own."""
        self.database.transact(lambda: outbox.add_event(self.book(), topic, record, revision, b'{"id":1}'))

    def emit_all(self, *records: str) -> None:
        """Emits one event after the other."""
        for record in records:
            self.emit(record)

    def book(self) -> SqlBook:
        """A book at this moment."""
        return SqlBook(self.database.session, self.tenant, self.sandbox.clock, self.sandbox.ids, "a test")

    def run(self, *steps: Callable[[], object]) -> None:
        """Starts the deliverer, takes each step, and lets it come to rest after each."""

        async def work() -> None:
            deliverer = Deliverer(self.tools)
            deliverer.start()
            try:
                for step in (lambda: None, *steps):
                    step()
                    await self._rest(deliverer)
            finally:
                await deliverer.stop()

        asyncio.run(work())

    async def _rest(self, deliverer: Deliverer) -> None:
        quiet = 0
        # Turns of the loop, not seconds: nothing here waits for anything but the loop.
        while quiet < 20:
            before = (len(self.receiver.got), len(deliverer._tasks))
            await asyncio.sleep(0)
            is_still = before == (len(self.receiver.got), len(deliverer._tasks))
            quiet = quiet + 1 if is_still and self.tools.recorder._written is None else 0

    def later(self, **span: float) -> Callable[[], None]:
        """A step that moves the pinned clock."""

        def step() -> None:
            clock = self.sandbox.clock
            clock.set(clock.setting.later(timedelta(**span)))

        return step

    def deliveries(self) -> list[Delivery]:
        """The log."""
        return list_deliveries(self.database.session, INSTALL, {}, 0, 1000)

    def shown(self) -> list[dict[str, Any]]:
        """The subscriptions as the list shows them."""
        return [json.loads(body) for body in list_webhooks(self.database.session, INSTALL)]

    def records(self, url: str | None = None) -> list[str]:
        """Event ids in the order of their arrival, perhaps at one receiver alone."""
        return [headers["webhook-id"] for each, headers, _ in self.receiver.got if url in {None, each}]

    @property
    def now(self) -> str:
        """The moment as answers show it."""
        return instant(self.sandbox.clock.now())


def lab(stage: str = "preview") -> closing[Any]:
    """A sandbox without data, with its clock pinned."""
    settings = replace(Settings(None, stage=stage, seed="empty"), pinned=START)
    return closing(Sandbox(settings))
