"""Sends requests to the target and holds every answer against the promises and the contract."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from contract_tests.kit.contract import Contract
from contract_tests.kit.promises import PromiseBroken, check_promises
from contract_tests.kit.target import Target, Tenant

_LIVE = {"live", "stub"}


class Client:
    """One token's view of the target."""

    def __init__(self, target: Target, contract: Contract, http: httpx.Client, token: str | None) -> None:
        self.target = target
        self.contract = contract
        self.http = http
        self.token = token

    @property
    def tenant(self) -> Tenant:
        """The entity whose paths are asked for."""
        return self.target.tenant

    def using(self, token: str | None) -> Client:
        """The same paths with another token, or with none."""
        return Client(self.target, self.contract, self.http, token)

    def at(self, tenant: Tenant) -> Client:
        """Another entity's paths, with its own token."""
        return Client(replace(self.target, tenant=tenant), self.contract, self.http, tenant.token)

    def url(self, operation_id: str, **path: str) -> str:
        """The full URL of an operation; skips the test where the target does not have it yet."""
        operation = self.contract.operations[operation_id]
        if self.target.stage == "live" and operation.stage not in _LIVE:
            pytest.skip(f"{operation_id} is {operation.stage}, and --stage live keeps to what is there today")
        values = {"orgId": self.tenant.org, "entityId": self.tenant.entity, **path}
        return self.target.url + operation.url(**values)

    def call(
        self,
        operation_id: str,
        *,
        expect: int | None = None,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        **path: str,
    ) -> httpx.Response:
        """Calls an operation; its answer must be one that the contract lists, in status, headers and body."""
        operation = self.contract.operations[operation_id]
        url = self.url(operation_id, **path)
        response = self.send(operation.method, url, query=query, json=json, headers=headers)
        status = response.status_code
        assert status in operation.statuses, f"{operation_id} does not list {status}: {response.text[:600]}"
        missing = self.contract.headers_of(operation_id, status) - set(response.headers)
        assert not missing, f"{operation_id} {status} lacks {sorted(missing)}"
        faults = self.contract.faults(operation_id, status, response.json())
        assert not faults, f"{operation_id} {status}: {faults}"
        if status >= 400 and isinstance(code := response.json()["error"], str):
            listed = self.contract.codes_of(operation_id, status)
            assert code in listed, f"{operation_id} {status} lists {sorted(listed)}, not {code}"
        if expect is not None:
            assert status == expect, f"{operation_id} answered {status}: {response.text[:600]}"
        return response

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Sends any request below the API's base path; the answer must keep the promises."""
        if (reason := self.target.forbids(method)) is not None:
            pytest.skip(reason)
        sent = {"Authorization": f"Bearer {self.token}"} if self.token is not None else {}
        if json is not None:
            content, sent["Content-Type"] = jsonlib.dumps(json).encode(), "application/json"
        sent.update(headers or {})
        response = self.http.request(method, url, params=query or None, content=content, headers=sent)
        check_promises(response, self.contract)
        return response

    def refusal(self, operation_id: str, status: int, code: str, **request: Any) -> dict[str, Any]:
        """Calls an operation that must be refused with this status and code; returns the body."""
        response = self.call(operation_id, expect=status, **request)
        body: dict[str, Any] = response.json()
        assert body["error"] == code, response.text[:600]
        return body

    def pages(self, operation_id: str, query: Mapping[str, Any] | None = None, **path: Any) -> Iterator[Any]:
        """The pages of a list, to its end."""
        asked = dict(query or {})
        for _ in range(10_000):
            page = self.call(operation_id, expect=200, query=asked, **path).json()
            yield page
            if page["has_more"] is not (page["next_cursor"] is not None):
                raise PromiseBroken(f"{operation_id}: has_more and next_cursor contradict each other")
            if not page["has_more"]:
                return
            asked["after"] = page["next_cursor"]
        raise PromiseBroken(f"{operation_id} never ends")

    def every(self, operation_id: str, query: Mapping[str, Any] | None = None, **path: Any) -> list[Any]:
        """All records of a list."""
        found: list[Any] = []
        for page in self.pages(operation_id, {"limit": 200, **(query or {})}, **path):
            [records] = [value for value in page.values() if isinstance(value, list)]
            found += records
        return found
