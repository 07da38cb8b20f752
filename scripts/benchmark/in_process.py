"""A sandbox in this process, and the requests that are measured on it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

from mock_server.app import PUBLIC, build_app
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage.tenancy import read_install
from mock_server.tokens import demo_install_id
from scripts.benchmark import bodies

RATE_LIMIT = 1_000_000_000


class InProcess:
    """Sends requests to the application without a network; everything but the network is in the time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.tenant = sandbox.tenants[0]
        self._app = build_app(sandbox)
        found = read_install(sandbox.database.session, demo_install_id(self.tenant.org, self.tenant.entity))
        assert found is not None
        token = sandbox.signer.sign(found[0], None, 30 * 24 * 3600, "bench")
        self._authorization = (b"authorization", f"Bearer {token}".encode())
        self.base = f"{PUBLIC}/orgs/{self.tenant.org}/entities/{self.tenant.entity}"
        self.made = ""
        self._count = 0

    async def call(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """The answer's parsed body; any other status stops the measurement."""
        sent, _ = await self.timed(method, path, body, status)
        return json.loads(sent)

    async def timed(self, method: str, path: str, body: Any = None, status: int = 200) -> tuple[bytes, float]:
        """The answer's body, and the seconds it took."""
        plain, _, query = f"{self.base}{path}".partition("?")
        headers = [(b"host", b"127.0.0.1"), self._authorization]
        raw = b""
        if method != "GET":
            self._count += 1
            headers.append((b"idempotency-key", f"bench-{time.time_ns()}-{self._count}".encode()))
        if body is not None:
            raw = json.dumps(body).encode()
            headers += [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(raw)).encode()),
            ]
        scope = {
            "type": "http",
            "method": method,
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("sandbox", 80),
            "scheme": "http",
            "http_version": "1.1",
            "root_path": "",
            "extensions": {},
        }
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        start = time.perf_counter()
        await self._app(scope, receive, send)
        taken = time.perf_counter() - start
        answer = b"".join(message.get("body", b"") for message in messages[1:])
        if messages[0]["status"] != status:
            raise SystemExit(f"{method} {path} answered {messages[0]['status']}: {answer[:500]!r}")
        return answer, taken

    async def prepare(self, stock: int) -> str:
        """Makes an item, its BOM and stock of every component; the item's id."""
        parts = [await self._item(f"BENCH-PART-{number}") for number in range(bodies.LINES)]
        for part in parts:
            await self._control().call("POST", "/stock-adjustments", bodies.adjustment(part, stock), 201)
        self.made, chips = await self._item("BENCH-MADE"), await self._item("BENCH-CHIPS")
        await self.call("POST", "/boms", bodies.bom(self.made, parts, chips), 201)
        return self.made

    def _control(self) -> InProcess:
        """The same, for requests to the control plane."""
        control = copy(self)
        control.base = f"/_sandbox/v1/orgs/{self.tenant.org}/entities/{self.tenant.entity}"
        return control

    async def _item(self, code: str) -> str:
        made: str = (await self._control().call("POST", "/items", bodies.item(code), 201))["id"]
        return made

    async def small_boms(self, count: int) -> tuple[str, dict[str, Any]]:
        """Makes so many BOMs of two lines and a step; the id of one, and the body that made it."""
        made, *parts = [await self._item(f"BENCH-SMALL-{number}") for number in range(3)]
        body = bodies.small_bom(made, parts)
        boms = [(await self.call("POST", "/boms", body, 201))["id"] for _ in range(count)]
        return boms[0], body

    async def order(self) -> str:
        """A new Draft work order."""
        order: str = (await self.call("POST", "/work-orders", bodies.order(self.made), 201))["id"]
        return order


@contextmanager
def in_process(folder: Path | None) -> Iterator[InProcess]:
    """A seeded sandbox in a folder, or in memory, with its limiter on."""
    sandbox = Sandbox(Settings(data_dir=folder, rate_limit=RATE_LIMIT, is_checking=False))
    try:
        yield InProcess(sandbox)
    finally:
        sandbox.close()


def run(work: Any) -> Any:
    """Runs a coroutine on the loop that the server uses."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)
