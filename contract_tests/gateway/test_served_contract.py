"""The contract is served in its forms, and tells nothing of the server's code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from contract_tests.kit import METHODS, Client, Contract

_FILES = ("openapi.json", "openapi.yaml", "openapi-3.0.json")


def served(client: Client, file: str) -> httpx.Response:
    """A file of the target's; skips where it serves none."""
    answer = client.http.get(f"{client.target.origin}/{file}")
    if answer.status_code == 404 and not client.target.is_own:
        pytest.skip(f"the target does not serve /{file}")
    assert answer.status_code == 200, answer.text[:300]
    return answer


def operations(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Method, path and id of every operation."""
    return {
        (method, path, item[method]["operationId"])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def without_addresses(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document without what says where it is served."""
    copy = {**json.loads(json.dumps(document)), "servers": []}
    for scheme in copy["components"]["securitySchemes"].values():
        for flow in scheme.get("flows", {}).values():
            for name in [name for name in flow if name.endswith("Url")]:
                flow[name] = urlsplit(flow[name]).path
    return copy


def test_the_served_contract_is_the_one_that_is_tested(client: Client, contract: Contract) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = served(client, "openapi.json").json()
    assert yaml.load(served(client, "openapi.yaml").text, loader) == document
    # It names the server that it came from, and the install flow that is there.
    assert without_addresses(document) == without_addresses(contract.document)


@pytest.mark.parametrize("file", _FILES)
def test_the_first_server_of_a_file_is_the_one_that_it_came_from(client: Client, file: str) -> None:
    if not client.target.is_own:
        pytest.skip("this is about the sandbox")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    first = yaml.load(served(client, file).text, loader)["servers"][0]["url"]
    assert client.http.get(f"{first}/health").status_code == 401
    assert first.startswith(client.target.origin)


def test_the_older_form_has_the_same_operations(client: Client, contract: Contract) -> None:
    older = served(client, "openapi-3.0.json").json()
    assert older["openapi"] == "3.0.3"
    assert contract.document["openapi"] == "3.1.0"
    assert operations(older) == operations(dict(contract.document))
    assert older["info"]["version"] == contract.version
    assert set(older["x-webhooks"]) == set(contract.document["webhooks"])


@pytest.mark.parametrize("file", _FILES)
def test_the_files_need_no_token_and_name_no_handler(client: Client, file: str) -> None:
    answer = served(client, file)
    kind = "application/yaml" if file.endswith("yaml") else "application/json"
    assert answer.headers["content-type"].startswith(kind)
    # A mention of the package, or a dotted path of Python, would be a handler's name.
    assert not re.search(r"mock_server|operationId\"?: ?\"?[A-Za-z_]+\.|x-openapi-router", answer.text)


@pytest.mark.parametrize("file", _FILES)
def test_the_files_may_be_read_from_any_origin(client: Client, file: str) -> None:
    if not client.target.is_own:
        pytest.skip("this is about the sandbox")
    assert served(client, file).headers["access-control-allow-origin"] == "*"
    for other in ("/", "/readyz", "/reference"):
        assert "access-control-allow-origin" not in client.http.get(client.target.origin + other).headers


@pytest.mark.parametrize("file", _FILES)
def test_the_files_cannot_be_written(client: Client, file: str) -> None:
    served(client, file)
    if (reason := client.target.forbids("POST")) is not None:
        pytest.skip(reason)
    assert client.http.post(f"{client.target.origin}/{file}", content=b"{}").status_code == 405
    head = client.http.head(f"{client.target.origin}/{file}")
    assert (head.status_code, head.content) == (200, b"")


def test_every_answer_names_the_contracts_version(client: Client, contract: Contract) -> None:
    assert client.call("healthCheck").headers["x-contract-version"] == contract.document["info"]["version"]


def test_a_sandbox_says_when_it_is_ready_and_what_it_is(client: Client) -> None:
    if not client.target.is_own:
        pytest.skip("this is about the sandbox")
    ready = client.http.get(f"{client.target.origin}/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True})
    landing = client.http.get(f"{client.target.origin}/")
    assert landing.status_code == 200
    assert landing.headers["content-type"].startswith("text/html")
    assert "HelloBooks" in landing.text


def test_the_pages_ask_nothing_of_other_hosts(client: Client) -> None:
    if not client.target.is_own:
        pytest.skip("this is about the sandbox")
    for page in ("/", "/reference"):
        text = client.http.get(client.target.origin + page).text
        loaded = re.findall(r"<(?:script|link|img|iframe|form)[^>]+(?:src|href|action)=[\"']([^\"']+)", text)
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)]
        for address in loaded:
            assert client.http.get(client.target.origin + address).status_code == 200, address


def test_the_control_plane_has_a_document_of_its_own(client: Client, contract: Contract) -> None:
    assert "_sandbox" not in json.dumps(contract.document)
