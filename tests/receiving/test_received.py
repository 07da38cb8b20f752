"""Deliveries as people keep them, and whatever else is given in their place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from mock_server.receiving import Received, Unusable, examine, read_headers, received
from tests.receiving.deliveries import AT, GENUINE, SAMPLES, judged


@pytest.mark.parametrize(
    "text",
    [
        "webhook-id: a\nwebhook-timestamp: 1\nwebhook-signature: v1,x",
        "POST / HTTP/1.1\r\nWebhook-Id: a\r\nWEBHOOK-TIMESTAMP:1\r\nWebhook-Signature:  v1,x \r\n\r\n",
        "< webhook-id: a\n< webhook-timestamp: 1\n< webhook-signature: v1,x\n",
        "HTTP_WEBHOOK_ID=a\nHTTP_WEBHOOK_TIMESTAMP=1\nHTTP_WEBHOOK_SIGNATURE=v1,x\n",
        '{"webhook-id": "a", "Webhook-Timestamp": 1, "webhook-signature": ["v1,x"]}',
        '{"headers": {"webhook-id":"a","webhook-timestamp":"1","webhook-signature":"v1,x"}}',
        "svix-id: a\nsvix-timestamp: 1\nsvix-signature: v1,x",
    ],
)
def test_headers_are_read_as_people_keep_them(text: str) -> None:
    found = received(b"{}", read_headers(text))
    assert (found.id, found.timestamp, found.signature) == ("a", "1", "v1,x")
    assert bool(found.notes) == text.startswith("svix")


def test_a_page_of_large_events_is_examined_within_a_bound_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = Webhook.sign

    def counted(*given: Any) -> str:
        calls.append(1)
        return real(*given)

    monkeypatch.setattr(Webhook, "sign", counted)
    rows = [{"ItemCode": f"RM-{number}", "Quantity": number / 8} for number in range(3000)]
    body = json.dumps({"event_id": GENUINE.id, "data": {"bom": {"Lines": rows}}}).encode()
    assert len(body) > 64 * 1024
    assert not judged(body=body).fits
    assert len(calls) < 500


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
    event_id=st.text(max_size=40),
    timestamp=st.text(max_size=30) | st.integers().map(str),
    signature=st.text(max_size=100) | st.binary(min_size=32, max_size=32).map(bytes.hex),
    secret=st.text(max_size=60),
)
def test_whatever_is_given_gets_a_verdict(
    body: bytes, event_id: str, timestamp: str, signature: str, secret: str
) -> None:
    verdict = examine(Received(body, event_id, timestamp, signature), [secret], AT, samples=SAMPLES)
    assert not verdict.fits and verdict.findings


@given(st.text(max_size=80))
def test_whatever_a_file_of_headers_holds_is_read_or_refused_in_a_sentence(text: str) -> None:
    for written in (text, "{" + text, json.dumps({text: text})):
        try:
            received(b"", read_headers(written))
        except Unusable as error:
            assert str(error).endswith(".")


def test_json_that_is_nested_deeply_gets_a_verdict() -> None:
    for body in (b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 900 + b"1" + b"}" * 900):
        assert not judged(body=body).fits
