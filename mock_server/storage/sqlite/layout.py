"""The tables of a SQLite file: made whole or not at all, and recognised when it is opened again."""

from __future__ import annotations

import sqlite3

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from mock_server.storage.tables import metadata

# Stamped into each file (PRAGMA user_version); to be raised when columns come to mean something else.
LAYOUT = 4

_COLUMNS = (
    'SELECT t.name, c.name, upper(c.type), c."notnull" <> 0 FROM sqlite_master t'
    " JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
_INDEXES = (
    'SELECT l.name, l."unique" <> 0, l.partial <> 0, i.seqno, i.name FROM sqlite_master t'
    " JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i"
    " WHERE t.type = 'table' AND l.origin = 'c'"
)


class OtherLayout(Exception):
    """The file has the tables of another version."""


def lay_out(driver: sqlite3.Connection) -> None:
    """Makes the tables in an empty file; OtherLayout where there are some that are not these."""
    driver.execute("BEGIN IMMEDIATE")
    columns = set(driver.execute(_COLUMNS))
    if not columns:
        _make(driver)
    driver.execute("COMMIT")
    if columns and (_stamp(driver), columns, set(driver.execute(_INDEXES))) != (LAYOUT, *_expected()):
        raise OtherLayout


def _make(driver: sqlite3.Connection) -> None:
    dialect = sqlite.dialect()
    for table in metadata.sorted_tables:
        driver.execute(str(CreateTable(table).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            driver.execute(str(CreateIndex(index).compile(dialect=dialect)))
    driver.execute(f"PRAGMA user_version = {LAYOUT}")


def _stamp(driver: sqlite3.Connection) -> int:
    stamp: int = driver.execute("PRAGMA user_version").fetchone()[0]
    return stamp


def _expected() -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    dialect = sqlite.dialect()
    columns: set[tuple[object, ...]] = set()
    indexes: set[tuple[object, ...]] = set()
    for table in metadata.sorted_tables:
        for column in table.c:
            kind = column.type.compile(dialect=dialect).upper()
            columns.add((table.name, column.name, kind, int(not column.nullable)))
        for index in table.indexes:
            is_partial = index.dialect_options["sqlite"]["where"] is not None
            for place, column in enumerate(index.columns):
                indexes.add((index.name, int(bool(index.unique)), int(is_partial), place, column.name))
    return columns, indexes
