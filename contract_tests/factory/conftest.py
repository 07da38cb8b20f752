"""The factory's entities, and what its walks tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contract_tests.factory.api import Api
from contract_tests.kit import Contract, Target, Tenant

WALKS = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says how far the state machine went, and with which seed."""
    for walk in config.stash.get(WALKS, []):
        terminalreporter.write_line(walk)


@pytest.fixture
def record_walk(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Takes a line for the summary of the run."""
    return pytestconfig.stash.setdefault(WALKS, []).append


@pytest.fixture(scope="module")
def tenants(factory: Target) -> list[Tenant]:
    """Every entity of the sandbox."""
    return [factory.tenant, *factory.others]


@pytest.fixture
def api(factory: Target, contract: Contract) -> Iterator[Api]:
    """The first entity, the bicycle maker."""
    client = Api(factory, contract, factory.tenant)
    yield client
    client.close()
