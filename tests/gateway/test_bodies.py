"""What the gate reads from a request body."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from mock_server.gateway.answers import Disconnected
from mock_server.gateway.bodies import MAX_BYTES, check_media_type, parse, read_bytes
from mock_server.refused import Refused


def test_fractions_are_exact_decimals_and_whole_numbers_are_integers() -> None:
    body = parse(b'{"a": 0.1, "b": 1.0, "c": 1e2, "d": 7}')
    assert body == {"a": Decimal("0.1"), "b": 1, "c": 100, "d": 7}
    assert [type(body[name]) for name in "abcd"] == [Decimal, int, int, int]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"NaN",
        b"[Infinity]",
        b"\xff\xfe",
        b'"\\ud800"',
        b'{"a":1,"a":2}',
        b'{"x":{"a":1,"\\u0061":2}}',
        b"9" * 5000,
        b"1e400",
        b"1e-400",
        b"0." + b"1" * 60,
        b"[" * 100_000 + b"]" * 100_000,
        b"{} {}",
    ],
    ids=lambda raw: repr(raw[:16]),
)
def test_what_is_not_strict_json_is_refused_without_repeating_it(raw: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parse(raw)
    assert caught.value.code == "invalid_request"
    assert caught.value.details is not None
    assert len(str(caught.value.details)) < 400


@pytest.mark.parametrize(
    ("header", "is_accepted"),
    [
        ("application/json", True),
        ("Application/JSON; charset=UTF-8", True),
        ('application/json;charset="utf-8"', True),
        ("application/json; charset=utf8", True),
        ("application/json; odata.metadata=minimal; charset=UTF8", True),
        ('application/json; profile="a;charset=utf-16"', True),
        ("application/json;", True),
        ("application/json; charset=utf-8; charset=utf-16", False),
        ("application/json; charset", False),
        ("application/json, text/plain", False),
        ("", False),
        ("text/plain", False),
        ("application/json; charset=latin-1", False),
        ("application/json; charset=nonsense", False),
        ("application/jsonx", False),
    ],
)
def test_only_json_in_utf8_is_accepted(header: str, is_accepted: bool) -> None:
    headers = {b"content-type": header.encode()}
    if is_accepted:
        check_media_type(headers)
    else:
        with pytest.raises(Refused) as caught:
            check_media_type(headers)
        assert caught.value.code == "unsupported_media_type"


def _read(chunks: list[bytes], headers: dict[bytes, bytes]) -> tuple[bytes, int]:
    sent = iter(chunks)
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        chunk = next(sent)
        return {"type": "http.request", "body": chunk, "more_body": taken < len(chunks)}

    return asyncio.run(read_bytes(receive, headers)), taken


def test_a_chunked_body_is_put_together() -> None:
    assert _read([b'{"a"', b":1}"], {}) == (b'{"a":1}', 2)


def test_a_chunked_body_is_refused_as_soon_as_it_is_too_large() -> None:
    chunks = [b"x" * 400_000] * 50
    with pytest.raises(Refused) as caught:
        _read(chunks, {})
    assert caught.value.code == "payload_too_large"


def test_a_client_that_leaves_in_the_middle_gets_nothing_done() -> None:
    messages: Iterator[dict[str, Any]] = iter(
        [
            {"type": "http.request", "body": b"{}", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, Any]:
        return next(messages)

    with pytest.raises(Disconnected):
        asyncio.run(read_bytes(receive, {}))


def test_a_declared_length_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(Refused) as caught:
        _read([], {b"content-length": str(MAX_BYTES + 1).encode()})
    assert caught.value.code == "payload_too_large"


def test_a_body_of_just_the_limit_is_read() -> None:
    body = b"x" * MAX_BYTES
    assert _read([body], {b"content-length": str(MAX_BYTES).encode()})[0] == body
