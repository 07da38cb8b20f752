"""SQLite: one connection that SQLAlchemy opened, and transactions with group commit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from mock_server.storage.database import Database, Row, Statement, StorageError
from mock_server.storage.tables import metadata

T = TypeVar("T")


class SqliteSession:
    """Runs statements on the driver connection that SQLAlchemy opened."""

    __slots__ = ("driver",)

    def __init__(self, driver: sqlite3.Connection) -> None:
        self.driver = driver

    def one(self, statement: Statement, parameters: Mapping[str, Any]) -> Row | None:
        """The first row, or none."""
        row: Row | None = self.driver.execute(statement.sql, statement.arguments(parameters)).fetchone()
        return row

    def all(self, statement: Statement, parameters: Mapping[str, Any]) -> list[Row]:
        """Every row."""
        return self.driver.execute(statement.sql, statement.arguments(parameters)).fetchall()

    def run(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        """Executes a write; the number of rows it touched."""
        return self.driver.execute(statement.sql, statement.arguments(parameters)).rowcount

    def lock(self, name: str) -> None:
        """Nothing: there is one writer at a time."""


class SqliteDatabase(Database):
    """A SQLite database, in a file (WAL) or in memory, owned by this process alone."""

    session: SqliteSession
    is_direct = True
    hears_changes = True

    def __init__(self, file: Path | None = None) -> None:
        self._engine = create_engine(
            f"sqlite:///{file}" if file else "sqlite://",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "cached_statements": 512, "timeout": 0.2},
        )
        try:
            self._connection = self._engine.raw_connection()
            driver = self._connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.isolation_level = None
            for pragma in (
                # Exclusive: a second process is refused, and no shared-memory file is needed.
                "locking_mode = EXCLUSIVE",
                "journal_mode = WAL",
                "synchronous = NORMAL",
                # 16 MB: a checkpoint waits for the disk, and few long ones cost writers less than many short.
                "wal_autocheckpoint = 4000",
                "foreign_keys = ON",
            ):
                driver.execute(f"PRAGMA {pragma}")
            driver.execute("BEGIN IMMEDIATE")
            driver.execute("COMMIT")
            metadata.create_all(self._engine)
            # SQLAlchemy's own transaction handling ends here: ours are explicit.
            driver.isolation_level = None
        except Exception as error:
            raise StorageError(_explained(error, file)) from error
        self.session = SqliteSession(driver)
        self._told: list[Callable[[], None]] = []
        self._queue: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    def transact(self, work: Callable[[], T]) -> T:
        """Runs the work in one transaction, now; any exception rolls all of it back."""
        driver = self.session.driver
        driver.execute("BEGIN IMMEDIATE")
        try:
            result = work()
        except BaseException:
            driver.execute("ROLLBACK")
            raise
        driver.execute("COMMIT")
        return result

    def snapshot(self, work: Callable[[], T]) -> T:
        """Runs the work: nothing else runs meanwhile."""
        return work()

    async def run(self, work: Callable[[], T]) -> T:
        """Runs the work."""
        return work()

    async def write(self, work: Callable[[], T]) -> T:
        """Runs the work in a transaction shared with the writes that are ready in the same turn of the loop.

        The answer comes after the commit. Where one of them fails, each is done again on its own.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if not self._queue:
            loop.call_soon(self._flush)
        self._queue.append((work, future))
        return await future

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

    def has_others(self) -> bool:
        """False: the file belongs to this process."""
        return False

    def close(self) -> None:
        """Checkpoints and lets the file go."""
        self._connection.close()
        self._engine.dispose()


def _explained(error: Exception, file: Path | None) -> str:
    text = str(error).lower()
    if "locked" in text:
        return f"The data folder {file and file.parent} is in use by another process."
    if "readonly" in text or "unable to open" in text:
        return f"The data folder {file and file.parent} cannot be written to."
    if "not a database" in text or "malformed" in text:
        return f"{file} is not a readable database; move it away, or name another folder with --data-dir."
    return f"The database {file} cannot be opened: {str(error).splitlines()[0]}"
