"""SQLite: one connection, and transactions with group commit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from mock_server.private import begin_private
from mock_server.storage.database import Database, Row, Statement, Unavailable
from mock_server.storage.sqlite.errors import check
from mock_server.storage.sqlite.image import attach, detach, image_of, opened, pour
from mock_server.storage.sqlite.opening import Opened, open_sqlite

T = TypeVar("T")


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


class Resting:
    """Stands in for the connection of a database that rests, and wakes it at the first statement."""

    __slots__ = ("_wake",)

    def __init__(self, wake: Callable[[], sqlite3.Connection]) -> None:
        self._wake = wake

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wake(), name)


def _ended() -> sqlite3.Connection:
    raise Unavailable("The workspace has ended.")


class SqliteDatabase(Database):
    """A SQLite database, in a file (WAL) or in memory, owned by this process alone."""

    session: SqliteSession
    is_direct = True
    hears_changes = True

    def __init__(
        self, file: Path | None = None, *, is_flushed: bool = False, image: bytes | None = None
    ) -> None:
        """`is_flushed`: each commit waits for the disk. `image`: what the database holds at first."""
        self._file = file
        self._is_flushed = is_flushed
        if file is not None and image is not None:
            begin_private(file)
            file.write_bytes(opened(image))
            image = None
        self._opened: Opened | None = None
        self._image = image
        self._open()
        self._told: list[Callable[[], None]] = []
        self._queue: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    def _open(self) -> sqlite3.Connection:
        if self._opened is None:
            image, self._image = self._image, None
            self._opened = open_sqlite(self._file, self._is_flushed, None if image is None else opened(image))
            driver = self._opened.driver
            if hasattr(self, "session"):
                self.session.driver = driver
            else:
                self.session = SqliteSession(driver, self._file)
        return self._opened.driver

    @property
    def is_resting(self) -> bool:
        """Whether it has let its connection go."""
        return self._opened is None

    def rest(self) -> None:
        """Lets the connection and its memory go until the next statement; nothing may be under way."""
        if self._opened is None or self._queue:
            return
        if self._file is None:
            self._image = image_of(self._opened.driver)
        self._opened.close()
        self._opened = None
        self.session.driver = cast(sqlite3.Connection, Resting(self._open))

    def end(self) -> None:
        """Closes for good: whoever uses it still finds it unavailable."""
        self.close()
        self._opened = None
        self.session.driver = cast(sqlite3.Connection, Resting(_ended))

    def image(self) -> bytes:
        """A copy of all that is committed."""
        return image_of(self._open())

    def pour(self, image: bytes, tables: Iterable[str], then: Callable[[], None]) -> None:
        """Replaces the rows of these tables by those of a copy, and does the rest in the same transaction."""
        driver = self._open()
        attach(driver, image)
        try:

            def work() -> None:
                pour(driver, tables)
                then()

            self.transact(work)
        finally:
            detach(driver)

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
        if self._opened is not None:
            self._opened.close()
