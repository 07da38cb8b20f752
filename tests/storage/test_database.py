"""Transactions and group commit."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, insert, select

from mock_server.storage import Statement, StorageError
from mock_server.storage.sequences import next_value
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.tables import meta

_ADD = Statement(insert(meta).values(key=bindparam("name"), value="x"))
_COUNT = Statement(select(func.count()).select_from(meta))


def _add(database: SqliteDatabase, name: str) -> Callable[[], str]:
    def work() -> str:
        database.session.run(_ADD, {"name": name})
        return name

    return work


def _count(database: SqliteDatabase) -> int:
    row = database.session.one(_COUNT, {})
    assert row is not None
    return int(row[0])


def test_writes_of_one_turn_share_a_transaction_and_all_are_answered(database: SqliteDatabase) -> None:
    async def run() -> list[str]:
        return await asyncio.gather(*(database.write(_add(database, str(n))) for n in range(20)))

    statements: list[str] = []
    database.session.driver.set_trace_callback(statements.append)
    assert asyncio.run(run()) == [str(n) for n in range(20)]
    assert statements.count("BEGIN IMMEDIATE") == 1
    assert _count(database) == 20


def test_one_refused_write_of_a_batch_leaves_the_others_done_and_nothing_of_its_own(
    database: SqliteDatabase,
) -> None:
    def refuse() -> str:
        database.session.run(_ADD, {"name": "half"})
        raise ValueError("no")

    async def run() -> list[str | BaseException]:
        answers = await asyncio.gather(
            database.write(_add(database, "a")),
            database.write(refuse),
            database.write(_add(database, "b")),
            return_exceptions=True,
        )
        return list(answers)

    first, second, third = asyncio.run(run())
    assert (first, third) == ("a", "b")
    assert isinstance(second, ValueError)
    assert _count(database) == 2


def test_a_work_that_fails_rolls_back_whole(database: SqliteDatabase) -> None:
    def work() -> None:
        database.session.run(_ADD, {"name": "a"})
        database.session.run(_ADD, {"name": "a"})

    with pytest.raises(Exception, match="UNIQUE"):
        database.transact(work)
    assert _count(database) == 0


def test_sequences_start_at_one_and_are_separate_by_entity_and_name(database: SqliteDatabase) -> None:
    session = database.session
    assert [next_value(session, 1, "boms") for _ in range(3)] == [1, 2, 3]
    assert next_value(session, 2, "boms") == 1
    assert next_value(session, 1, "movements") == 1


def test_a_file_that_another_process_holds_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    script = (
        "import sys, pathlib; from mock_server.storage.sqlite.database import SqliteDatabase; "
        "d = SqliteDatabase(pathlib.Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(StorageError) as caught:
            SqliteDatabase(file)
        assert str(caught.value) == f"The data folder {tmp_path} is in use by another process."
    finally:
        holder.communicate()
    SqliteDatabase(file).close()


def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    file.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StorageError, match="is not a readable database"):
        SqliteDatabase(file)
    assert file.read_bytes().startswith(b"this is a letter")
