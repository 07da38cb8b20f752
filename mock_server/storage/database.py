"""What every database of the sandbox can do, and statements that each dialect gets compiled once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any, Protocol, TypeVar

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import sqlite

from mock_server.storage.dialects import Upsert

T = TypeVar("T")
Row = tuple[Any, ...]
_SQLITE = sqlite.dialect(paramstyle="named")
_COMPILE = {"render_postcompile": True}


class StorageError(Exception):
    """The database cannot be used; the text is one plain sentence for the person at the terminal."""


@cache
def _postgresql() -> Any:
    from sqlalchemy.dialects.postgresql import asyncpg

    made: Any = asyncpg.dialect
    return made(paramstyle="numeric_dollar")


class Numbered:
    """A statement with numbered parameters, as PostgreSQL takes them: `names` gives their order."""

    __slots__ = ("defaults", "names", "sql")

    def __init__(self, sql: str, names: tuple[str, ...], defaults: Mapping[str, Any]) -> None:
        self.sql = sql
        self.names = names
        self.defaults = defaults


class Statement:
    """A Core statement compiled once per dialect; parameters are given by name."""

    def __init__(self, clause: ClauseElement | Upsert) -> None:
        self._clause = clause
        compiled = self._form("sqlite").compile(dialect=_SQLITE, compile_kwargs=_COMPILE)
        self.sql = str(compiled)
        self.defaults = {k: v for k, v in (compiled.params or {}).items() if v is not None}

    @cached_property
    def numbered(self) -> Numbered:
        """The form for PostgreSQL."""
        compiled: Any = self._form("postgresql").compile(dialect=_postgresql(), compile_kwargs=_COMPILE)
        defaults = {k: v for k, v in (compiled.params or {}).items() if v is not None}
        return Numbered(str(compiled), tuple(compiled.positiontup or ()), defaults)

    def _form(self, dialect: str) -> ClauseElement:
        clause = self._clause
        return clause.for_dialect(dialect) if isinstance(clause, Upsert) else clause


class Session(Protocol):
    """Runs statements: in the open transaction where there is one, else each on its own."""

    def one(self, statement: Statement, parameters: Mapping[str, Any]) -> Row | None:
        """The first row, or none."""

    def all(self, statement: Statement, parameters: Mapping[str, Any]) -> list[Row]:
        """Every row."""

    def run(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        """Executes a write; the number of rows it touched."""

    def lock(self, name: str) -> None:
        """Keeps all other holders of this lock out until the transaction ends."""


class Database(ABC):
    """A database; what runs in it is plain synchronous code.

    Where `is_direct`, such code may be called as it is; elsewhere only by way of `read`, `write` and `run`.
    """

    session: Session
    is_direct: bool

    @abstractmethod
    def transact(self, work: Callable[[], T]) -> T:
        """Runs the work in one transaction, now; any exception rolls all of it back."""

    @abstractmethod
    def snapshot(self, work: Callable[[], T]) -> T:
        """Runs reads that see one and the same state; they may not write."""

    @abstractmethod
    async def write(self, work: Callable[[], T]) -> T:
        """Runs the work in a transaction; the answer comes after the commit."""

    @abstractmethod
    async def run(self, work: Callable[[], T]) -> T:
        """Runs the work outside any transaction; it may open some."""

    @abstractmethod
    def close(self) -> None:
        """Lets the database go."""
