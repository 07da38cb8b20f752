"""The PostgreSQL databases of workspaces, and copies of them: a schema each, beside the first one's."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from typing import TypeVar

from sqlalchemy import Integer, Table
from sqlalchemy.util import await_only

from mock_server.storage.database import Database, Numbered
from mock_server.storage.places import OWN_TABLES, Fill, Places
from mock_server.storage.postgres.database import PostgresDatabase
from mock_server.storage.postgres.layout import all_tables, layout

T = TypeVar("T")
# PostgreSQL cuts longer names off.
_LONGEST = 63
_THERE = Numbered("SELECT to_regnamespace(quote_ident($1))::text", ("schema",), {})


class PostgresPlaces(Places):
    """All of it can be seen by every server on the database."""

    def __init__(self, base: PostgresDatabase) -> None:
        self._base = base

    def make(self, workspace: str, copy: str) -> PostgresDatabase:
        """A new schema with the rows of the copy."""
        schema = self._workspace(workspace)
        self._make(self._copy(copy), schema)
        return self._base.beside(schema)

    def open(self, workspace: str) -> PostgresDatabase:
        """The schema of a workspace."""
        return self._base.beside(self._workspace(workspace))

    def drop(self, workspace: str) -> None:
        """Drops the schema."""
        self._drop(self._workspace(workspace))

    def keep(self, database: Database, copy: str) -> None:
        """Copies all rows into a schema."""
        assert isinstance(database, PostgresDatabase)
        self._make(database.session.schema, self._copy(copy))

    def pour(self, copy: str, database: Database, then: Callable[[], None]) -> None:
        """Replaces all rows."""
        assert isinstance(database, PostgresDatabase)
        target, source = database.session.schema, self._copy(copy)

        def work() -> None:
            emptied = [f'DELETE FROM "{target}"."{table.name}"' for table in OWN_TABLES]
            database.session.script(";".join([*emptied, *_copied(source, target)]))
            then()

        database.transact(work)

    def look(self, copy: str) -> PostgresDatabase:
        """The schema."""
        return self._base.beside(self._copy(copy))

    async def read(self, copy: str, work: Callable[[Database], T]) -> T:
        """Reads the schema."""
        database = self.look(copy)
        try:
            return await self._base.run(lambda: work(database))
        finally:
            await self._base.run(database.close)

    def has(self, copy: str) -> bool:
        """Whether there is such a schema."""
        [(found,)] = await_only(self._base.session.fetch(_THERE, {"schema": self._copy(copy)}))
        return found is not None

    def forget(self, copy: str) -> None:
        """Drops the schema."""
        self._drop(self._copy(copy))

    async def fill(self, copy: str, fill: Fill) -> None:
        """Fills a schema of another name first, so that none is ever found half filled."""
        # Servers that fill the same copy at a time do not meet.
        begun = self._name("filling", f"{copy} {secrets.token_hex(4)}")
        database = self._base.beside(begun)

        def work() -> None:
            self._make(None, begun)
            fill(database)
            self._rename(begun, self._copy(copy))

        try:
            await self._base.run(work)
        except Exception:
            # What could not be filled, such as with a pack that a rule refuses, leaves nothing behind.
            await self._base.run(lambda: self._drop(begun))
            raise
        finally:
            await self._base.run(database.close)

    def _make(self, source: str | None, target: str) -> None:
        made = [f'DROP SCHEMA IF EXISTS "{target}" CASCADE', f'CREATE SCHEMA "{target}"']
        made += [f'SET LOCAL search_path TO "{target}"', *layout(all_tables())]
        if source is not None:
            made += _copied(source, target)
        made.append(f'SET LOCAL search_path TO "{self._base.session.schema}"')
        self._base.transact(lambda: self._base.session.script(";".join(made)))

    def _rename(self, schema: str, name: str) -> None:
        session = self._base.session
        # Of servers that fill the same copy the last one's stays.
        text = f'DROP SCHEMA IF EXISTS "{name}" CASCADE;ALTER SCHEMA "{schema}" RENAME TO "{name}"'
        self._base.transact(lambda: session.script(text))

    def _drop(self, schema: str) -> None:
        session = self._base.session
        self._base.transact(lambda: session.script(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))

    def _workspace(self, workspace: str) -> str:
        return self._name("workspace", workspace)

    def _copy(self, copy: str) -> str:
        return self._name("copy", copy)

    def _name(self, kind: str, name: str) -> str:
        whole = f"{self._base.session.schema} {kind} {name}"
        if len(whole.encode()) <= _LONGEST and '"' not in whole:
            return whole
        digest = hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()
        return f"hellobooks {kind} {digest}"


def _copied(source: str, target: str) -> Iterator[str]:
    """Copies all rows of one schema into the empty tables of another."""
    for table in OWN_TABLES:
        yield f'INSERT INTO "{target}"."{table.name}" SELECT * FROM "{source}"."{table.name}"'
        if (column := _counted(table)) is not None:
            place = f'"{target}"."{table.name}"'
            yield (
                f"SELECT setval(pg_get_serial_sequence('{place}', '{column}'), "
                f'coalesce((SELECT max("{column}") FROM {place}), 0) + 1, false)'
            )


def _counted(table: Table) -> str | None:
    """The column that the database numbers by itself, if there is one."""
    column = table.autoincrement_column
    return column.name if column is not None and isinstance(column.type, Integer) else None
