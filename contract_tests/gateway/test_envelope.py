"""The one envelope and the common headers, on every kind of answer."""

from __future__ import annotations

import httpx
import pytest

from contract_tests.kit import Client, Contract, Fixtures, check_promises


def test_request_ids_differ(client: Client) -> None:
    ids = [client.call("healthCheck").headers["x-request-id"] for _ in range(20)]
    assert len(set(ids)) == 20


def test_refusals_have_the_documented_words(client: Client, contract: Contract) -> None:
    shown = contract.document["components"]["examples"]
    missing = client.call("getItem", expect=404).json()
    assert missing["error"] == "not_found"
    media = client.send("POST", client.url("createWebhookSubscription"), content=b"x")
    assert media.json() == shown["unsupported_media_type"]["value"]


def test_a_400_names_each_fault_with_its_place(fixtures: Fixtures) -> None:
    body = fixtures.client.refusal(
        "createBom",
        400,
        "invalid_request",
        json={"Name": "", "ItemRefId": "x", "Lines": [{"Quantity": 0}], "Status": "Archived", "Colour": 1},
    )
    pointers = {fault["pointer"] for fault in body["details"]}
    assert {"/Name", "/ItemRefId", "/Lines/0/Quantity", "/Status"} <= pointers
    assert all(fault["message"] for fault in body["details"])


def test_a_401_says_how_to_authenticate(client: Client) -> None:
    assert client.using(None).call("healthCheck", expect=401).headers["www-authenticate"] == "Bearer"


def test_nothing_is_kept_by_caches(client: Client) -> None:
    for operation_id, status in (
        ("healthCheck", 200),
        ("listItem", 200),
        ("getItem", 404),
        ("listInvoices", 501),
    ):
        assert client.call(operation_id, expect=status).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"status_code": 500},
        {"content": b"Internal Server Error"},
        {"content": b"[]"},
        {"content": b'{"error": "not_found"}'},
        {"content": b'{"error": "no_such_code", "message": "x"}'},
        {"content": b'{"error": "rate_limited", "message": "wrong status"}'},
        # Documented, and not for this operation.
        {"status_code": 412, "content": b'{"error": "precondition_failed", "message": "x"}'},
        {"status_code": 501, "content": b'{"error": "not_implemented", "message": "x", "ticket": "T"}'},
        {"content": b'{"error": "not_found", "message": "Traceback (most recent call last)"}'},
        {"content": b'{"error": "not_found", "message": "x", "RepositoryVersion": 1}'},
        {"content": b'{"error": "not_found", "message": "x", "n": 1e-7}'},
        {"content": b'{"error": "not_found", "message": "x", "n": NaN}'},
        {"without": "x-request-id"},
        {"without": "x-contract-version"},
        {"without": "cache-control"},
        {"without": "ratelimit"},
        {"without": "content-type"},
        {"with": ("ratelimit-remaining", "99999999")},
        {"with": ("content-type", "text/html")},
        {"with": ("access-control-allow-origin", "*")},
    ],
    ids=str,
)
def test_the_check_of_the_promises_can_fail(client: Client, spoilt: dict[str, object]) -> None:
    """Spoils a good answer in one place: the check must see it."""
    good = client.call("getItem", expect=404)
    check_promises(good, client.contract)
    headers = {name: value for name, value in good.headers.items() if name != spoilt.get("without")}
    if isinstance(extra := spoilt.get("with"), tuple):
        headers[extra[0]] = extra[1]
    status, content = spoilt.get("status_code", 404), spoilt.get("content", good.content)
    assert isinstance(status, int) and isinstance(content, bytes)
    bad = httpx.Response(status, headers=headers, content=content, request=good.request)
    with pytest.raises(AssertionError):
        check_promises(bad, client.contract)
