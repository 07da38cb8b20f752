"""Requests that two readers could take for two different ones, and tokens where none belong."""

from __future__ import annotations

import json

import pytest

from contract_tests.hostile.lines import Heard, Line, read
from contract_tests.kit import Client, Fixtures, unchanged

_INNER = b"GET /public/v1/health HTTP/1.1\r\nHost: sandbox\r\n\r\n"
_H2C = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")
_JSON = "Content-Type: application/json"


def path_of(client: Client, operation_id: str) -> str:
    """The operation's path below the API's."""
    return client.url(operation_id).removeprefix(client.target.url)


def answers(heard: bytes) -> list[Heard]:
    """Every answer in these bytes."""
    found = []
    while heard:
        found.append(read(heard))
        heard = found[-1].rest
    return found


@pytest.mark.parametrize(
    "offer",
    [
        _H2C,
        ("Connection: upgrade", "Upgrade: websocket"),
        ("connection: keep-alive, UPGRADE", "UPGRADE: h2c, foo/2"),
        ("Connection: Upgrade", "Upgrade: h2c", "Upgrade: TLS/1.0"),
        ("Upgrade: h2c",),
    ],
    ids=["h2c", "websocket", "spelt in capitals", "twice", "alone"],
)
@pytest.mark.parametrize("is_chunked", [False, True], ids=["length", "chunked"])
def test_an_offer_to_change_the_protocol_is_passed_over_and_the_body_kept(
    client: Client, fixtures: Fixtures, offer: tuple[str, ...], is_chunked: bool
) -> None:
    body = json.dumps(fixtures.body()).encode()
    framing = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {len(body)}"
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if is_chunked else body
    with Line(client.target) as line:
        line.ask("POST", path_of(client, "createBom"), _JSON, framing, *offer, body=sent)
        answer = line.hear_one()
        assert answer.status == 201, answer
        fixtures.keep(answer.json())
        line.ask("GET", "/health", "Connection: close")
        assert [each.status for each in answers(line.hear())] == [200]


@pytest.mark.parametrize("offer", [_H2C, ()], ids=["h2c", "plain"])
def test_a_body_is_never_read_as_the_next_request(client: Client, offer: tuple[str, ...]) -> None:
    with unchanged(client), Line(client.target) as line:
        length = f"Content-Length: {len(_INNER)}"
        line.ask("POST", path_of(client, "createBom"), _JSON, length, *offer, body=_INNER)
        assert line.hear_one().status == 400
        line.ask("GET", "/health", "Connection: close")
        assert [each.status for each in answers(line.hear())] == [200]


def test_the_second_of_two_requests_in_one_piece_may_offer_it_too(client: Client, fixtures: Fixtures) -> None:
    body = json.dumps(fixtures.body()).encode()
    token = f"Authorization: Bearer {client.token}"
    first = f"GET {client.target.base_path}/health HTTP/1.1\r\nHost: sandbox\r\n{token}\r\n\r\n"
    path = client.url("createBom").removeprefix(client.target.origin)
    head = [f"POST {path} HTTP/1.1", "Host: sandbox", token, _JSON, f"Content-Length: {len(body)}"]
    second = "\r\n".join([*head, "Connection: close, Upgrade", "Upgrade: h2c", "", ""])
    with Line(client.target) as line:
        found = answers(line.say(first.encode() + second.encode() + body).hear())
    assert [answer.status for answer in found] == [200, 201]
    fixtures.keep(found[1].json())


def test_a_hundred_requests_in_one_piece_are_answered_in_their_order(client: Client) -> None:
    token = f"Authorization: Bearer {client.token}"
    base, end = client.target.base_path, f" HTTP/1.1\r\nHost: x\r\n{token}\r\n"
    requests = [f"GET {base}{'/health' if n % 3 else '/nothing'}{end}" for n in range(99)]
    text = "\r\n".join([*requests, requests[0] + "Connection: close\r\n\r\n"]).encode()
    with Line(client.target) as line:
        for start in range(0, len(text), 997):
            line.say(text[start : start + 997])
        statuses = [answer.status for answer in answers(line.hear())]
    assert statuses == [200 if n % 3 else 404 for n in range(99)] + [404]


@pytest.mark.parametrize(
    "trailer",
    [
        "Authorization: Bearer {token}",
        "authorization:Bearer {token}",
        "X-A: 1\r\nAuthorization: Bearer {token}",
    ],
)
def test_a_token_in_a_trailer_is_no_token(client: Client, trailer: str) -> None:
    body = b'{"topics": ["bom.created"], "target_url": "https://example.com/trailer"}'
    text = trailer.format(token=client.token).encode()
    with unchanged(client), Line(client.target) as line:
        line.ask(
            "POST",
            path_of(client, "createWebhookSubscription"),
            _JSON,
            "Transfer-Encoding: chunked",
            "Trailer: Authorization",
            "Connection: close",
            body=b"%x\r\n%s\r\n0\r\n%s\r\n\r\n" % (len(body), body, text),
            has_token=False,
        )
        assert [each.status for each in answers(line.hear())] == [401]


