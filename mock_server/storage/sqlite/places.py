"""The SQLite databases of workspaces: a file each beside the first one's, or memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import bindparam, delete, select

from mock_server.private import PRIVATE_FOLDER
from mock_server.storage.database import Database, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.places import OWN_TABLES, Fill, Places
from mock_server.storage.sqlite.data_file import log_of
from mock_server.storage.sqlite.database import SqliteDatabase
from mock_server.storage.tables import copies

_FOLDER = "workspaces"
_MAX_FILLED = 8
_PUT = Statement(
    upsert(
        copies,
        {"name": bindparam("name"), "image": bindparam("image")},
        on=("name",),
        change=lambda new: {"image": new.image},
    )
)
_GET = Statement(select(copies.c.image).where(copies.c.name == bindparam("copy_name")))
_DROP = Statement(delete(copies).where(copies.c.name == bindparam("copy_name")))


class SqlitePlaces(Places):
    """Copies are rows of the first database; what was filled can be filled again, and is in memory alone."""

    def __init__(self, base: SqliteDatabase, data_dir: Path | None, is_flushed: bool) -> None:
        self._base = base
        self._folder = None if data_dir is None else data_dir / _FOLDER
        self._is_flushed = is_flushed
        self._filled: dict[str, bytes] = {}

    def make(self, workspace: str, copy: str) -> SqliteDatabase:
        """A new file, or memory, with what the copy holds."""
        file, image = self._file(workspace), self._image(copy)
        if file is not None:
            file.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            self.drop(workspace)
        return SqliteDatabase(file, is_flushed=self._is_flushed, image=image)

    def open(self, workspace: str) -> SqliteDatabase:
        """The file of a workspace."""
        return SqliteDatabase(self._file(workspace), is_flushed=self._is_flushed)

    def drop(self, workspace: str) -> None:
        """Deletes the file and its log."""
        file = self._file(workspace)
        if file is not None:
            # The log first: alone it would be taken for a damaged database.
            log_of(file).unlink(missing_ok=True)
            file.unlink(missing_ok=True)

    def keep(self, database: Database, copy: str) -> None:
        """Stores its bytes."""
        assert isinstance(database, SqliteDatabase)
        values = {"name": copy, "image": database.image()}
        self._base.transact(lambda: self._base.session.run(_PUT, values))

    def pour(self, copy: str, database: Database, then: Callable[[], None]) -> None:
        """Replaces all rows."""
        assert isinstance(database, SqliteDatabase)
        database.pour(self._image(copy), [table.name for table in OWN_TABLES], then)

    def look(self, copy: str) -> SqliteDatabase:
        """The bytes, opened in memory."""
        return SqliteDatabase(image=self._image(copy))

    def has(self, copy: str) -> bool:
        """Whether it was filled or stored."""
        return copy in self._filled or self._base.session.one(_GET, {"copy_name": copy}) is not None

    def forget(self, copy: str) -> None:
        """Lets the bytes go."""
        if self._filled.pop(copy, None) is None:
            self._base.transact(lambda: self._base.session.run(_DROP, {"copy_name": copy}))

    async def fill(self, copy: str, fill: Fill) -> None:
        """Fills a database in memory, in a thread."""

        def work() -> bytes:
            with closing(SqliteDatabase()) as database:
                fill(database)
                return database.image()

        image = await asyncio.to_thread(work)
        while len(self._filled) >= _MAX_FILLED:
            del self._filled[next(iter(self._filled))]
        self._filled[copy] = image

    def _image(self, copy: str) -> bytes:
        filled = self._filled.get(copy)
        if filled is not None:
            return filled
        row = self._base.session.one(_GET, {"copy_name": copy})
        assert row is not None, "a copy that is named is there"
        image: bytes = row[0]
        return image

    def _file(self, workspace: str) -> Path | None:
        return None if self._folder is None else self._folder / f"{workspace}.db"
