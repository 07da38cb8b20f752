"""A fast client of one server: one kept-alive connection, every answer held against the contract."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from contract_tests.factory.exact import wire
from contract_tests.kit import Contract, Target, Tenant

Record = dict[str, Any]
_SECONDS = 60


def plain(value: Any) -> Any:
    """A body as JSON has it: exact numbers become numbers, the rest stays."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return wire(value) if isinstance(value, (Fraction, Decimal)) else value


@dataclass(frozen=True)
class Answer:
    """An answer; numbers are exact."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> Any:
        """The body."""
        return json.loads(self.raw, parse_float=Decimal)

    @property
    def code(self) -> str:
        """The error code."""
        return str(self.body.get("error"))


@dataclass
class Api:
    """The target's public API for one entity, and its control plane."""

    target: Target
    contract: Contract
    tenant: Tenant
    checked_every: int = 1
    # The last writes with what was answered, to tell what led to a failure.
    journal: deque[str] = field(default_factory=lambda: deque(maxlen=60), repr=False)
    _count: int = 0
    _connection: HTTPConnection | None = field(default=None, repr=False)

    def at(self, tenant: Tenant) -> Api:
        """Another entity of the same server."""
        return Api(self.target, self.contract, tenant, self.checked_every)

    def call(
        self,
        operation_id: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **path: str,
    ) -> Answer:
        """Calls an operation; its answer must be one that the contract lists."""
        operation = self.contract.operations[operation_id]
        values = {"orgId": self.tenant.org, "entityId": self.tenant.entity, **path}
        url = urlsplit(self.target.url).path + operation.url(**values)
        sent = {"Authorization": f"Bearer {self.tenant.token}", **(headers or {})}
        answer = self.send(operation.method, url, body, query=query, headers=sent)
        self._check(operation_id, answer)
        return answer

    def _check(self, operation_id: str, answer: Answer) -> None:
        status = answer.status
        told = f"{operation_id} answered {status}: {answer.raw[:800]!r}"
        operation = self.contract.operations[operation_id]
        assert status in operation.statuses, told
        assert status < 500 or (status == 501 and not operation.is_built), told
        self._count += 1
        if status >= 400:
            assert answer.code in self.contract.codes_of(operation_id, status), told
        self.contract.reached.seen.add((operation_id, status, answer.code if status >= 400 else ""))
        if status >= 400 or self._count % self.checked_every == 0:
            faults = self.contract.faults(operation_id, status, json.loads(answer.raw))
            assert not faults, f"{told}\n{faults}"

    def read(self, operation_id: str, query: Mapping[str, Any] | None = None, **path: str) -> Any:
        """Reads what must be there."""
        answer = self.call(operation_id, None, query=query, headers=None, **path)
        assert answer.status == 200, f"{operation_id} answered {answer.status}: {answer.raw[:600]!r}"
        return answer.body

    def pages(self, operation_id: str, query: Mapping[str, Any], size: int, **path: str) -> Iterator[Any]:
        """The pages of a list."""
        return _pages(lambda asked: self.read(operation_id, {**query, **asked}, **path), size)

    def every(
        self, operation_id: str, query: Mapping[str, Any] | None = None, size: int = 200, **path: str
    ) -> list[Record]:
        """All records of a list."""
        found: list[Record] = []
        for page in self.pages(operation_id, query or {}, size, **path):
            [records] = [value for value in page.values() if isinstance(value, list)]
            found += records
        return found

    def control(
        self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> Answer:
        """A request to the control plane, below the entity's path."""
        prefix = urlsplit(self.target.control or "").path
        url = f"{prefix}/orgs/{quote(self.tenant.org)}/entities/{quote(self.tenant.entity)}{path}"
        answer = self.send(method, url, body, query=query)
        assert answer.status < 500, f"{method} {path}: {answer.raw[:600]!r}"
        return answer

    def new_item(self, code: str, **fields: Any) -> Record:
        """A new item."""
        answer = self.control("POST", "/items", {"ItemCode": code, "Name": code, "Uom": "NOS", **fields})
        assert answer.status == 201, answer.raw
        found: Record = answer.body
        return found

    def adjust(self, item_id: str, quantity: Any, unit_cost: Any = None) -> Answer:
        """A stock adjustment."""
        body = {"ItemRefId": item_id, "Quantity": quantity}
        return self.control(
            "POST", "/stock-adjustments", body if unit_cost is None else {**body, "UnitCost": unit_cost}
        )

    def movements(self, **query: str) -> list[Record]:
        """All movements that a query finds."""
        return self._all_of("/movements", "movements", query)

    def journal_entries(self, **query: str) -> list[Record]:
        """All journal entries that a query finds."""
        return self._all_of("/journal", "entries", query)

    def _all_of(self, path: str, key: str, query: Mapping[str, str]) -> list[Record]:
        def ask(asked: Record) -> Any:
            answer = self.control("GET", path, query={**query, **asked})
            assert answer.status == 200, answer.raw
            return answer.body

        return [record for page in _pages(ask, 200) for record in page[key]]

    def send(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends any request; bytes go as they are."""
        sent = dict(headers or {})
        content: bytes | None = None
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(plain(body)).encode()
            sent["Content-Type"] = "application/json"
        target = url if not query else f"{url}?{urlencode(plain(query))}"
        for is_last in (False, True):
            try:
                return self._exchange(method, target, content, sent)
            except (HTTPException, ConnectionError):
                # The server may end an idle connection; a request that was answered is never sent again.
                self.close()
                if is_last or method not in ("GET", "PUT", "DELETE"):
                    raise
        raise AssertionError("unreachable")

    def _exchange(
        self, method: str, target: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        if self._connection is None:
            origin = urlsplit(self.target.url)
            self._connection = HTTPConnection(origin.hostname or "", origin.port, timeout=_SECONDS)
        self._connection.request(method, target, content, dict(headers))
        response = self._connection.getresponse()
        raw = response.read()
        if method != "GET":
            self.journal.append(f"{method} {target} {content!r}\n    {response.status} {raw[:200]!r}")
        return Answer(response.status, raw, {name.lower(): value for name, value in response.getheaders()})

    def close(self) -> None:
        """Ends the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _pages(ask: Callable[[Record], Any], size: int) -> Iterator[Any]:
    asked: Record = {"limit": size}
    while True:
        page = ask(asked)
        yield page
        if not page["has_more"]:
            return
        asked["after"] = page["next_cursor"]