def test_trailers_change_no_header(client: Client, fixtures: Fixtures) -> None:
    body = json.dumps(fixtures.body()).encode()
    with Line(client.target) as line:
        line.ask(
            "POST",
            path_of(client, "createBom"),
            _JSON,
            "Transfer-Encoding: chunked",
            body=b"%x\r\n%s\r\n0\r\nContent-Type: text/plain\r\nIf-Match: x\r\n\r\n" % (len(body), body),
        )
        answer = line.hear_one()
        assert answer.status == 201, answer
        fixtures.keep(answer.json())
        # What is behind the trailers is the next request.
        line.ask("GET", "/health", "Connection: close")
        assert [each.status for each in answers(line.hear())] == [200]


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 50", "Content-Length: 50"),
        ("Content-Length: 50, 50",),
        ("Content-Length: +50",),
        ("Content-Length: 0x32",),
        ("Content-Length: 50", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: gzip, chunked",),
        ("Transfer-Encoding: identity",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding:\x0bchunked",),
        ("X-Folded: a\r\n Content-Length: 50",),
        ("X-A: b\nContent-Length: 50",),
        ("X-A: b\rContent-Length: 50",),
        ("Host: other",),
    ],
)
def test_a_request_of_doubtful_length_is_refused_and_ends_the_connection(
    client: Client, headers: tuple[str, ...]
) -> None:
    with unchanged(client), Line(client.target) as line:
        line.ask("POST", path_of(client, "createBom"), _JSON, *headers, body=_INNER)
        found = answers(line.hear())
    assert [answer.status for answer in found] == [400]
    assert found[0].json()["error"] == "malformed_request"
    assert found[0].headers["connection"] == "close"


def test_a_request_without_a_host_is_refused(client: Client) -> None:
    with Line(client.target) as line:
        heard = line.say(f"GET {client.target.base_path}/health HTTP/1.1\r\n\r\n".encode()).hear()
    assert read(heard).json()["error"] == "malformed_request"


def test_empty_lines_before_a_request_are_passed_over(client: Client) -> None:
    with Line(client.target) as line:
        line.say(b"\r\n\r\n").ask("GET", "/health", "Connection: close")
        assert read(line.hear()).status == 200


@pytest.mark.parametrize(
    ("url", "headers", "status", "code"),
    [
        ("/health?" + "a" * 70_000, (), 414, "uri_too_long"),
        ("/health", ("X-Long: " + "a" * 70_000,), 431, "headers_too_large"),
        ("/health", ("X-Long: " + "a" * 1_000_000,), 431, "headers_too_large"),
        ("/health", tuple(f"X-{n}: {'a' * 700}" for n in range(99)), 431, "headers_too_large"),
        ("/health", tuple(f"X-{n}: 1" for n in range(120)), 431, "headers_too_large"),
        ("/health?" + "a" * 40_000, ("X-Long: " + "a" * 40_000,), 431, "headers_too_large"),
    ],
    ids=["url", "header", "megabyte", "together", "count", "url and header"],
)
def test_a_huge_head_is_refused_in_the_envelope(
    client: Client, url: str, headers: tuple[str, ...], status: int, code: str
) -> None:
    with Line(client.target) as line:
        try:
            line.ask("GET", url, *headers)
        except ConnectionError:
            pytest.skip("the answer came before the request was sent")
        answer = read(line.hear())
    assert (answer.status, answer.json()["error"], answer.rest) == (status, code, b"")
    assert b"aaaa" not in answer.body


def test_a_head_just_within_the_limits_is_read(client: Client) -> None:
    with Line(client.target) as line:
        line.ask("GET", "/health", "Connection: close", *(f"X-{n}: 1" for n in range(96)))
        assert read(line.hear()).status == 200
    with Line(client.target) as line:
        line.ask("GET", "/health", "Connection: close", "X-Long: " + "a" * 64_000)
        assert read(line.hear()).status == 200


def test_a_token_over_eight_kibibytes_is_401(client: Client) -> None:
    for size in (8_193, 60_000):
        with Line(client.target) as line:
            line.ask(
                "GET", "/me", "Connection: close", f"Authorization: Bearer {'a' * size}", has_token=False
            )
            assert read(line.hear()).status == 401


def test_more_around_the_chunks_than_in_them_is_refused(client: Client) -> None:
    for around in (b"1;%s\r\na\r\n" % (b"x" * 200_000), b"0\r\nX-Trailer: %s\r\n\r\n" % (b"x" * 200_000)):
        with unchanged(client), Line(client.target) as line:
            line.ask("POST", path_of(client, "createBom"), _JSON, "Transfer-Encoding: chunked", body=around)
            assert read(line.hear()).status == 400


def test_a_body_of_line_ends_is_read_to_its_end(client: Client) -> None:
    body = b"\r\n\r\n" * 5_000
    with unchanged(client), Line(client.target) as line:
        line.ask(
            "POST",
            path_of(client, "createBom"),
            _JSON,
            "Transfer-Encoding: chunked",
            body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
        )
        assert line.hear_one().status == 400
        line.ask("GET", "/health", "Connection: close")
        assert [each.status for each in answers(line.hear())] == [200]


def test_a_client_that_says_no_more_gets_its_answer(client: Client) -> None:
    with Line(client.target) as line:
        line.ask("GET", "/health").finish()
        assert read(line.hear()).status == 200
