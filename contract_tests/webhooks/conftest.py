"""A sandbox whose events reach a receiver on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from contract_tests.kit import Client, Contract, Control, Fixtures, Receiver, receiving, sandbox


@pytest.fixture(scope="session")
def _delivering(
    pytestconfig: pytest.Config, contract: Contract, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Receiver, Client, Control]]:
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts a sandbox of its own; the target here is another server")
    with receiving(tmp_path_factory.mktemp("authority")) as (receiver, authority):
        options = ["--webhook-ca", str(authority), "--allow-private-webhooks"]
        with sandbox(options=options, clock=None) as target, httpx.Client(timeout=30) as http:
            assert target.tenant is not None and target.control is not None
            client = Client(target, contract, http, target.tenant.token)
            yield receiver, client, Control(target.control, http)


@pytest.fixture
def receiver(_delivering: tuple[Receiver, Client, Control]) -> Receiver:
    """Where the events come."""
    receiver = _delivering[0]
    return receiver


@pytest.fixture
def sender(_delivering: tuple[Receiver, Client, Control]) -> Iterator[Fixtures]:
    """Makes records whose events are sent."""
    _, client, control = _delivering
    fixtures = Fixtures(client, control, "EVENTS")
    yield fixtures
    fixtures.clear()
