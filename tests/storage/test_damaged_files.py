"""Damaged data files: recognised before anything is served from them, and told in one sentence."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage import StorageError, Unavailable
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.sqlite.data_file import is_log_damaged, log_of, put_aside
from mock_server.storage.sqlite.layout import LAYOUT
from mock_server.storage.tenancy import read_fact, write_fact

_PAGE = 2048
_COMMITS = 60
# Leaves a log behind: the process ends without closing the file.
_WRITER = f"""
import os, pathlib, sys
from mock_server.storage.tenancy.facts import write_fact
from mock_server.storage.sqlite.database import SqliteDatabase
database = SqliteDatabase(pathlib.Path(sys.argv[1]))
for number in range({_COMMITS}):
    database.transact(lambda: write_fact(database.session, f"fact {{number}}", "x" * 900))
os._exit(0)
"""


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded file without a log."""
    folder = tmp_path_factory.mktemp("closed")
    Sandbox(Settings(folder)).close()
    return folder / "sandbox.db"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose last transactions are in the log alone."""
    file = tmp_path_factory.mktemp("killed") / "sandbox.db"
    subprocess.run([sys.executable, "-c", _WRITER, str(file)], check=True)
    assert log_of(file).stat().st_size > _COMMITS * _PAGE
    return file


def _copied(file: Path, folder: Path) -> Path:
    shutil.copytree(file.parent, folder / "data")
    return folder / "data" / file.name


def _write(file: Path, at: int, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(content)


def _noise(size: int) -> bytes:
    return random.Random("damage").randbytes(size)


_DAMAGES: dict[str, Callable[[Path], None]] = {
    "cut in half": lambda file: os.truncate(file, file.stat().st_size // 2),
    "cut short by a page": lambda file: os.truncate(file, file.stat().st_size - _PAGE),
    "cut within the first page": lambda file: os.truncate(file, 1000),
    "a header of random bytes": lambda file: _write(file, 0, _noise(100)),
    "a first page of random bytes": lambda file: _write(file, 0, _noise(_PAGE)),
    "random bytes in the middle": lambda file: _write(file, file.stat().st_size // 2, _noise(16 * _PAGE)),
    "one page of random bytes": lambda file: _write(file, 30 * _PAGE, _noise(_PAGE)),
    "zeros in the middle": lambda file: _write(file, file.stat().st_size // 2, bytes(16 * _PAGE)),
}


@pytest.mark.parametrize("damage", _DAMAGES)
def test_a_damaged_file_is_refused_in_one_sentence_and_left_alone(
    damage: str, closed: Path, tmp_path: Path
) -> None:
    file = _copied(closed, tmp_path)
    _DAMAGES[damage](file)
    before = file.read_bytes()
    with pytest.raises(StorageError, match="is not a readable database") as caught:
        SqliteDatabase(file)
    assert len(str(caught.value).splitlines()) == 1
    assert file.read_bytes() == before


def test_whatever_bytes_change_a_file_opens_or_is_refused(closed: Path, tmp_path: Path) -> None:
    file = _copied(closed, tmp_path)
    whole = file.read_bytes()
    chance = random.Random("anywhere")
    refused = 0
    for _ in range(60):
        file.write_bytes(whole)
        at = chance.choice([chance.randrange(200), chance.randrange(len(whole))])
        _write(file, at, chance.randbytes(chance.choice([1, 8, 600, 5000])))
        try:
            SqliteDatabase(file).close()
        except StorageError as error:
            refused += 1
            assert len(str(error).splitlines()) == 1
    assert refused > 20


_LOG_DAMAGES: dict[str, Callable[[Path], None]] = {
    "a header of random bytes": lambda log: _write(log, 0, _noise(32)),
    "one byte of the header": lambda log: _write(log, 13, b"\xff"),
    "random bytes in the first frame": lambda log: _write(log, 32, _noise(200)),
    "random bytes in the middle": lambda log: _write(log, log.stat().st_size // 2, _noise(3 * _PAGE)),
    "one byte in the middle": lambda log: _write(log, log.stat().st_size // 2 + 1000, b"\xee"),
    "zeros in the middle": lambda log: _write(log, log.stat().st_size // 2, bytes(2 * _PAGE)),
}


@pytest.mark.parametrize("damage", _LOG_DAMAGES)
def test_a_damaged_log_is_refused_in_one_sentence_and_left_alone(
    damage: str, killed: Path, tmp_path: Path
) -> None:
    file = _copied(killed, tmp_path)
    _LOG_DAMAGES[damage](log_of(file))
    before = file.read_bytes(), log_of(file).read_bytes()
    with pytest.raises(StorageError, match="The log beside") as caught:
        SqliteDatabase(file)
    assert len(str(caught.value).splitlines()) == 1
    assert (file.read_bytes(), log_of(file).read_bytes()) == before


def test_a_log_is_whole_after_a_kill_and_every_commit_is_there(killed: Path, tmp_path: Path) -> None:
    file = _copied(killed, tmp_path)
    assert not is_log_damaged(file)
    with closing(SqliteDatabase(file)) as database:
        assert all(read_fact(database.session, f"fact {number}") for number in range(_COMMITS))


@pytest.mark.parametrize("missing", [1, 100, _PAGE, _PAGE + 30])
def test_a_log_that_ends_within_a_frame_is_no_damage(missing: int, killed: Path, tmp_path: Path) -> None:
    file = _copied(killed, tmp_path)
    os.truncate(log_of(file), log_of(file).stat().st_size - missing)
    assert not is_log_damaged(file)
    SqliteDatabase(file).close()


def _begin_anew(file: Path, commits: int) -> None:
    """Writes a second round of commits over the frames of the first."""
    script = _WRITER.replace(
        "for number", 'database.session.driver.execute("PRAGMA wal_checkpoint")\nfor number'
    )
    script = script.replace(f"range({_COMMITS})", f"range({commits})").replace('"x"', '"y"')
    subprocess.run([sys.executable, "-c", script, str(file)], check=True)


def test_a_log_begun_anew_over_an_older_one_is_no_damage(killed: Path, tmp_path: Path) -> None:
    file = _copied(killed, tmp_path)
    _begin_anew(file, 5)
    # The frames of before are still behind the new ones.
    assert log_of(file).stat().st_size > _COMMITS * _PAGE
    assert not is_log_damaged(file)
    SqliteDatabase(file).close()


@pytest.mark.parametrize("torn", [0, 700])
def test_parts_that_a_loss_of_power_left_as_they_were_are_no_damage_and_end_the_log(
    torn: int, killed: Path, tmp_path: Path
) -> None:
    file = _copied(killed, tmp_path)
    before = log_of(file).read_bytes()
    _begin_anew(file, 40)
    gap, frame = 32 + 20 * (_PAGE + 24), _PAGE + 24
    _write(log_of(file), gap - torn, before[gap - torn : gap + 2 * frame])
    assert not is_log_damaged(file)
    with closing(SqliteDatabase(file)) as database:
        facts = [read_fact(database.session, f"fact {number}") or "" for number in range(40)]
    kept = "".join(fact[0] for fact in facts)
    assert kept.startswith("yyy") and kept.endswith("xxx")
    assert kept == "y" * kept.count("y") + "x" * kept.count("x")


@pytest.mark.parametrize("lost", [range(0, 1), range(1, 3), range(0, 4)])
def test_a_last_transaction_of_which_parts_are_missing_is_no_damage_and_not_there(
    lost: range, tmp_path: Path
) -> None:
    file = tmp_path / "sandbox.db"
    # The last one is of several pages.
    script = _WRITER.replace('"x" * 900', f'"x" * (900 if number < {_COMMITS - 1} else 10 * {_PAGE})')
    subprocess.run([sys.executable, "-c", script, str(file)], check=True)
    frame = _PAGE + 24
    begun = log_of(file).stat().st_size - 10 * frame
    for each in lost:
        _write(log_of(file), begun + each * frame, bytes(frame))
    assert not is_log_damaged(file)
    with closing(SqliteDatabase(file)) as database:
        kept = [read_fact(database.session, f"fact {number}") is not None for number in range(_COMMITS)]
    assert kept == [True] * (_COMMITS - 1) + [False]


def test_a_log_without_its_file_is_damage(killed: Path, tmp_path: Path) -> None:
    file = _copied(killed, tmp_path)
    file.unlink()
    assert is_log_damaged(file)
    file.touch()
    assert is_log_damaged(file)


def test_damage_met_while_serving_is_one_sentence(closed: Path, tmp_path: Path) -> None:
    file = _copied(closed, tmp_path)
    with closing(SqliteDatabase(file)) as database:
        # Lets go of the pages that the start has read.
        database.session.driver.execute("PRAGMA shrink_memory")
        _write(file, 10 * _PAGE, _noise(file.stat().st_size - 10 * _PAGE))
        with pytest.raises(StorageError, match="is not a readable database"):
            for table in ("boms", "work_orders", "movements", "items", "outbox"):
                _read_all(database, table)


def _read_all(database: SqliteDatabase, table: str) -> None:
    from sqlalchemy import select

    from mock_server.storage import Statement
    from mock_server.storage.tables import metadata

    database.session.all(Statement(select(metadata.tables[table])), {})


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE quality_inspections DROP COLUMN result",
        "ALTER TABLE items ADD COLUMN colour TEXT",
        "DROP TABLE challans",
        "DROP INDEX movements_document",
        "CREATE TABLE of_tomorrow (id TEXT)",
        "PRAGMA user_version = 0",
        f"PRAGMA user_version = {LAYOUT + 1}",
    ],
)
def test_tables_of_another_version_are_refused_and_left_alone(
    change: str, closed: Path, tmp_path: Path
) -> None:
    file = _copied(closed, tmp_path)
    opened = sqlite3.connect(file)
    opened.execute(change)
    opened.close()
    before = file.read_bytes()
    with pytest.raises(StorageError, match="has the tables of another version"):
        SqliteDatabase(file)
    assert file.read_bytes() == before


def test_an_interrupted_first_start_leaves_no_half_of_the_tables(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    script = (
        "import os, pathlib, sys; from mock_server.storage.sqlite import layout\n"
        "from mock_server.storage.sqlite.database import SqliteDatabase\n"
        "make = layout.CreateIndex\n"
        "def dying(index):\n"
        "    if index.name == 'movements_item': os._exit(0)\n"
        "    return make(index)\n"
        "layout.CreateIndex = dying\n"
        "SqliteDatabase(pathlib.Path(sys.argv[1]))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(file)], check=True)
    assert file.exists()
    SqliteDatabase(file).close()


def test_putting_aside_never_overwrites_what_was_put_aside(killed: Path, tmp_path: Path) -> None:
    file = _copied(killed, tmp_path)
    pair = file.read_bytes(), log_of(file).read_bytes()
    first = put_aside(file)
    assert first is not None
    assert put_aside(file) is None
    SqliteDatabase(file).close()
    second = put_aside(file)
    assert second is not None
    assert (first.name, second.name) == ("sandbox.db.before-1", "sandbox.db.before-2")
    assert (first.read_bytes(), log_of(first).read_bytes()) == pair


@pytest.mark.parametrize(("is_flushed", "expected"), [(False, 1), (True, 2)])
def test_full_durability_waits_for_the_disk(is_flushed: bool, expected: int, tmp_path: Path) -> None:
    with closing(SqliteDatabase(tmp_path / "sandbox.db", is_flushed=is_flushed)) as database:
        assert database.session.driver.execute("PRAGMA synchronous").fetchone() == (expected,)


def test_a_commit_that_fails_is_undone_and_the_next_one_works(tmp_path: Path) -> None:
    with closing(SqliteDatabase(tmp_path / "sandbox.db")) as database:
        driver = database.session.driver
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count = {pages + 1}")

        def write() -> None:
            for number in range(100):
                write_fact(database.session, f"fact {number}", "x" * 4000)

        with pytest.raises(Unavailable, match="There is no space left"):
            database.transact(write)
        assert read_fact(database.session, "fact 0") is None
        driver.execute("PRAGMA max_page_count = 100000")
        database.transact(write)
        assert read_fact(database.session, "fact 99")
