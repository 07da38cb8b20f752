"""How a process spends the portions that it draws from a shared window."""

from __future__ import annotations

import asyncio

import pytest

from mock_server.gateway.limits import SharedWindow
from mock_server.storage.postgres.rate_windows import Draw


class Far:
    """A window as the database keeps it, with draws on record, and a clock that is moved by hand."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.draws: list[int] = []
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time

    async def draw(self, partition: str, size: int, limit: int, seconds: int) -> Draw:
        """Gives what there is."""
        await asyncio.sleep(0)
        self.draws.append(size)
        granted = min(size, self.left)
        self.left -= granted
        return Draw(granted, self.left, float(seconds))


@pytest.fixture
def far() -> Far:
    """A window in which 10 are left."""
    return Far(10)


def window_of(far: Far, limit: int) -> SharedWindow:
    """A process's view."""
    return SharedWindow(limit, 60, "client:install", far, far.draw)


async def spend(window: SharedWindow) -> bool:
    """One request."""
    return window.take() or await window.draw()


def test_a_small_limit_is_drawn_one_by_one(far: Far) -> None:
    window = window_of(far, 120)

    async def run() -> None:
        for left in (9, 8, 7):
            assert await spend(window)
            assert dict(window.headers())[b"ratelimit-remaining"] == b"%d" % left

    asyncio.run(run())
    assert far.draws == [1, 1, 1]


def test_a_large_limit_is_drawn_in_hundredths(far: Far) -> None:
    window = window_of(far, 400)

    async def run() -> None:
        assert [await spend(window) for _ in range(5)] == [True] * 5

    asyncio.run(run())
    assert far.draws == [4, 4]
    assert dict(window.headers())[b"ratelimit-remaining"] == b"5"


def test_requests_that_wait_share_a_draw_and_none_is_lost(far: Far) -> None:
    window = window_of(far, 120)

    async def run() -> list[bool]:
        return await asyncio.gather(*(spend(window) for _ in range(12)))

    assert sorted(asyncio.run(run())) == [False] * 2 + [True] * 10
    assert len(far.draws) <= 3


def test_a_spent_budget_asks_no_more_until_something_comes_free(far: Far) -> None:
    far.left = 1
    window = window_of(far, 120)

    async def run() -> list[bool]:
        return [await spend(window) for _ in range(4)]

    assert asyncio.run(run()) == [True, False, False, False]
    assert far.draws == [1]
    far.time, far.left = far.time + 60, 1
    assert asyncio.run(spend(window))


def test_a_portion_that_was_left_lying_is_not_spent_after_its_window(far: Far) -> None:
    window = window_of(far, 400)
    assert asyncio.run(spend(window))
    far.time += 60
    assert not window.take()


def test_a_larger_limit_counts_at_once(far: Far) -> None:
    far.left = 0
    window = window_of(far, 120)
    assert not asyncio.run(spend(window))
    assert not asyncio.run(spend(window))
    far.left, window.limit = 5, 150
    assert asyncio.run(spend(window))
