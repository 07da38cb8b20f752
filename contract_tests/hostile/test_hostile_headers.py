"""Headers that break servers or get past their guards."""

from __future__ import annotations

import json

import pytest

from contract_tests.kit import JSON, MAX_ECHO, Client, Fixtures, exchange, unchanged


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer " + "A" * 20_000,
        "Token x",
        "Bearer \xff\xfe",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer null",
    ],
)
def test_a_malformed_token_is_401(client: Client, value: str) -> None:
    answer = exchange(
        client.using(None), "GET", client.url("getInstallContext"), headers=[("Authorization", value)]
    )
    assert answer.response.status_code in {400, 401}, answer.response.text
    assert "A" * (MAX_ECHO + 1) not in answer.response.text


def test_a_token_with_another_algorithm_or_signature_is_401(client: Client) -> None:
    head, claims, signature = str(client.token).split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    for token in (
        f"{unsigned}.{claims}.",
        f"{unsigned}.{claims}.{signature}",
        f"{head}.{claims}.{signature[::-1]}",
    ):
        client.using(token).refusal("getInstallContext", 401, "invalid_token")


def test_the_word_bearer_is_read_in_any_case(client: Client) -> None:
    for word in ("bearer", "BEARER"):
        answer = client.using(None).send(
            "GET", client.url("getInstallContext"), headers={"Authorization": f"{word} {client.token}"}
        )
        assert answer.status_code == 200


@pytest.mark.parametrize("key", ["", " ", "A" * 256, "tab\tinside", "caf\xe9"])
def test_a_malformed_idempotency_key_is_400(client: Client, fixtures: Fixtures, key: str) -> None:
    body = json.dumps(fixtures.body()).encode()
    with unchanged(client):
        headers = [*JSON, ("Idempotency-Key", key)]
        answer = exchange(client, "POST", client.url("createBom"), body=body, headers=headers).response
        assert answer.status_code == 400, answer.text
        assert answer.json()["details"][0]["pointer"] == "/header/Idempotency-Key"


@pytest.mark.parametrize(
    "revision", ["1", "", "null", '"1', '1"', 'w/"1"', '"a b"', '"1" "2"', '*, "1"', "W/*", 'W/ "1"']
)
def test_a_malformed_if_match_is_400(client: Client, fixtures: Fixtures, revision: str) -> None:
    bom = fixtures.bom()
    with unchanged(client):
        answer = exchange(
            client,
            "PUT",
            client.url("updateBom", id=bom["id"]),
            body=b'{"Notes": "changed"}',
            headers=[*JSON, ("If-Match", revision)],
        ).response
        assert answer.status_code == 400, answer.text
        assert answer.json()["details"][0]["pointer"] == "/header/If-Match"


@pytest.mark.parametrize("size", [8_000, 30_000])
def test_a_long_header_is_read_or_refused(client: Client, size: int) -> None:
    answer = exchange(
        client, "GET", client.url("getInstallContext"), headers=[("X-Long", "A" * size)]
    ).response
    assert answer.status_code in {200, 431}
    assert "AAAA" not in answer.text


def test_many_headers_do_no_harm(client: Client) -> None:
    answer = exchange(
        client, "GET", client.url("getInstallContext"), headers=[(f"X-{n}", "1") for n in range(80)]
    ).response
    assert answer.status_code in {200, 431}


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "", "\xff"])
def test_the_answer_is_json_whatever_is_accepted(client: Client, accept: str) -> None:
    answer = exchange(client, "GET", client.url("getInstallContext"), headers=[("Accept", accept)]).response
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_other_origins_get_no_leave(client: Client, origin: str) -> None:
    headers = [("Origin", origin), ("Access-Control-Request-Method", "POST")]
    answer = exchange(client, "OPTIONS", client.url("listItem"), headers=headers).response
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1:1"])
def test_forwarding_headers_change_nothing(client: Client, host: str) -> None:
    plain = client.send("GET", client.url("getInstallContext")).json()
    headers = [
        ("X-Forwarded-Host", host),
        ("X-Forwarded-Prefix", "/evil"),
        ("X-Original-URL", "/_sandbox/v1/entities"),
    ]
    answer = exchange(client, "GET", client.url("getInstallContext"), headers=headers).response
    assert answer.status_code == 200
    assert answer.json() == plain


def test_a_request_id_of_the_caller_is_not_repeated(client: Client) -> None:
    answer = exchange(
        client, "GET", client.url("getInstallContext"), headers=[("X-Request-Id", "mine")]
    ).response
    assert answer.headers["x-request-id"] != "mine"
