"""Clients of a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contract_tests.install_flow.app import REDIRECT, App
from contract_tests.kit import Control, Target

Register = Callable[..., App]


@pytest.fixture
def register(target: Target, control: Control, http: httpx.Client) -> Iterator[Register]:
    """Registers clients, which are gone after the test."""
    made = []

    def new(**given: Any) -> App:
        body = {"client_name": "An app", "redirect_uris": [REDIRECT], **given}
        client = control.send("POST", "/oauth-clients", body)
        made.append(client["client_id"])
        return App(target.origin, http, client["client_id"], client.get("client_secret"))

    yield new
    for client_id in made:
        http.request("DELETE", f"{target.control}/oauth-clients/{client_id}")


@pytest.fixture
def app(register: Register) -> App:
    """A public client."""
    return register()


@pytest.fixture
def keeper(register: Register) -> App:
    """A confidential client, with its secret."""
    return register(client_type="confidential")
