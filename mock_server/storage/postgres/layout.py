"""The statements that make the tables of a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from sqlalchemy import ClauseElement, Table
from sqlalchemy.schema import CreateIndex, CreateTable

from mock_server.storage.database import postgresql_dialect
from mock_server.storage.postgres.rate_windows import shared_metadata
from mock_server.storage.tables import metadata


def all_tables() -> tuple[Table, ...]:
    """Every table of a schema."""
    return (*metadata.sorted_tables, *shared_metadata.sorted_tables)


def layout(tables: Iterable[Table]) -> Iterator[str]:
    """Makes these tables and their indexes."""
    for table in tables:
        yield from _made(table)


@cache
def _made(table: Table) -> tuple[str, ...]:
    dialect = postgresql_dialect()
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    parts: list[ClauseElement] = [CreateTable(table), *(CreateIndex(index) for index in indexes)]
    return tuple(str(part.compile(dialect=dialect)) for part in parts)
