"""OAuth clients are registered, listed and removed; a secret is shown once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contract_tests.kit import Control, Target

_BODY = {"client_name": "An app", "redirect_uris": ["https://app.example.com/cb"]}


@pytest.fixture
def clients(target: Target, control: Control, http: httpx.Client) -> Iterator[str]:
    """The address of the clients; those that a test made are gone afterwards."""
    url = f"{target.control}/oauth-clients"
    before = {each["client_id"] for each in http.get(url).json()["oauth_clients"]}
    yield url
    for each in http.get(url).json()["oauth_clients"]:
        if each["client_id"] not in before:
            http.delete(f"{url}/{each['client_id']}")


def test_a_new_sandbox_has_a_client_for_this_machine(clients: str, http: httpx.Client) -> None:
    first = http.get(clients).json()["oauth_clients"][0]
    assert (first["client_id"], first["client_type"]) == ("demo-app", "public")
    assert "http://127.0.0.1" in first["redirect_uris"]
    assert "bom:read" in first["scopes"]


def test_what_is_registered_can_be_read_and_is_listed_last(clients: str, http: httpx.Client) -> None:
    made = http.post(clients, json=_BODY)
    client = made.json()
    assert made.status_code == 201
    assert client["client_type"] == "public"
    assert client["grant_types"] == ["authorization_code", "refresh_token"]
    assert "client_secret" not in client
    assert http.get(f"{clients}/{client['client_id']}").json() == client
    assert http.get(clients).json()["oauth_clients"][-1] == client
    assert made.headers["location"].endswith(f"/oauth-clients/{client['client_id']}")


def test_a_secret_is_shown_once(clients: str, http: httpx.Client) -> None:
    made = http.post(clients, json={**_BODY, "client_type": "confidential"}).json()
    assert len(made["client_secret"]) >= 32
    for answer in (http.get(clients), http.get(f"{clients}/{made['client_id']}")):
        assert "client_secret" not in answer.text
        assert made["client_secret"] not in answer.text


def test_an_id_is_taken_once(clients: str, http: httpx.Client) -> None:
    assert http.post(clients, json={**_BODY, "client_id": "mine"}).status_code == 201
    again = http.post(clients, json={**_BODY, "client_id": "mine", "client_name": "Another"})
    assert (again.status_code, again.json()["error"]) == (409, "client_exists")
    assert again.json()["details"][0]["pointer"] == "/client_id"
    assert http.get(f"{clients}/mine").json()["client_name"] == "An app"
    assert http.delete(f"{clients}/mine").status_code == 200
    assert http.delete(f"{clients}/mine").status_code == 404
    assert http.get(f"{clients}/mine").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "http://app.example.com/cb",
        "https://app.example.com/cb#part",
        "https://user@app.example.com/cb",
        "https:///cb",
        "https://app.example.com/c b",
        "https://app.example.com/é",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.2/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "app:/cb",
        "com.example.app:cb",
        "/cb",
        "",
    ],
)
def test_an_address_that_nobody_should_be_led_to_is_refused(
    clients: str, http: httpx.Client, address: str
) -> None:
    before = http.get(clients).json()
    refused = http.post(clients, json={**_BODY, "redirect_uris": [*_BODY["redirect_uris"], address]})
    assert refused.status_code == 400
    assert refused.json()["details"][0]["pointer"] == "/redirect_uris/1"
    assert http.get(clients).json() == before


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"client_name": " "}, 400),
        ({"client_name": None}, 400),
        ({"redirect_uris": []}, 400),
        ({"grant_types": ["password"]}, 400),
        ({"client_type": "secret"}, 400),
        ({"client_secret": "mine"}, 400),
        ({"scopes": ["bom:write"]}, 422),
        ({"scopes": []}, 400),
    ],
)
def test_a_client_that_is_wrong_is_refused_and_not_there(
    clients: str, http: httpx.Client, change: dict[str, Any], status: int
) -> None:
    before = http.get(clients).json()
    assert http.post(clients, json={**_BODY, **change}).status_code == status
    assert http.get(clients).json() == before
