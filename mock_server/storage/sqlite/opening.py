"""Opens a SQLite database: the connection that SQLAlchemy makes, its settings, its tables."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from mock_server.private import begin_private, make_private
from mock_server.storage.database import StorageError
from mock_server.storage.sqlite.data_file import is_held, is_log_damaged, log_of
from mock_server.storage.sqlite.errors import damaged, held, other_layout, refused
from mock_server.storage.sqlite.layout import OtherLayout, lay_out

# The whole file is checked at start, but a large one for no longer than this.
_CHECK_SECONDS = 2.0


@dataclass(frozen=True)
class Opened:
    """An open database."""

    engine: Engine
    connection: Any
    driver: sqlite3.Connection

    def close(self) -> None:
        """Checkpoints and lets the file go."""
        self.connection.close()
        self.engine.dispose()


def open_sqlite(file: Path | None, is_flushed: bool, image: bytes | None = None) -> Opened:
    """Opens a file, or memory; a StorageError says in one sentence why it cannot be used.

    `is_flushed`: each commit waits for the disk, so that it outlives a loss of power too. `image` is what
    memory holds at first.
    """
    if file is not None and is_log_damaged(file):
        raise StorageError(held(file) if is_held(file) else damaged(file, "The log beside "))
    engine = create_engine("sqlite://", poolclass=StaticPool, creator=lambda: _connect(file))
    try:
        connection = engine.raw_connection()
        driver = connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        if image is not None:
            driver.deserialize(image)
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
        engine.dispose()
        raise StorageError(other_layout(file)) from error
    except Exception as error:
        engine.dispose()
        raise StorageError(refused(getattr(error, "orig", None) or error, file)) from error
    if not is_sound:
        engine.dispose()
        raise StorageError(damaged(file))
    if file is not None:
        make_private(file)
        make_private(log_of(file))
    return Opened(engine, connection, driver)


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
