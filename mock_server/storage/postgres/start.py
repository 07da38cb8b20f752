"""Opens PostgreSQL: checks that it can be used, and makes the tables that are not there yet."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from mock_server.storage.database import StorageError
from mock_server.storage.postgres.database import PostgresDatabase, lock_key
from mock_server.storage.postgres.layout import all_tables, layout
from mock_server.storage.postgres.listener import Listener
from mock_server.storage.postgres.pool import Pool, connect, is_lost

_CONNECTIONS = 8
_COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = $1"
_OTHER_LAYOUT = (
    "The tables in the schema {schema} are laid out by another version of the sandbox; nothing has been "
    "changed. Name an empty database or schema, or serve it with that version."
)
# What a server that cannot be used raises, and what the driver makes of an URL that is none.
_UNUSABLE = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
    ValueError,
    TypeError,
    OverflowError,
)


async def open_postgres(url: str) -> PostgresDatabase:
    """The database of a URL; a StorageError says in one sentence why it cannot be used."""
    try:
        connection = await connect(url)
        try:
            schema = await _usable_schema(connection)
            await _make_tables(connection, schema)
        finally:
            await connection.close()
        digest = hashlib.blake2b(schema.encode(), digest_size=8).hexdigest()
        listener = Listener(url, f"hellobooks_{digest}", lock_key(schema, "presence"))
        await listener.open()
    except _UNUSABLE as error:
        raise StorageError(_explained(error, url)) from error
    return PostgresDatabase(Pool(url, _CONNECTIONS), schema, listener)


async def _usable_schema(connection: asyncpg.Connection[Any]) -> str:
    [schema, encoding] = await connection.fetchrow(
        "SELECT current_schema(), current_setting('server_encoding')"
    )
    if schema is None:
        raise StorageError("The schema that the database's search_path names does not exist.")
    if encoding != "UTF8":
        raise StorageError(f"The database is encoded in {encoding}; make one with ENCODING 'UTF8'.")
    return str(schema)


async def _make_tables(connection: asyncpg.Connection[Any], schema: str) -> None:
    async with connection.transaction():
        # Processes that start together make them once.
        await connection.execute(f"SELECT pg_advisory_xact_lock({lock_key(schema, 'start')})")
        there: dict[str, set[str]] = {}
        for table_name, column in await connection.fetch(_COLUMNS, schema):
            there.setdefault(table_name, set()).add(column)
        tables = all_tables()
        if any(there.get(table.name, names) != names for table in tables for names in [set(table.c.keys())]):
            raise StorageError(_OTHER_LAYOUT.format(schema=schema))
        # The driver stumbles over an empty text.
        if missing := [*layout(table for table in tables if table.name not in there)]:
            await connection.execute(";".join(missing))


def _explained(error: Exception, url: str) -> str:
    place = _place(url)
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return f"The database {place} refuses the user name or the password."
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return f"The database server has no database {place}; make it with createdb."
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return f"The user may not make tables in the database {place}: {_first_line(error)}."
    if isinstance(error, ValueError | TypeError | OverflowError):
        return f"{place} is no address of a PostgreSQL database: {_first_line(error)}."
    if is_lost(error):
        reason = "no answer" if isinstance(error, TimeoutError) else _first_line(error)
        return f"The database {place} cannot be reached: {reason}."
    return f"The database {place} cannot be used: {_first_line(error)}."


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _place(url: str) -> str:
    """The address without its password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "The URL"
    host = parts.netloc.rpartition("@")[2]
    return f"{host}{parts.path}" or "of the URL"
