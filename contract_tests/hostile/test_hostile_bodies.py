"""Bodies that break servers: each is refused in the envelope, echoes nothing and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contract_tests.kit import JSON, MAX_ECHO, Client, Fixtures, Headers, Operation, exchange, unchanged

_MEGABYTE = 1024 * 1024
_MEDIA = "unsupported_media_type"
_WRITES = ("createWebhookSubscription", "createBom")


@pytest.fixture(params=_WRITES)
def write(request: pytest.FixtureRequest, client: Client) -> Iterator[str]:
    """An operation with a body; afterwards all must read as before."""
    client.url(request.param)
    with unchanged(client):
        yield request.param


def send(client: Client, operation_id: str, body: bytes, headers: Headers = JSON) -> httpx.Response:
    """Sends a body as it is."""
    return exchange(client, "POST", client.url(operation_id), body=body, headers=headers).response


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal."""
    assert answer.status_code == status, answer.text[:600]
    body: dict[str, Any] = answer.json()
    assert body["error"] == code
    return body


def member(operation_id: str, value: bytes) -> bytes:
    """A body in which one member has this value."""
    name = b"Name" if operation_id == "createBom" else b"topics"
    return b'{"%s": %s}' % (name, value)


def test_a_body_without_a_content_type_is_415(client: Client, write: str) -> None:
    refused(send(client, write, b"{}", ()), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/xml", "application/jsonx", "application/json, text/plain", "json", "*/*", ""],
)
def test_another_media_type_is_415(client: Client, write: str, media_type: str) -> None:
    refused(send(client, write, b"{}", [("Content-Type", media_type)]), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "charset", ["utf-16", "latin-1", "no-such-charset", "utf-8; charset=utf-16", "\xff\xfe"]
)
def test_another_charset_is_415(client: Client, write: str, charset: str) -> None:
    headers = [("Content-Type", f"application/json; charset={charset}")]
    refused(send(client, write, b"{}", headers), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json; charset=utf-8",
        'APPLICATION/JSON;charset="UTF-8"',
        "application/json; charset=utf8",
        "application/json; odata.metadata=minimal",
        'application/json ; profile="a;b" ; charset=UTF-8 ;',
        "application/json;",
    ],
)
def test_json_in_utf_8_may_say_so(client: Client, write: str, media_type: str) -> None:
    refused(send(client, write, b"{}", [("Content-Type", media_type)]), 400, "invalid_request")


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, identity"])
def test_a_compressed_body_is_415_in_plain_words(client: Client, write: str, coding: str) -> None:
    told = refused(send(client, write, b"{}", [*JSON, ("Content-Encoding", coding)]), 415, _MEDIA)
    assert "Content-Encoding" in told["message"]
    refused(send(client, write, b"{}", [*JSON, ("Content-Encoding", "identity")]), 400, "invalid_request")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}{}",
        b"not json",
        b"[]",
        b"null",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"a": 1,}',
        b"{'a': 1}",
        b'{"a" 1}',
        b"// comment\n{}",
    ],
)
def test_what_is_not_one_json_object_is_400(client: Client, write: str, body: bytes) -> None:
    refused(send(client, write, body), 400, "invalid_request")


@pytest.mark.parametrize(
    "broken", [b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf"]
)
def test_invalid_utf_8_is_400(client: Client, write: str, broken: bytes) -> None:
    refused(send(client, write, member(write, b'"' + broken + b'"')), 400, "invalid_request")


@pytest.mark.parametrize(
    "value", [b"NaN", b"Infinity", b"-Infinity", b"nan", b"01", b"+1", b".5", b"1.", b"0x1"]
)
def test_what_is_no_json_number_is_400(client: Client, write: str, value: bytes) -> None:
    refused(send(client, write, member(write, value)), 400, "invalid_request")


@pytest.mark.parametrize(
    "value",
    [
        b"9" * 5000,
        b"-" + b"9" * 5000,
        b"0." + b"1" * 5000,
        b"1e400",
        b"1e-400",
        b"1e999999999",
        b"-1E+999999999",
    ],
    ids=["digits", "negative", "fraction", "large", "small", "huge", "negative huge"],
)
def test_numbers_beyond_all_bounds_are_400(client: Client, fixtures: Fixtures, value: bytes) -> None:
    body = json.dumps(fixtures.body(OutputQuantity=8642)).encode().replace(b"8642", value)
    with unchanged(client):
        refused(send(client, "createBom", body), 400, "invalid_request")


@pytest.mark.parametrize("opening, closing", [(b"[", b"]"), (b'{"a":', b"}")], ids=["arrays", "objects"])
@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "open"])
def test_json_a_hundred_thousand_deep_is_400(
    client: Client, write: str, opening: bytes, closing: bytes, is_closed: bool
) -> None:
    depth = 100_000
    body = opening * depth + (b"1" + closing * depth if is_closed else b"")
    refused(send(client, write, body), 400, "invalid_request")


@pytest.mark.parametrize("text", [r"\ud800", r"\udfff", r"\udc00\ud800", r"a\ud83d"])
def test_lone_surrogates_are_400(client: Client, write: str, text: str) -> None:
    refused(send(client, write, member(write, f'"{text}"'.encode())), 400, "invalid_request")


@pytest.mark.parametrize("text", [r"\u0000", r"a\u0000b", r"\u001b[31m", r"\u007f", r"line\nbreak"])
def test_nul_and_control_characters_are_400(client: Client, fixtures: Fixtures, text: str) -> None:
    body = json.dumps(fixtures.body(Name="NAME")).replace("NAME", text).encode()
    with unchanged(client):
        refused(send(client, "createBom", body), 400, "invalid_request")


def test_a_surrogate_pair_is_a_character(client: Client, fixtures: Fixtures) -> None:
    body = json.dumps(fixtures.body(Name="bicycle 🚲")).encode()
    assert b"\\ud83d" in body
    answer = send(client, "createBom", body)
    assert answer.status_code == 201, answer.text
    assert fixtures.keep(answer.json())["Name"] == "bicycle 🚲"


def test_a_member_given_twice_is_400(client: Client, write: str) -> None:
    body = refused(send(client, write, b'{"a": 1, "a": 1}'), 400, "invalid_request")
    assert "more than once" in body["details"][0]["message"]


def test_a_nested_member_given_twice_is_400(client: Client, fixtures: Fixtures) -> None:
    text = json.dumps(fixtures.body()).replace('"Quantity": 2', '"Quantity": 2, "Quantity": 2')
    with unchanged(client):
        refused(send(client, "createBom", text.encode()), 400, "invalid_request")


def test_a_chunked_body_is_read(client: Client, fixtures: Fixtures) -> None:
    body = json.dumps(fixtures.body()).encode()
    chunks = [body[start : start + 7] for start in range(0, len(body), 7)]
    answer = exchange(client, "POST", client.url("createBom"), chunks=chunks, headers=JSON).response
    assert answer.status_code == 201, answer.text
    fixtures.keep(answer.json())


def test_a_broken_chunked_body_is_400(client: Client, write: str) -> None:
    answer = exchange(client, "POST", client.url(write), chunks=[b'{"a": ', b"1"], headers=JSON).response
    refused(answer, 400, "invalid_request")


def test_a_declared_twenty_megabytes_are_413_before_they_are_sent(client: Client, write: str) -> None:
    url = client.url(write)
    reply = exchange(client, "POST", url, length=20 * _MEGABYTE, headers=JSON)
    refused(reply.response, 413, "payload_too_large")


@pytest.mark.parametrize("is_chunked", [True, False], ids=["chunked", "declared"])
def test_twenty_megabytes_are_413_after_the_first(client: Client, write: str, is_chunked: bool) -> None:
    block = b"A" * 65536
    url, amount = client.url(write), 20 * _MEGABYTE
    if is_chunked:
        reply = exchange(client, "POST", url, chunks=[block] * (amount // len(block)), headers=JSON)
    else:
        reply = exchange(client, "POST", url, body=b"A" * amount, headers=JSON)
    refused(reply.response, 413, "payload_too_large")
    assert "AAAA" not in reply.response.text
    # What the kernel buffers on the way is sent as well.
    assert reply.sent < 16 * _MEGABYTE


def test_a_megabyte_is_still_read(client: Client, write: str) -> None:
    body = b'{"a": "' + b"A" * (_MEGABYTE - 9) + b'"}'
    assert len(body) == _MEGABYTE
    answer = send(client, write, body)
    refused(answer, 400, "invalid_request")
    assert "A" * (MAX_ECHO + 1) not in answer.text
    refused(send(client, write, body + b" "), 413, "payload_too_large")


@pytest.mark.parametrize("place", ["value", "name", "number"])
def test_a_refusal_echoes_at_most_three_hundred_characters(client: Client, write: str, place: str) -> None:
    long = b"7" * 100_000
    bodies = {
        "value": member(write, b'"' + long + b'"'),
        "name": b'{"' + long + b'": 1}',
        "number": member(write, long),
    }
    answer = send(client, write, bodies[place])
    refused(answer, 400, "invalid_request")
    assert "7" * (MAX_ECHO + 1) not in answer.text
    assert len(answer.content) < 20_000


def test_an_undocumented_member_is_400(client: Client, fixtures: Fixtures) -> None:
    body, own = fixtures.body(), client.tenant
    others = {"Colour": "red", "orgId": own.org, "id": "x", "Revision": 9, "TotalCost": 1}
    with unchanged(client):
        for name, value in others.items():
            refusal = client.refusal("createBom", 400, "invalid_request", json={**body, name: value})
            assert name in json.dumps(refusal["details"])


def test_a_body_where_none_belongs_is_400(client: Client) -> None:
    url = client.url("deleteWebhookSubscription")
    answer = exchange(client, "DELETE", url, body=b'{"a": 1}', headers=JSON).response
    assert answer.status_code == 400, answer.text


def test_a_get_may_carry_a_body_that_nobody_reads(client: Client) -> None:
    answer = exchange(client, "GET", client.url("listItem"), body=b"\xff" * 1000, headers=JSON).response
    assert answer.status_code == 200


def test_every_operation_with_a_body_refuses_broken_json(client: Client, body_operation: Operation) -> None:
    url = client.url(body_operation.id)
    answer = exchange(client, body_operation.method, url, body=b"{", headers=JSON).response
    assert answer.status_code in ({400} if body_operation.is_built else {501}), answer.text
