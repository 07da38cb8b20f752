"""Bytes that are no HTTP request: refused or dropped, never a failure, and the next request is served."""

from __future__ import annotations

import pytest

from contract_tests.kit import Client, raw, unchanged


@pytest.mark.parametrize(
    "request_line",
    [
        b"get {path} HTTP/1.1",
        b"NONSENSE {path} HTTP/1.1",
        b"GET {path}\xff HTTP/1.1",
        b"GET {path}\x00 HTTP/1.1",
        b"GET {path} HTTP/9.9",
        b"GET",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_what_is_no_http_is_refused(client: Client, request_line: bytes) -> None:
    line = request_line.replace(b"{path}", client.target.base_path.encode() + b"/health")
    refused(raw(client, line + b"\r\nHost: x\r\nConnection: close\r\n\r\n"))


@pytest.mark.parametrize(
    "header",
    [
        b"X-Bad: a\x00b",
        b"X-Bad: a\rb",
        b"X Bad: 1",
        b": 1",
        b"Content-Length: -1",
        b"Content-Length: 1_0",
        b"Content-Length: 5, 6",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3",
        b"Authorization: Bearer a\x01b",
    ],
)
def test_broken_headers_are_refused(client: Client, header: bytes) -> None:
    path = client.target.base_path.encode() + b"/health"
    request = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + b"\r\n\r\n"
    refused(raw(client, request))


@pytest.mark.parametrize("chunk", [b"zz\r\nabc\r\n0\r\n\r\n", b"-1\r\n\r\n", b"fffffffffffffffffff\r\n"])
def test_broken_chunks_are_refused(client: Client, chunk: bytes) -> None:
    url = client.url("createWebhookSubscription").removeprefix(client.target.origin)
    head = (
        f"POST {url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token}\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with unchanged(client):
        refused(raw(client, head.encode() + chunk))


def test_a_caller_who_leaves_in_the_middle_does_no_harm(client: Client) -> None:
    url = client.url("createWebhookSubscription").removeprefix(client.target.origin)
    head = (
        f"POST {url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    )
    # Complete JSON, but not the thousand bytes that were announced: nobody knows what was to follow.
    cut = '{"topics": ["bom.created"], "target_url": "https://example.com/cut"}'
    with unchanged(client):
        for sent in (head[:40], head, head + cut[:20], head + cut):
            answer = raw(client, sent.encode())
            assert not answer.startswith(b"HTTP/1.1 2")


def refused(answer: bytes) -> None:
    """Holds that the answer, if there is one, is a refusal that tells nothing of the server."""
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:300]
    assert b"Traceback" not in answer
