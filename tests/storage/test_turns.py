"""On PostgreSQL, who writes to one entity waits for the others of it without a connection."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.util import await_only

from mock_server.storage import Unavailable
from mock_server.storage.postgres import database as module
from mock_server.storage.postgres.database import PostgresDatabase
from mock_server.storage.postgres.listener import Listener

_WRITERS = 64


class _Link:
    has_announced = False
    schema = "sandbox"

    def begin(self, command: str) -> None: ...

    async def commit(self) -> None: ...

    async def roll_back(self) -> None: ...

    def drop(self) -> None: ...


class _Pool:
    """Lends without end, and counts how many are lent at once."""

    def __init__(self) -> None:
        self.lent = self.most = 0

    async def take(self) -> _Link:
        self.lent += 1
        self.most = max(self.most, self.lent)
        return _Link()

    def give(self, link: _Link) -> None:
        self.lent -= 1


def _written(entities: list[int | None]) -> tuple[_Pool, list[int]]:
    pool = _Pool()
    database = PostgresDatabase(pool, "sandbox", Listener("", "told", 1))  # type: ignore[arg-type]
    begun: list[int] = []

    async def run() -> None:
        def work(number: int) -> None:
            begun.append(number)
            await_only(asyncio.sleep(0))

        await asyncio.gather(
            *(database.write(lambda n=n: work(n), entity) for n, entity in enumerate(entities))  # type: ignore[misc]
        )

    asyncio.run(run())
    return pool, begun


def test_many_writers_of_one_entity_take_one_connection_and_come_in_their_order() -> None:
    pool, begun = _written([1] * _WRITERS)
    assert (pool.most, pool.lent, begun) == (1, 0, list(range(_WRITERS)))


def test_writers_of_two_entities_do_not_wait_for_each_other() -> None:
    pool, begun = _written([1, 2] * _WRITERS)
    assert (pool.most, len(begun)) == (2, 2 * _WRITERS)


def test_writes_of_no_entity_do_not_wait_for_any() -> None:
    assert _written([None] * 5)[0].most == 5


def test_a_refused_write_leaves_its_turn_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    database = PostgresDatabase(_Pool(), "sandbox", Listener("", "told", 1))  # type: ignore[arg-type]

    def refuse() -> None:
        raise ValueError("no")

    async def run() -> Any:
        with pytest.raises(ValueError):
            await database.write(refuse, 1)
        return await database.write(lambda: "done", 1)

    assert asyncio.run(run()) == "done"


def test_who_waits_too_long_for_a_turn_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_TIMEOUT", 0)
    database = PostgresDatabase(_Pool(), "sandbox", Listener("", "told", 1))  # type: ignore[arg-type]

    async def run() -> None:
        is_over = asyncio.Event()
        first = asyncio.create_task(database.write(lambda: await_only(is_over.wait()), 1))
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await database.write(lambda: None, 1)
        is_over.set()
        await first

    asyncio.run(run())
