"""The comparison of our own layers with the stock Connexion stack finds what is planted on one side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from contract_tests.kit import process
from contract_tests.kit import sandbox as started
from mock_server.api import Account
from mock_server.control import StockControl
from mock_server.gateway import Answer, gate
from mock_server.gateway.bodies import parse
from mock_server.gateway.routing import Tree
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import Client, Reply, base_of, token_for
from tests.conftest import PINNED
from tests.gateway import twins

HEALTH = "/public/v1/health"
SUBSCRIPTION = {"topics": ["bom.created"], "target_url": "https://partner.example/hooks"}
Reported = Callable[[Reply], bool]
Make = Callable[..., Client]


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes twins; a change named by a builder of `tests.gateway.twins` is in force while that one builds."""
    held = twins.HeldTime()
    held.install(monkeypatch.setattr)

    def make(**planted: AbstractContextManager[Any]) -> Client:
        for name, plant in planted.items():
            monkeypatch.setattr(twins, name, _under(plant, getattr(twins, name)))
        settings = Settings(None, rate_limit=0, pinned=PINNED, is_checking=False)
        ours, oracles = (opened.enter_context(closing(Sandbox(settings))) for _ in "12")
        return Client(twins.Twins(ours, oracles, held), token_for(ours))

    with ExitStack() as opened:
        yield make


def _under(plant: AbstractContextManager[Any], build: Callable[[Sandbox], Any]) -> Callable[[Sandbox], Any]:
    def built(sandbox: Sandbox) -> Any:
        with plant:
            return build(sandbox)

    return built


@pytest.fixture
def reported(caplog: pytest.LogCaptureFixture) -> Reported:
    """Whether an answer tells a difference, and the log does."""

    def is_reported(answer: Reply) -> bool:
        told = [record for record in caplog.records if record.name == twins.logger.name]
        is_logged = len(told) == 1 and told[0].exc_info is not None
        return answer.status == 500 and b"\nstock: " in answer.body and is_logged

    return is_reported


def _health(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> AbstractContextManager[Any]:
    return patch.object(Account, "health_check", lambda *arguments: Answer(status, body, list(headers)))


def test_what_is_the_same_on_both_sides_is_answered(pair: Make, caplog: pytest.LogCaptureFixture) -> None:
    client = pair(build_app=nullcontext())
    assert client("GET", HEALTH).json()["ok"] is True
    made = client("POST", base_of() + "/webhooks", SUBSCRIPTION)
    assert made.status == 201
    assert client("DELETE", f"{base_of()}/webhooks/{made.json()['id']}").json()["modified"] == 1
    assert client("POST", base_of() + "/boms", {"Name": "x"}).status == 400
    assert client("GET", "/_sandbox/v1/entities").status == 200
    assert not [record for record in caplog.records if record.name == twins.logger.name]


@pytest.mark.parametrize(
    "answer",
    [
        (200, b'{"ok":true,"ts":1}'),
        (200, b'{"ok": true,"ts":1781505000000}'),
        (202, b'{"ok":true,"ts":1781505000000}'),
        (200, b'{"ok":true,"ts":1781505000000}', (b"etag", b'"1"')),
    ],
    ids=["value", "space", "status", "header"],
)
@pytest.mark.parametrize("side", ["build_app", "build_oracle"])
def test_an_answer_changed_on_one_side_is_reported(
    pair: Make, reported: Reported, side: str, answer: Any
) -> None:
    assert reported(pair(**{side: _health(*answer)})("GET", HEALTH))


def test_an_answer_that_connexion_finds_faulty_is_reported(pair: Make, reported: Reported) -> None:
    faulty = 200, b'{"ok":true,"ts":"soon"}'
    client = pair(build_app=_health(*faulty), build_oracle=_health(*faulty))
    assert reported(client("GET", HEALTH))


def test_a_request_that_only_connexion_refuses_is_reported(
    pair: Make, reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "read_body", lambda operation, requests, raw, found: parse(raw))
    assert reported(pair()("POST", base_of() + "/webhooks", {**SUBSCRIPTION, "colour": "red"}))


def test_a_path_that_only_connexion_knows_is_reported(
    pair: Make, reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tree, "find", lambda tree, segments: None)
    assert reported(pair()("GET", HEALTH))


def test_a_write_that_one_side_forgot_is_reported_when_it_is_read(pair: Make, reported: Reported) -> None:
    forgets = patch.object(StockControl, "create_item", lambda control, call: Answer(201, b"{}"))
    client = pair(build_control=forgets)
    path = "/_sandbox/v1/orgs/org-veloma/entities/ent-veloma-pune/items"
    assert reported(client("POST", path, {"ItemCode": "T-1", "Name": "T-1", "Uom": "NOS"}))
    assert b"T-1" in client("GET", base_of() + "/item?search=T-1").body.split(b"\nstock: ")[0]


def test_a_run_of_the_contract_tests_through_a_fault_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_COMMAND", "tests.gateway.faulty_shadow")
    with pytest.raises(process.SandboxError, match="logged a failure"), started() as target:
        authorization = {"Authorization": f"Bearer {target.tenant.token}"}
        assert httpx.get(f"{target.url}/me", headers=authorization).status_code == 200
        assert httpx.get(f"{target.url}/health", headers=authorization).status_code == 500
