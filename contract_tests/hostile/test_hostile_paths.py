"""Paths and methods that break routers: each answer is in the envelope and changes nothing."""

from __future__ import annotations

import httpx
import pytest

from contract_tests.kit import MAX_ECHO, METHODS, Client, Operation, exchange, unchanged

_NOWHERE = {400, 404}


def get(client: Client, path: str, method: str = "GET") -> httpx.Response:
    """Asks for a path below the API's, as it is."""
    return exchange(client, method, client.target.url + path).response


def entity(client: Client) -> str:
    """The path of the token's entity."""
    return f"/orgs/{client.tenant.org}/entities/{client.tenant.entity}"


@pytest.mark.parametrize(
    "value",
    [
        "%00",
        "a%00b",
        "%2F",
        "..%2F..",
        "%2e%2e",
        "%0A",
        "%0d%0aX-Injected:%20yes",
        "%",
        "%zz",
        "%ff",
        "%C0%AF",
        "%ED%A0%80",
        "%25%32%46",
        ";a=b",
        "'%20OR%201=1--",
        "%7B%7B7*7%7D%7D",
        "%E2%80%AE",
        "0",
        "-1",
        "null",
        "A" * 5000,
    ],
)
@pytest.mark.parametrize("place", ["/item/{}", "/item/{}/stock", "/vendor/{}", "/webhooks/{}/events", "/{}"])
def test_an_odd_path_is_400_or_404(client: Client, place: str, value: str) -> None:
    answer = get(client, entity(client) + place.format(value))
    is_built = client.contract.operations["listPullEvents"].is_built or not place.endswith("/events")
    assert answer.status_code in (_NOWHERE if is_built else {*_NOWHERE, 501}), answer.text
    assert "X-Injected" not in answer.headers
    assert "A" * (MAX_ECHO + 1) not in answer.text


@pytest.mark.parametrize("value", ["%00", "%2F", "%0A", "%ff", "..%2f", "A" * 5000, "%20", "org%2dveloma2"])
@pytest.mark.parametrize("place", ["/orgs/{}/entities/x/item", "/orgs/{}"])
def test_an_odd_organisation_is_403(client: Client, place: str, value: str) -> None:
    answer = get(client, place.format(value))
    assert answer.status_code == 403, answer.text
    assert answer.json()["error"] == "tenant_scope_violation"


@pytest.mark.parametrize("value", ["%00", "%2F", "%0A", "%ff", "..%2f", "A" * 5000, "%20"])
def test_an_odd_entity_is_403(client: Client, value: str) -> None:
    answer = get(client, f"/orgs/{client.tenant.org}/entities/{value}/item")
    assert answer.status_code == 403, answer.text
    assert answer.json()["message"] == "Token not authorized for this entity."


def test_a_path_in_percent_encoding_is_the_same_path(client: Client) -> None:
    encoded = "".join(f"%{ord(letter):02x}" for letter in client.tenant.entity)
    answer = get(client, f"/orgs/{client.tenant.org}/entities/{encoded}/item?limit=1")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nothing",
        "/orgs",
        "/health/",
        "/me/",
        "/health/x",
        "//health",
        "/./health",
        "/health/../me",
        "/HEALTH",
        "/openapi.json",
        "/ui",
        "/swagger.json",
    ],
)
def test_an_unknown_path_is_404_without_a_redirect(client: Client, path: str) -> None:
    answer = get(client, path)
    assert answer.status_code == 404, answer.text
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/item/", "/vendor/", "/webhooks/", "/boms/", "//item", "/item//", "/items"]
)
def test_a_trailing_or_double_slash_is_404(client: Client, path: str) -> None:
    answer = get(client, entity(client) + path)
    assert answer.status_code == 404, answer.text
    assert answer.json()["error"] == "not_found"


def test_an_unknown_path_without_a_token_is_401(client: Client) -> None:
    for path in ("", "/nothing", "/orgs/x/entities/y/boms", "/health/"):
        assert get(client.using(None), path).status_code == 401


def test_the_internal_prefixes_refuse_the_token(client: Client) -> None:
    internal = client.contract.document["x-internal-prefixes"]
    for prefix in internal["prefixes"]:
        for path in (prefix, f"{prefix}/", f"{prefix}/x/y"):
            answer = client.http.get(
                client.target.origin + path, headers={"Authorization": f"Bearer {client.token}"}
            )
            assert answer.status_code == 401
            assert answer.json() == {"error": "invalid_token", "message": internal["message"]}


def allowed(client: Client, operation: Operation) -> set[str]:
    """The methods that the contract has for an operation's path, and those that go with them."""
    item = client.contract.document["paths"][operation.path]
    methods = {method.upper() for method in METHODS if method in item}
    if client.target.stage == "live":
        methods = {m for m in methods if item[m.lower()]["x-stage"] != "planned"}
    return {*methods, "OPTIONS", *({"HEAD"} if "GET" in methods else ())}


def test_options_names_every_method(client: Client, operation: Operation) -> None:
    answer = exchange(client, "OPTIONS", client.url(operation.id)).response
    assert answer.status_code == 204
    assert {name.strip() for name in answer.headers["allow"].split(",")} == allowed(client, operation)


def test_a_method_that_the_path_lacks_is_405_with_the_full_allow(
    client: Client, operation: Operation
) -> None:
    for method in ("GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "PROPFIND"):
        if method in allowed(client, operation):
            continue
        answer = exchange(client, method, client.url(operation.id)).response
        assert answer.status_code == 405, f"{method}: {answer.text}"
        assert {name.strip() for name in answer.headers["allow"].split(",")} == allowed(client, operation)


def test_head_is_get_without_the_body(client: Client, operation: Operation) -> None:
    if operation.method != "GET":
        return
    url = client.url(operation.id)
    head, full = (exchange(client, method, url).response for method in ("HEAD", "GET"))
    assert head.status_code == full.status_code
    assert head.headers.get("content-length") == full.headers.get("content-length")
    assert head.headers["content-type"] == full.headers["content-type"]


@pytest.mark.parametrize("override", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_change_the_method(client: Client, override: str) -> None:
    with unchanged(client):
        url = client.url("listWebhookSubscriptions")
        assert exchange(client, "GET", url, headers=[(override, "DELETE")]).response.status_code == 200


def test_a_very_long_url_is_refused_in_the_envelope(client: Client) -> None:
    answer = get(client, entity(client) + "/item?search=" + "A" * 30_000)
    assert answer.status_code in {400, 414}
    assert "A" * (MAX_ECHO + 1) not in answer.text
