"""The moving window of the rate limiter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_server.gateway.limits import Unlimited, Window


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def test_the_window_refuses_what_comes_after_its_limit_and_does_not_count_it() -> None:
    hand = Hand()
    window = Window(2, 60, "client:install", hand)
    assert [window.take(), window.take(), window.take()] == [True, True, False]
    hand.time += 60
    assert [window.take(), window.take()] == [True, True]


def test_the_window_moves_instead_of_starting_anew_each_minute() -> None:
    hand = Hand()
    window = Window(2, 60, "client:install", hand)
    window.take()
    hand.time += 30
    window.take()
    hand.time += 30
    assert window.take()
    assert not window.take()
    assert window.reset == 30


def test_both_published_header_forms_tell_the_same_budget() -> None:
    window = Window(120, 60, "client-1:install-1", Hand())
    window.take()
    headers = dict(window.headers())
    assert headers[b"ratelimit-limit"] == b"120"
    assert headers[b"ratelimit-remaining"] == b"119"
    assert headers[b"ratelimit-reset"] == b"60"
    assert headers[b"ratelimit"] == b'"default"; r=119; t=60'
    assert headers[b"ratelimit-policy"] == b'"default"; q=120; w=60; pk=:mkt:client-1:install-1:'


def test_an_unlimited_window_never_fills() -> None:
    window = Unlimited(120, 60, "client:install")
    assert all(window.take() for _ in range(1000))


@given(st.integers(1, 5), st.lists(st.floats(0, 40), min_size=1, max_size=60))
def test_no_moving_minute_ever_holds_more_than_the_limit(limit: int, pauses: list[float]) -> None:
    hand = Hand()
    window = Window(limit, 60, "client:install", hand)
    taken: list[float] = []
    for pause in pauses:
        hand.time += pause
        if window.take():
            taken.append(hand.time)
        else:
            assert len([t for t in taken if t > hand.time - 60]) == limit
        assert len([t for t in taken if t > hand.time - 60]) <= limit
