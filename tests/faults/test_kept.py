"""Rules are kept with the data, go when their time is over, and cost nothing where there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mock_server.app import build_app
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage.sqlite.database import SqliteSession
from tests.asgi import Client, base_of, driver_of, token_for

FAULTS = "/_sandbox/v1/faults"
READ = "/boms?limit=1"


def clients(sandbox: Sandbox) -> tuple[Client, Client]:
    """A client of the public API and one of the control plane."""
    app = build_app(sandbox)
    return Client(app, token_for(sandbox)), Client(app)


def test_a_rule_goes_when_its_time_is_over(sandbox: Any) -> None:
    public, control = clients(sandbox)
    now = 1_800_000_000.0
    sandbox.faults._wall = lambda: now
    body = {"kind": "status", "status": 503, "expires_in": 60}
    made = control("POST", FAULTS, body).json()
    assert made["expires_at"] == "2027-01-15T08:01:00.000Z"
    assert public("GET", base_of() + READ).status == 503
    now += 59.9
    assert public("GET", base_of() + READ).status == 503
    now += 0.1
    assert public("GET", base_of() + READ).status == 200
    assert control("GET", FAULTS).json()["faults"] == []
    assert control("GET", f"{FAULTS}/{made['id']}").status == 404
    assert sandbox.faults.is_set is False
    control("POST", FAULTS, {**body, "expires_in": 1})
    [[count]] = driver_of(sandbox).execute("SELECT count(*) FROM fault_rules").fetchall()
    assert count == 1, "those whose time is over are swept"


def test_rules_outlive_a_restart_with_what_they_have_come_to(tmp_path: Path) -> None:
    body = {"kind": "status", "status": 503, "after": 1, "count": 2}
    statuses: list[int] = []
    for _ in range(2):
        with closing(Sandbox(Settings(tmp_path, rate_limit=0))) as sandbox:
            public, control = clients(sandbox)
            if not statuses:
                control("POST", FAULTS, body)
            statuses += [public("GET", base_of() + READ).status for _ in range(2)]
            [shown] = control("GET", FAULTS).json()["faults"]
    assert statuses == [200, 503, 503, 200]
    assert (shown["matched"], shown["fired"]) == (4, 2)


def test_where_no_rule_is_set_no_statement_is_spent_on_them(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, control = clients(sandbox)
    public("GET", base_of() + READ)
    seen: list[str] = []

    def traced(name: str) -> Callable[..., Any]:
        real = getattr(SqliteSession, name)

        def run(self: Any, statement: Any, parameters: Any, *more: Any) -> Any:
            seen.append(statement.sql)
            return real(self, statement, parameters, *more)

        return run

    for name in ("one", "all", "run", "within"):
        monkeypatch.setattr(SqliteSession, name, traced(name))
    public("GET", base_of() + READ)
    assert seen and not any("fault_rules" in sql for sql in seen)
    control("POST", FAULTS, {"kind": "latency", "milliseconds": 0, "operation_id": "listRecipes"})
    seen.clear()
    for _ in range(2):
        public("GET", base_of() + READ)
    assert sum("fault_rules" in sql for sql in seen) == 1, "read once, and not written for other operations"


def test_a_request_that_waits_holds_neither_the_loop_nor_a_transaction(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, token = build_app(sandbox), token_for(sandbox)
    begun, go_on, waits = asyncio.Event(), asyncio.Event(), []

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        begun.set()
        await go_on.wait()

    async def send(headers: dict[str, str]) -> int:
        answer = await Client(app, token)._send("GET", base_of() + READ, None, headers, None, "127.0.0.1")
        return answer.status

    async def both() -> None:
        late = asyncio.create_task(send({"x-sandbox-fault": "latency=60000"}))
        await begun.wait()
        assert not driver_of(sandbox).in_transaction
        assert await send({}) == 200
        go_on.set()
        assert await late == 200

    control = Client(app)
    assert control("POST", FAULTS, {"kind": "latency", "milliseconds": 500, "count": 1}).status == 201
    monkeypatch.setattr("mock_server.faults.faults.asyncio.sleep", wait)
    asyncio.run(both())
    assert waits == [60.5]
