"""What is served beside the API."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from mock_server.app import build_app
from mock_server.settings import Settings
from tests.asgi import Client

_DEFAULT, _PUBLISHED = "127.0.0.1:8080/public/v1", "https://api.hellobooks.ai"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@pytest.fixture
def client(sandbox: Any) -> Client:
    """A client without a token."""
    return Client(build_app(sandbox))


def test_readiness_needs_no_token(client: Client) -> None:
    ready = client("GET", "/readyz")
    assert (ready.status, ready.json()) == (200, {"ready": True})


def test_the_contract_is_served_in_all_forms_without_a_token(client: Client) -> None:
    whole = client("GET", "/openapi.json")
    assert whole.headers["content-type"] == "application/json"
    document = whole.json()
    assert document["openapi"] == "3.1.0"
    assert yaml.safe_load(client("GET", "/openapi.yaml").body) == document
    assert client("GET", "/openapi-3.0.json").json()["openapi"] == "3.0.3"
    built = json.loads((Settings().build_dir / "openapi.json").read_bytes())
    flows = document["components"]["securitySchemes"]["marketplaceOAuth2"]["flows"]
    built["components"]["securitySchemes"]["marketplaceOAuth2"]["flows"] = flows
    assert document == {**built, "servers": document["servers"]}


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.yaml", "/openapi-3.0.json"])
@pytest.mark.parametrize(
    ("host", "first"),
    [
        ("127.0.0.1:40123", "http://127.0.0.1:40123/public/v1"),
        ("[::1]:80", "http://[::1]:80/public/v1"),
        ("sandbox.internal", "http://sandbox.internal/public/v1"),
        ('evil"}],"x":[{"y', "http://127.0.0.1:8080/public/v1"),
        ("a b", "http://127.0.0.1:8080/public/v1"),
        ("", "http://127.0.0.1:8080/public/v1"),
    ],
)
def test_the_first_server_of_a_served_contract_is_the_one_it_came_from(
    client: Client, path: str, host: str, first: str
) -> None:
    document = yaml.load(client("GET", path, headers={"host": host}).body, LOADER)
    assert document["servers"][0]["url"] == first
    assert document["servers"][1]["url"] == "https://api.hellobooks.ai/public/v1"
    flow = document["components"]["securitySchemes"]["marketplaceOAuth2"]["flows"]["authorizationCode"]
    # Where it is not known who was asked, they are those that HelloBooks has published.
    origin = first.removesuffix("/public/v1") if first.partition("//")[2] != _DEFAULT else _PUBLISHED
    assert flow["authorizationUrl"] == f"{origin}/oauth/authorize"
    assert flow["tokenUrl"] == flow["refreshUrl"] == f"{origin}/oauth/token"


def test_no_handler_name_or_internal_field_is_in_the_served_contract(client: Client) -> None:
    for path in ("/openapi.yaml", "/openapi.json", "/openapi-3.0.json"):
        text = client("GET", path).body.decode()
        for word in (
            "mock_server",
            'x-internal"',
            "RepositoryVersion",
            "CreatedByUserRefId",
            "CostRollupState",
        ):
            assert word not in text


def test_the_pages_ask_nothing_of_other_hosts(client: Client) -> None:
    for path in ("/", "/reference"):
        page = client("GET", path)
        assert page.status == 200
        text = page.body.decode()
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
        assert "default-src 'self'" in page.headers["content-security-policy"]
    script = client("GET", "/assets/swagger-ui-bundle.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.body) > 500_000
    assert client("GET", "/assets/..%2fpages.py").status == 404
    assert client("GET", "/assets/nothing.js").status == 404


def test_an_unknown_path_is_404_in_the_envelope(client: Client) -> None:
    missing = client("GET", "/nowhere")
    assert (missing.status, missing.json()["error"]) == (404, "not_found")
    assert client("POST", "/readyz").status == 405


@pytest.mark.parametrize(
    "path", ["/bom", "/bom/list", "/work-orders", "/recipes/x", "/manufacturing-reports/a/b"]
)
def test_the_internal_prefixes_refuse_a_marketplace_token(client: Client, path: str) -> None:
    refused = client("GET", path)
    assert refused.status == 401
    assert refused.json() == {
        "error": "invalid_token",
        "message": "Marketplace app tokens cannot be used on user routes.",
    }
    assert json.loads(refused.body)
