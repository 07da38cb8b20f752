"""A whole SQLite database as bytes: a copy of it that is put aside, or poured into another one."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from contextlib import closing

# Fast is enough: a demo of 700 kB becomes 80.
_LEVEL = 1
# Where a file's header says that it has a write-ahead log, which memory has not.
_JOURNAL = slice(18, 20)
_NO_LOG = b"\x01\x01"


def image_of(driver: sqlite3.Connection) -> bytes:
    """The database as it is committed."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as copy:
        driver.backup(copy)
        raw = bytearray(copy.serialize())
    raw[_JOURNAL] = _NO_LOG
    return zlib.compress(raw, _LEVEL)


def opened(image: bytes) -> bytes:
    """The bytes of a database file, of those that `image_of` made."""
    return zlib.decompress(image)


def pour(driver: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Replaces the rows of these tables by those of the image that is attached, in the transaction."""
    for table in tables:
        driver.execute(f'DELETE FROM main."{table}"')
        driver.execute(f'INSERT INTO main."{table}" SELECT * FROM poured."{table}"')


def attach(driver: sqlite3.Connection, image: bytes) -> None:
    """Lays the image beside the database, outside any transaction."""
    driver.execute("ATTACH ':memory:' AS poured")
    driver.deserialize(opened(image), name="poured")


def detach(driver: sqlite3.Connection) -> None:
    """Takes it away."""
    driver.execute("DETACH poured")
