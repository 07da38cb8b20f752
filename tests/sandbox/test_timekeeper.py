"""The clock follows what is committed, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from mock_server.clock import Clock, Setting
from mock_server.refused import Refused
from mock_server.sandbox.timekeeper import Timekeeper
from mock_server.storage.sqlite import SqliteDatabase

PINNED = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)
_DAY = timedelta(days=1)


@pytest.fixture
def database() -> Iterator[SqliteDatabase]:
    """A database in memory."""
    with closing(SqliteDatabase()) as opened:
        yield opened


def started(database: SqliteDatabase, pinned: datetime | None) -> tuple[Timekeeper, Clock]:
    """A start on the database, with or without `--clock`."""
    clock = Clock(pinned)
    keeper = Timekeeper(database, clock)
    keeper.begin(pinned)
    return keeper, clock


@pytest.mark.parametrize("pinned", [None, PINNED])
@pytest.mark.parametrize("to", [Setting(PINNED + _DAY), Setting(offset=timedelta(days=3, milliseconds=5))])
def test_what_was_set_is_that_of_the_next_start(
    database: SqliteDatabase, pinned: datetime | None, to: Setting
) -> None:
    keeper, clock = started(database, pinned)
    assert keeper.resumed() == ""
    keeper.change(lambda before: to)
    assert clock.setting == to
    again, clock = started(database, None)
    assert clock.setting == to
    assert again.resumed().startswith("The sandbox's clock is as it was set: it ")


def test_a_start_that_names_a_time_begins_with_it(database: SqliteDatabase) -> None:
    keeper, _ = started(database, None)
    keeper.change(lambda before: Setting(PINNED + 2 * _DAY))
    keeper, clock = started(database, PINNED)
    assert clock.setting == Setting(PINNED)
    keeper.change(lambda before: before.later(_DAY))
    assert clock.setting == Setting(PINNED + _DAY)


def test_a_change_that_is_refused_or_not_committed_changes_nothing(database: SqliteDatabase) -> None:
    keeper, clock = started(database, PINNED)
    heard = list[datetime]()
    clock.subscribe(lambda: heard.append(clock.now()))

    def refuse(before: Setting) -> Setting:
        raise Refused("clock_backwards")

    with pytest.raises(Refused):
        keeper.change(refuse)

    database.session.driver.execute(
        "CREATE TRIGGER full BEFORE INSERT ON meta BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="full"):
        keeper.change(lambda before: before.later(_DAY))
    assert (clock.setting, heard) == (Setting(PINNED), [])


def test_a_change_counts_from_what_another_server_has_set(database: SqliteDatabase) -> None:
    one, first = started(database, PINNED)
    other, second = Timekeeper(database, clock := Clock(PINNED)), clock
    one.change(lambda before: before.later(_DAY))
    other.change(lambda before: before.later(_DAY))
    assert second.setting == Setting(PINNED + 2 * _DAY)
    assert first.setting == Setting(PINNED + _DAY)


def test_what_is_heard_of_late_undoes_no_later_change(database: SqliteDatabase) -> None:
    keeper, clock = started(database, PINNED)
    keeper.change(lambda before: before.later(_DAY))
    early = keeper._read()
    keeper.change(lambda before: before.later(_DAY))
    keeper._follow(early)
    assert clock.setting == Setting(PINNED + 2 * _DAY)
