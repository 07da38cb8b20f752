"""What the load works on: BOMs to read, and orders to release and complete."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import httpx

from scripts.benchmark import bodies
from scripts.benchmark.load import Request, Shot, shoot
from scripts.benchmark.servers import Missing, Server

_BOMS = 60
_STOCK = 1_000_000


class Fixtures:
    """Prepares the first entity of a sandbox over HTTP."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._http = httpx.Client(headers=server.headers, timeout=30)
        self._started, self._keys = time.time_ns(), 0
        me = self._send("GET", "/me")
        self._place = f"/orgs/{me['org_ref_id']}/entities/{me['entity_ref_id']}"
        made, *parts = [self._item(f"BENCH-SMALL-{number}") for number in range(3)]
        self._small_bom = bodies.small_bom(made, parts)
        boms = [self._send("POST", f"{self._place}/boms", self._small_bom) for _ in range(_BOMS)]
        self._bom: str = boms[0]["id"]
        parts = [self._item(f"BENCH-PART-{number}") for number in range(bodies.LINES)]
        for part in parts:
            self._control("/stock-adjustments", bodies.adjustment(part, _STOCK))
        self._made, chips = self._item("BENCH-MADE"), self._item("BENCH-CHIPS")
        self._send("POST", f"{self._place}/boms", bodies.bom(self._made, parts, chips))

    def one_bom(self) -> bytes:
        """The bytes of one BOM."""
        url = f"{self.server.origin}{self.server.prefix}{self._place}/boms/{self._bom}"
        return self._http.get(url).content

    def requests(self) -> list[Request]:
        """The requests that are compared."""
        boms = f"{self._place}/boms"
        return [
            Request("read one", [f"{boms}/{self._bom}"]),
            Request("page of 50", [f"{boms}?limit=50"]),
            Request("page of 1", [f"{boms}?limit=1"]),
            Request("create", [boms], "POST", self._small_bom),
        ]

    def request(self, name: str) -> Request:
        """One of them."""
        return next(request for request in self.requests() if request.name == name)

    def orders(self, folder: Path, seconds: int = 2) -> Iterator[tuple[str, Shot]]:
        """Creates orders, then releases them, then completes them: fewer each time, so that none runs out."""
        place = f"{self._place}/work-orders"
        create = Request("order", [place], "POST", bodies.order(self._made))
        yield "create order", shoot(self.server, [create], seconds * 3, folder)
        for state, action, body in (
            ("Draft", "release", None),
            ("InProgress", "complete", bodies.COMPLETION),
        ):
            ids = self._ids(state)
            paths = [f"{place}/{each}/{action}" for each in ids]
            yield action, shoot(self.server, [Request(action, paths, "POST", body)], seconds, folder)
            seconds = 1

    def live(self) -> Iterator[float]:
        """One order from its making to its completion, each step sent twice, then a report; ms of each."""
        place = f"{self._place}/work-orders"
        order = yield from self._twice(place, bodies.order(self._made))
        yield from self._twice(f"{place}/{order['id']}/release", None)
        yield from self._twice(f"{place}/{order['id']}/complete", bodies.COMPLETION)
        yield self._timed("GET", f"{self._place}/manufacturing-reports/efficiency?limit=10")[0]

    def _twice(self, path: str, body: Any) -> Generator[float, None, Any]:
        """Sends a write and sends it again; both answers must be the same."""
        self._keys += 1
        key = {"Idempotency-Key": f"soak-{self._started}-{self._keys}"}
        first, answer = self._timed("POST", path, body, key)
        yield first
        again, repeated = self._timed("POST", path, body, key)
        yield again
        if repeated != answer:
            raise Missing(f"{path} answered {answer} and, repeated, {repeated}")
        return answer

    def _timed(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[float, Any]:
        start = time.perf_counter()
        answer = self._answer(method, f"{self.server.prefix}{path}", body, headers)
        return (time.perf_counter() - start) * 1000, answer

    def _ids(self, state: str) -> list[str]:
        """The orders of the made item in a state."""
        found: list[str] = []
        query = f"?itemRefId={self._made}&status={state}&limit=200"
        after = ""
        while True:
            page = self._send("GET", f"{self._place}/work-orders{query}{after}")
            found += [order["id"] for order in page["work_orders"]]
            if not page["has_more"]:
                return found
            after = f"&after={page['next_cursor']}"

    def _item(self, code: str) -> str:
        made: str = self._control("/items", bodies.item(code))["id"]
        return made

    def _control(self, path: str, body: Any) -> Any:
        return self._answer("POST", f"/_sandbox/v1{self._place}{path}", body)

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        return self._answer(method, f"{self.server.prefix}{path}", body)

    def _answer(self, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        answer = self._http.request(method, f"{self.server.origin}{path}", json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()
