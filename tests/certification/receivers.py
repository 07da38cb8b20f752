"""A small receiver that does all that it should, on a server of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from aiohttp import web
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

SECRET = "whsec_c29tZSBieXRlcyBvZiB0aGUgdGVzdA=="


class Receiver:
    """Verifies by the library, tells repeats by the id, and takes what it does not know."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        # Seconds that the answers seem to have taken.
        self.seconds = 0.0

    def respond(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status that a delivery is answered with."""
        try:
            self.verify(body, headers)
        except WebhookVerificationError:
            return 400
        return self.take(headers["webhook-id"], json.loads(body))

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Raises where the signature does not fit."""
        Webhook(SECRET).verify(body, dict(headers))

    def take(self, event_id: str, event: dict[str, Any]) -> int:
        """Handles an event once."""
        if event_id not in self.handled:
            self.handle(event_id, event)
        return 204

    def handle(self, event_id: str, event: dict[str, Any]) -> None:
        """What is to be done once."""
        self.handled.append(event_id)

    def monotonic(self) -> float:
        """A clock by which the receiver takes what time it says."""
        return self.seconds


class Served(NamedTuple):
    """Where a receiver listens, and where it says what it has handled."""

    target: str
    events_url: str


@contextmanager
def served(receiver: Receiver) -> Iterator[Served]:
    """The receiver on a free port of this machine, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(_begun(receiver), loop).result()
    try:
        host, port = runner.addresses[0][:2]
        yield Served(f"http://{host}:{port}/hook", f"http://{host}:{port}/handled")
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _begun(receiver: Receiver) -> web.AppRunner:
    async def hook(request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        return web.Response(status=receiver.respond(body, headers))

    async def handled(_: web.Request) -> web.Response:
        return web.json_response(receiver.handled)

    app = web.Application()
    app.add_routes([web.post("/hook", hook), web.get("/handled", handled)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner
