"""SQLite: one connection that SQLAlchemy opened, and transactions with group commit."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from mock_server.private import begin_private, make_private
from mock_server.storage.database import Database, Row, Statement, StorageError
from mock_server.storage.sqlite.data_file import is_held, is_log_damaged, log_of
from mock_server.storage.sqlite.errors import check, damaged, held, other_layout, refused
from mock_server.storage.sqlite.layout import OtherLayout, lay_out

T = TypeVar("T")
# The whole file is checked at start, but a large one for no longer than this.
_CHECK_SECONDS = 2.0


class SqliteSession:
    """Runs statements on the driver connection that SQLAlchemy opened."""

    __slots__ = ("driver", "file", "signalled")

    def __init__(self, driver: sqlite3.Connection, file: Path | None) -> None:
        self.driver = driver
        self.file = file
        self.signalled: list[Callable[[str], None]] = []

    def one(self, statement: Statement, parameters: Mapping[str, Any]) -> Row | None:
        """The first row, or none."""
        try:
            row: Row | None = self.driver.execute(statement.sql, statement.arguments(parameters)).fetchone()
        except sqlite3.Error as error:
            check(error, self.file)
            raise
        return row

    def all(self, statement: Statement, parameters: Mapping[str, Any]) -> list[Row]:
        """Every row."""
        try:
            return self.driver.execute(statement.sql, statement.arguments(parameters)).fetchall()
        except sqlite3.Error as error:
            check(error, self.file)
            raise

    def within(self, statement: Statement, parameters: Mapping[str, Any], size: int) -> list[Row]:
        """Rows until their first columns come to so many bytes, and one more where there is one."""
        rows: list[Row] = []
        read = 0
        try:
            cursor = self.driver.execute(statement.sql, statement.arguments(parameters))
            for row in cursor:
                rows.append(row)
                if read >= size:
                    break
                read += len(row[0])
            cursor.close()
        except sqlite3.Error as error:
            check(error, self.file)
            raise
        return rows

    def run(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        """Executes a write; the number of rows it touched."""
        try:
            return self.driver.execute(statement.sql, statement.arguments(parameters)).rowcount
        except sqlite3.Error as error:
            check(error, self.file)
            raise

    def lock(self, name: str) -> None:
        """Nothing: there is one writer at a time."""

    def signal(self, webhook_id: str) -> None:
        """Tells the listeners now: they look after the transaction, in a later turn of the loop."""
        for told in self.signalled:
            told(webhook_id)


class SqliteDatabase(Database):
    """A SQLite database, in a file (WAL) or in memory, owned by this process alone."""

    session: SqliteSession
    is_direct = True
    hears_changes = True

    def __init__(self, file: Path | None = None, *, is_flushed: bool = False) -> None:
        """`is_flushed`: each commit waits for the disk, so that it outlives a loss of power too."""
        if file is not None and is_log_damaged(file):
            raise StorageError(held(file) if is_held(file) else damaged(file, "The log beside "))
        self._file = file
        self._engine = create_engine("sqlite://", poolclass=StaticPool, creator=lambda: _connect(file))
        try:
            self._connection = self._engine.raw_connection()
            driver = self._connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            # SQLAlchemy's own transaction handling ends here: ours are explicit.
            driver.isolation_level = None
            for pragma in (
                # A write changes a few rows in many trees: small pages are less to copy and to flush.
                "page_size = 2048",
                # Exclusive: a second process is refused, and no shared-memory file is needed.
                "locking_mode = EXCLUSIVE",
                "journal_mode = WAL",
                f"synchronous = {'FULL' if is_flushed else 'NORMAL'}",
                # 16 MB: a checkpoint waits for the disk, and few long ones cost writers less than many short.
                "wal_autocheckpoint = 8000",
                "foreign_keys = ON",
            ):
                driver.execute(f"PRAGMA {pragma}")
            lay_out(driver)
            is_sound = file is None or _is_sound(driver)
        except OtherLayout as error:
            self._engine.dispose()
            raise StorageError(other_layout(file)) from error
        except Exception as error:
            self._engine.dispose()
            raise StorageError(refused(getattr(error, "orig", None) or error, file)) from error
        if not is_sound:
            self._engine.dispose()
            raise StorageError(damaged(file))
        if file is not None:
            make_private(file)
            make_private(log_of(file))
        self.session = SqliteSession(driver, file)
        self._told: list[Callable[[], None]] = []
        self._queue: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    def transact(self, work: Callable[[], T]) -> T:
        """Runs the work in one transaction, now; any exception rolls all of it back."""
        driver = self.session.driver
        try:
            driver.execute("BEGIN IMMEDIATE")
            result = work()
            driver.execute("COMMIT")
        except BaseException as error:
            # Where the disk is full, SQLite may have rolled back by itself.
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                check(error, self._file)
            raise
        return result

    def snapshot(self, work: Callable[[], T]) -> T:
        """Runs the work: nothing else runs meanwhile."""
        return work()

    async def run(self, work: Callable[[], T]) -> T:
        """Runs the work."""
        return work()

    async def write(self, work: Callable[[], T], entity: int | None = None) -> T:
        """Runs the work in a transaction shared with the writes that are ready in the same turn of the loop.

        The answer comes after the commit. Where one of them fails, each is done again on its own.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if not self._queue:
            loop.call_soon(self._flush)
        self._queue.append((work, future))
        return await future

    async def _alone(self, work: Callable[[], T], entity: int | None) -> T:
        # Now: what waits for the end of this turn begins its transaction later.
        return self.transact(work)

    def _flush(self) -> None:
        batch, self._queue = self._queue, []
        batch = [(work, future) for work, future in batch if not future.cancelled()]
        if len(batch) > 1:
            try:
                results = self.transact(lambda: [work() for work, _ in batch])
            except Exception:
                pass
            else:
                for (_, future), result in zip(batch, results, strict=True):
                    if not future.cancelled():
                        future.set_result(result)
                return
        for work, future in batch:
            try:
                result = self.transact(work)
            except Exception as error:
                if not future.cancelled():
                    future.set_exception(error)
            else:
                if not future.cancelled():
                    future.set_result(result)

    def announce(self) -> None:
        """Tells the subscribers now: nothing else runs before the commit."""
        for told in self._told:
            told()

    def subscribe(self, told: Callable[[], None]) -> None:
        """Calls this after each change."""
        self._told.append(told)

    def on_signal(self, told: Callable[[str], None]) -> None:
        """Calls this at each signal."""
        self.session.signalled.append(told)

    def has_others(self) -> bool:
        """False: the file belongs to this process."""
        return False

    def close(self) -> None:
        """Checkpoints and lets the file go."""
        self._connection.close()
        self._engine.dispose()


def _connect(file: Path | None) -> sqlite3.Connection:
    # The file is opened by its name, not by an address in which `?` or `#` would mean something.
    name = ":memory:" if file is None else str(file.absolute())
    if file is not None:
        begin_private(file)
    return sqlite3.connect(name, check_same_thread=False, cached_statements=512, timeout=0.2)


def _is_sound(driver: sqlite3.Connection) -> bool:
    """False where pages of the file are damaged."""
    timer = threading.Timer(_CHECK_SECONDS, driver.interrupt)
    timer.start()
    try:
        found: str = driver.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return True
    finally:
        timer.cancel()
    return found == "ok"
