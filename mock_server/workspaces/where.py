"""Where the workspaces of a server are, by the kind of its first database."""

from __future__ import annotations

from mock_server.sandbox import Sandbox
from mock_server.storage import Places
from mock_server.storage.sqlite import SqliteDatabase, SqlitePlaces


def places_of(first: Sandbox) -> Places:
    """Files or memory beside it, or schemas."""
    database = first.database
    if isinstance(database, SqliteDatabase):
        return SqlitePlaces(database, first.settings.data_dir, first.settings.is_flushed)
    # The driver of PostgreSQL is loaded where it is needed.
    from mock_server.storage.postgres import PostgresDatabase, PostgresPlaces

    assert isinstance(database, PostgresDatabase)
    return PostgresPlaces(database)
