"""Two servers on one schema of PostgreSQL; without a PostgreSQL server these tests are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest

from contract_tests.kit import (
    VARIABLE,
    Client,
    Contract,
    Control,
    Fixtures,
    Target,
    database_server,
    new_schema,
    sandbox,
)
from contract_tests.many_servers.forwarder import Address, forwarder

_LEFT_OUT = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the tests out that need PostgreSQL where there is none."""
    if database_server() is not None:
        return
    needy = [item for item in items if "schema" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=needy)
    config.stash[_LEFT_OUT] = len(needy)
    items[:] = [item for item in items if item not in set(needy)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says how to run what was left out."""
    if count := config.stash.get(_LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{count} tests of several servers were left out: they need PostgreSQL. "
            f"Name one in {VARIABLE}, or use: scripts/postgres run scripts/test"
        )


def address_of(url: str) -> Address:
    """Host and port."""
    parts = urlsplit(url)
    assert parts.hostname is not None and parts.port is not None
    return parts.hostname, parts.port


def through(port: int, url: str) -> str:
    """The same URL by way of a port of this machine."""
    parts = urlsplit(url)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return parts._replace(netloc=f"{user}127.0.0.1:{port}").geturl()


@pytest.fixture(scope="module")
def schema(pytestconfig: pytest.Config) -> Iterator[str]:
    """The URL of a new schema."""
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts sandboxes of its own; the target here is another server")
    server = database_server()
    assert server is not None
    with new_schema(server) as url:
        yield url


@pytest.fixture(scope="module")
def servers(schema: str) -> Iterator[list[Target]]:
    """Two servers on one schema."""
    with ExitStack() as running:
        yield [running.enter_context(sandbox(database=schema, clock=None)) for _ in range(2)]


@pytest.fixture
def pair(
    servers: list[Target], contract: Contract, http: httpx.Client, prefix: str
) -> Iterator[list[Fixtures]]:
    """Fixtures at each of the two."""
    made = []
    for target in servers:
        assert target.control is not None
        client = Client(target, contract, http, target.tenant.token)
        made.append(Fixtures(client, Control(target.control, http), prefix))
    yield made
    for fixtures in made:
        fixtures.clear()


@pytest.fixture(scope="module")
def factory(servers: list[Target]) -> Iterator[Target]:
    """Both servers at one address: each new connection goes to the other."""
    with forwarder(*(address_of(target.url) for target in servers)) as front:
        first = servers[0]
        assert first.control is not None
        yield replace(first, url=through(front.port, first.url), control=through(front.port, first.control))


@pytest.fixture
def serve(schema: str) -> Iterator[Callable[..., Target]]:
    """Starts a server of the test's own, by default on the module's schema."""
    with ExitStack() as running:
        yield lambda **options: running.enter_context(
            sandbox(**{"database": schema, "clock": None, **options})
        )
