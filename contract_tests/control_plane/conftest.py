"""Sandboxes of the tests' own: a clock that moves is in everybody's way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contract_tests.kit import Client, Contract, Control, Fixtures, Target


@pytest.fixture
def begin(
    start: Callable[..., Target], contract: Contract, http: httpx.Client, prefix: str
) -> Iterator[Callable[..., Fixtures]]:
    """Starts a sandbox; the fixtures of its first entity, with its control plane."""
    made = []

    def started(**options: Any) -> Fixtures:
        target = start(**options)
        assert target.control is not None
        client = Client(target, contract, http, target.tenant.token)
        made.append(Fixtures(client, Control(target.control, http), prefix))
        return made[-1]

    yield started
    for fixtures in made:
        fixtures.clear()
