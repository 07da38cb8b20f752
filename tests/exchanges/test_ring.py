"""The ring keeps the newest exchanges, within its bounds, and tells those who follow."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from mock_server.exchanges import Exchange, Ring
from mock_server.exchanges import ring as module
from tests.exchanges.making import exchange


def anything(_: Exchange) -> bool:
    return True


@given(st.lists(st.integers(1, 60), max_size=60), st.integers(1, 20), st.integers(60, 200))
def test_it_keeps_the_newest_within_count_and_size(sizes: list[int], most: int, size: int) -> None:
    ring = Ring(most, size)
    for number, each in enumerate(sizes, 1):
        ring.add(exchange(number=number, size=each))
    kept = list(ring)
    assert len(kept) <= most
    assert sum(each.size for each in kept) <= size
    assert [each.place for each in kept] == list(range(len(sizes) - len(kept) + 1, len(sizes) + 1))
    if len(kept) < min(len(sizes), most):
        # One more would not have had room.
        assert sum(sizes[-len(kept) - 1 :]) > size


@given(st.integers(0, 30), st.integers(1, 10), st.integers(1, 7))
def test_pages_give_each_one_that_fits_once_and_in_order(count: int, most: int, limit: int) -> None:
    ring = Ring(most)
    for number in range(1, count + 1):
        ring.add(exchange(number=number))
    found, after, is_more = [], 0, True
    while is_more:
        page, is_more = ring.page(lambda each: each.place % 2 == 0, after, limit)
        found += page
        assert len(page) == limit or not is_more
        after = page[-1].place if page else after
    assert found == [each for each in ring if each.place % 2 == 0]


def test_the_last_ones_are_the_oldest_first() -> None:
    ring = Ring()
    for number in range(1, 6):
        ring.add(exchange(number=number))
    assert [each.place for each in ring.last(lambda each: each.place != 4, 2)] == [3, 5]


def test_a_page_behind_what_is_gone_begins_with_what_is_there() -> None:
    ring = Ring(2)
    for number in range(1, 6):
        ring.add(exchange(number=number))
    assert [each.place for each in ring.page(anything, 1, 10)[0]] == [4, 5]
    assert ring.page(anything, 5, 10) == ([], False)


def test_what_is_cleared_is_gone_and_numbers_go_on() -> None:
    ring = Ring()
    ring.add(exchange(number=1))
    assert (ring.clear(), list(ring), ring.find("a-1")) == (1, [], None)
    ring.add(exchange(number=ring.count + 1))
    assert [each.place for each in ring] == [2]


def test_a_follower_gets_what_fits_from_now_on() -> None:
    async def work() -> None:
        ring = Ring()
        for number in (1, 2, 3):
            ring.add(exchange(number=number))
        follower = ring.follow(lambda each: each.place % 2 == 1, 1)
        for number in (4, 5):
            ring.add(exchange(number=number))
        got = [await follower.next(1) for _ in range(2)]
        assert [each.place for each in got if each] == [3, 5]
        assert await follower.next(0) is None
        ring.end()
        assert await follower.next(60) is None
        assert follower.is_ended
        ring.add(exchange(number=7))
        assert await follower.next(60) is None

    asyncio.run(work())


def test_a_follower_that_is_slow_is_told_how_many_it_missed() -> None:
    async def work() -> None:
        ring = Ring()
        follower = ring.follow(anything, 0)
        for number in range(1, module._MAX_WAITING + 4):
            ring.add(exchange(number=number))
        assert follower.missed == 3
        first = await follower.next(1)
        assert first is not None and first.place == 1

    asyncio.run(work())
