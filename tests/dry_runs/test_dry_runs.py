"""A dry run changes no table and uses no id up, whatever is written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.factory import Answer, Api, plain
from contract_tests.kit import Case, Request, Target, Tenant, built_contract
from contract_tests.shop_floor import Floor
from contract_tests.shop_floor.registers import READY, REFUSALS
from mock_server.app import build_app
from mock_server.clock import Clock, Ids
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage.sqlite import SqliteDatabase
from tests.asgi import E1, Client, base_of, driver_of, token_for
from tests.conftest import PINNED

DRY = {"X-Sandbox-Dry-Run": "true"}
_READS = ("get", "list")
_WRITES = [operation for operation in READY if not operation.startswith(_READS)]
_REFUSED = [case for case in REFUSALS if not case[0].startswith(_READS)]


class InProcess(Api):
    """The API of an application in this process."""

    client: Client

    def _exchange(
        self, method: str, target: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        found = self.client(method, target, headers=dict(headers), raw=content)
        return Answer(found.status, found.body, found.headers)


@pytest.fixture(scope="module")
def opened() -> Iterator[Sandbox]:
    """A sandbox of the module's own: what the tests make is in nobody's way."""
    with closing(Sandbox(Settings(None, rate_limit=0, pinned=PINNED, is_checking=True))) as made:
        yield made


@pytest.fixture(scope="module")
def floor(opened: Sandbox) -> Floor:
    """The bicycle maker's shop floor."""
    tenant = Tenant(*E1, token_for(opened))
    target = Target("http://sandbox/public/v1", tenant, "http://sandbox/_sandbox/v1", "preview", False, True)
    api = InProcess(target, built_contract(), tenant)
    api.client = Client(build_app(opened))
    return Floor(api)


def state(sandbox: Sandbox) -> tuple[list[str], Any]:
    """All that is stored, and which ids come next."""
    ids = sandbox.ids.fork()
    return list(driver_of(sandbox).iterdump()), (ids.uuid(), ids.object_id(), ids.secret(8))


def tried(floor: Floor, operation: str, request: Request) -> Answer:
    """A dry run of a request of the registers."""
    asked = dict(request)
    headers = {**asked.pop("headers", {}), **DRY}
    body, query = plain(asked.pop("json", None)), asked.pop("query", None)
    return floor.api.call(operation, body, query=query, headers=headers, **asked)


@pytest.mark.parametrize("operation", _WRITES)
def test_a_write_that_succeeds_changes_nothing(floor: Floor, opened: Sandbox, operation: str) -> None:
    request = READY[operation](floor)
    before = state(opened)
    assert tried(floor, operation, request).status in (200, 201)
    assert state(opened) == before


@pytest.mark.parametrize("case", _REFUSED, ids=lambda case: "-".join(map(str, case)))
def test_a_write_that_is_refused_changes_nothing(floor: Floor, opened: Sandbox, case: Case) -> None:
    request = REFUSALS[case](floor)
    before = state(opened)
    answer = tried(floor, case[0], request)
    assert (answer.status, answer.code) == case[1:]
    assert state(opened) == before


@pytest.mark.parametrize("operation", ["archiveBoms", "createBom", "createWebhookSubscription"])
def test_a_write_with_a_key_changes_nothing(sandbox: Sandbox, operation: str) -> None:
    client, contract = Client(build_app(sandbox), token_for(sandbox)), built_contract()
    [bom, *_] = client("GET", f"{base_of()}/boms").json()["boms"]
    body = {
        "archiveBoms": {"ids": [bom["id"]]},
        "createBom": {"Name": "N", "ItemRefId": bom["ItemRefId"], "Lines": []},
        "createWebhookSubscription": {"topics": ["bom.created"], "delivery_mode": "pull"},
    }[operation]
    if operation == "createBom":
        body["Lines"] = [{"ItemRefId": bom["Lines"][0]["ItemRefId"], "Quantity": 1}]
    spec = contract.operations[operation]
    path = "/public/v1" + spec.url(orgId=E1[0], entityId=E1[1])
    before = state(sandbox)
    dry = client(spec.method, path, body, headers={**DRY, "Idempotency-Key": "once"})
    assert dry.status < 300, dry.body
    assert state(sandbox) == before
    real = client(spec.method, path, body, headers={"Idempotency-Key": "once"})
    assert (real.status, real.body) == (dry.status, dry.body)
    assert state(sandbox) != before


def test_writes_of_the_same_turn_are_done_whether_others_are_tried_or_not(sandbox: Sandbox) -> None:
    app = build_app(sandbox)
    token = token_for(sandbox)
    client = Client(app, token)
    [bom, *_] = client("GET", f"{base_of()}/boms").json()["boms"]
    line = {"ItemRefId": bom["Lines"][0]["ItemRefId"], "Quantity": 1}
    bodies = [{"Name": f"B{n}", "ItemRefId": bom["ItemRefId"], "Lines": [line]} for n in range(6)]

    async def all_at_once() -> list[int]:
        send = Client(app, token)._send
        found = await asyncio.gather(
            *(
                send("POST", f"{base_of()}/boms", body, DRY if n % 2 else {}, None, "127.0.0.1")
                for n, body in enumerate(bodies)
            )
        )
        return [each.status for each in found]

    assert asyncio.run(all_at_once()) == [201] * 6
    names = {each["Name"] for each in client("GET", f"{base_of()}/boms?limit=200").json()["boms"]}
    assert {f"B{n}" for n in range(6)} & names == {"B0", "B2", "B4"}


def test_of_the_outcomes_the_newest_are_remembered(sandbox: Sandbox) -> None:
    kept = sandbox.dry_runs
    for number in range(1002):
        kept._keep(str(number).encode(), {})
    assert (kept.find("1"), kept.find("2")) == (None, b'{"request_id":"2"}')
    kept._keep(b"large", {"text": "x" * 17_000_000})
    assert kept.find("1001") is None
    assert kept.find("large") is not None


def test_the_work_is_seen_by_itself_and_by_nobody_else() -> None:
    with closing(SqliteDatabase()) as database:
        driver = database.session.driver

        def work() -> int:
            driver.execute("INSERT INTO meta VALUES ('a', 'b')")
            [count] = driver.execute("SELECT count(*) FROM meta").fetchone()
            return int(count)

        assert asyncio.run(database.rehearse(work)) == 1
        assert driver.execute("SELECT count(*) FROM meta").fetchone() == (0,)
        with pytest.raises(ZeroDivisionError):
            asyncio.run(database.rehearse(lambda: 1 // 0))
        assert not driver.in_transaction


@given(st.lists(st.sampled_from(["uuid", "object_id", "nonce"]), max_size=20), st.integers(0, 20))
def test_a_fork_gives_the_ids_that_come_next_and_takes_none_away(draws: list[str], drawn: int) -> None:
    ids = Ids(Clock(PINNED), "a seed")
    for name in draws[:drawn]:
        getattr(ids, name)()
    forked = [getattr(ids.fork(), name)() for name in draws[:1]]
    one, other = ids.fork(), ids.fork()
    wanted = [getattr(one, name)() for name in draws]
    assert [getattr(other, name)() for name in draws] == wanted
    assert [getattr(ids, name)() for name in draws] == wanted
    assert forked == wanted[:1]
