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
from mock_server.contract.build import ensure
from mock_server.sandbox.keys import demo_install_id
from mock_server.sandbox.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage.installs import read_install

RATE_LIMIT = 1_000_000_000
# Lines of the made item's BOM; completing an order moves each of them, the item, and a by-product.
LINES = 8
MOVES = LINES + 2


class Workshop:
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
        headers = [(b"host", b"sandbox"), self._authorization]
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

    async def furnish(self, stock: int) -> str:
        """Makes an item, its BOM and stock of every component; the item's id."""
        control = self._control()
        parts = [await self._item(control, f"BENCH-PART-{number}") for number in range(LINES)]
        for part in parts:
            adjustment = {"ItemRefId": part, "Quantity": stock, "UnitCost": 10, "Reason": "Opening stock"}
            await control.call("POST", "/stock-adjustments", adjustment, 201)
        self.made = await self._item(control, "BENCH-MADE")
        chips = await self._item(control, "BENCH-CHIPS")
        await self.call("POST", "/boms", self.bom(self.made, parts, chips), 201)
        return self.made

    def _control(self) -> Workshop:
        """The same, for requests to the control plane."""
        control = copy(self)
        control.base = f"/_sandbox/v1/orgs/{self.tenant.org}/entities/{self.tenant.entity}"
        return control

    @staticmethod
    async def _item(control: Workshop, code: str) -> str:
        item = {"ItemCode": code, "Name": code, "Uom": "kg", "StandardCost": 10}
        made: str = (await control.call("POST", "/items", item, 201))["id"]
        return made

    @staticmethod
    def bom(item: str, parts: list[str], chips: str) -> dict[str, Any]:
        """A BOM of one kilogram of each part, with a few chips left over."""
        lines = [{"ItemRefId": part, "Quantity": 1} for part in parts]
        return {
            "ItemRefId": item,
            "Name": "Bench",
            "Version": "1",
            "OutputQuantity": 1,
            "Lines": lines,
            "ByProducts": [{"ItemRefId": chips, "Quantity": 0.1, "CostMethod": "FixedRate", "Rate": 2}],
            "Status": "Active",
        }

    async def small_boms(self, count: int) -> tuple[str, dict[str, Any]]:
        """Makes so many BOMs of two lines and a step; the id of one, and the body that made it."""
        control = self._control()
        parts = [await self._item(control, f"BENCH-SMALL-{number}") for number in range(3)]
        body = {
            "Name": "Wheel, front",
            "ItemRefId": parts[0],
            "Version": "3",
            "OutputQuantity": 10,
            "Status": "Draft",
            "Lines": [
                {"ItemRefId": parts[1], "Quantity": 10},
                {"ItemRefId": parts[2], "Quantity": 360, "WastagePercent": 2},
            ],
            "Operations": [
                {
                    "Sequence": 10,
                    "Name": "Lace and true",
                    "SetupMinutes": 15,
                    "RunMinutesPerUnit": 15,
                    "CostPerHour": 200,
                }
            ],
        }
        made = [(await self.call("POST", "/boms", body, 201))["id"] for _ in range(count)]
        return made[0], body

    async def order(self) -> str:
        """A new Draft work order."""
        body = {"ItemRefId": self.made, "PlannedQuantity": 1}
        order: str = (await self.call("POST", "/work-orders", body, 201))["id"]
        return order


@contextmanager
def workshop(folder: Path | None) -> Iterator[Workshop]:
    """A seeded sandbox in a folder, or in memory, with its limiter on."""
    ensure()
    sandbox = Sandbox(Settings(data_dir=folder, rate_limit=RATE_LIMIT, is_checking=False))
    try:
        yield Workshop(sandbox)
    finally:
        sandbox.close()


def run(work: Any) -> Any:
    """Runs a coroutine on the loop that the server uses."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)
