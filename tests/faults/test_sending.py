"""What goes out of an answer that is spoilt, piece by piece."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_server.faults import sending
from mock_server.faults.sending import Spoilt
from mock_server.gateway import Answer
from mock_server.gateway.lab import TRANSPORT


class Transport:
    """A connection that closes after so many pieces."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces
        self.is_closed = False

    def is_closing(self) -> bool:
        """Whether it is over."""
        return self.is_closed or self.left <= 0

    def close(self) -> None:
        """Ends it."""
        self.is_closed = True


def sent(spoilt: Spoilt, body: bytes, method: str = "GET", pieces: int = 1000) -> tuple[list[Any], Transport]:
    """The messages of one answer."""
    messages: list[Any] = []
    transport = Transport(pieces)

    async def send(message: Any) -> None:
        messages.append(message)
        transport.left -= message["type"] == "http.response.body"

    async def receive() -> Any:
        assert transport.is_closing(), "only an end is waited for"
        return {"type": "http.disconnect"}

    scope: Any = {"method": method, TRANSPORT: transport}
    headers = [(b"content-length", str(len(body)).encode())]
    asyncio.run(spoilt(scope, receive, send, Answer(200, body), headers))
    return messages, transport


def joined(messages: list[Any]) -> bytes:
    """The body that went out."""
    return b"".join(message["body"] for message in messages[1:])


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nothing is waited for; the pauses that there would have been."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(sending.asyncio, "sleep", pause)
    return pauses


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.floats(0.001, 60), st.booleans())
def test_a_body_is_whole_or_half_however_slow(body: bytes, slow: float, is_slow: bool) -> None:
    whole, _ = sent(Spoilt(slow=slow if is_slow else 0), body)
    assert joined(whole) == body
    assert [message.get("more_body", False) for message in whole[1:]].count(False) == 1
    cut, transport = sent(Spoilt(is_cut=True, slow=slow if is_slow else 0), body)
    if len(body) < 2:
        assert (joined(cut), transport.is_closed) == (body, False)
    else:
        assert (joined(cut), transport.is_closed) == (body[: len(body) // 2], True)
        assert all(message["more_body"] for message in cut[1:])


def test_a_slow_body_takes_as_long_as_it_should(at_once: list[float]) -> None:
    sent(Spoilt(slow=8), b"x" * 1000)
    assert sum(at_once) == pytest.approx(8, abs=0.3)
    assert max(at_once) <= 0.25


def test_a_client_that_leaves_a_slow_body_is_not_sent_to_any_more(at_once: list[float]) -> None:
    messages, _ = sent(Spoilt(slow=60), b"x" * 1000, pieces=3)
    assert len(at_once) == 4
    assert all(message["more_body"] for message in messages[1:])


def test_a_head_request_gets_no_body() -> None:
    messages, transport = sent(Spoilt(is_cut=True, slow=9), b"x" * 10, method="HEAD")
    assert (joined(messages), len(messages), transport.is_closed) == (b"", 2, False)
