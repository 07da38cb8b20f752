"""A shop floor on a sandbox of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from contract_tests.factory import Api
from contract_tests.kit import Client, Contract, Target
from contract_tests.shop_floor.floor import Floor


@pytest.fixture(scope="module")
def floor(factory: Target, contract: Contract) -> Iterator[Floor]:
    """The bicycle maker's."""
    api = Api(factory, contract, factory.tenant)
    yield Floor(api)
    api.close()


@pytest.fixture
def strict(factory: Target, contract: Contract, http: httpx.Client) -> Client:
    """The same entity by a client that holds every answer to every promise."""
    return Client(factory, contract, http, factory.tenant.token)
