"""A second client for the shop floor."""

from __future__ import annotations

import httpx
import pytest

from contract_tests.kit import Client, Contract, Target


@pytest.fixture
def strict(factory: Target, contract: Contract, http: httpx.Client) -> Client:
    """The same entity by a client that holds every answer to every promise."""
    return Client(factory, contract, http, factory.tenant.token)
