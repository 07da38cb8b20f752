"""What every database of the sandbox can do, and statements that each dialect gets compiled once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, Protocol, TypeVar

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import sqlite

from mock_server.storage.dialects import Upsert

T = TypeVar("T")
Row = tuple[Any, ...]
_SQLITE = sqlite.dialect(paramstyle="qmark")
_COMPILE = {"render_postcompile": True}


class StorageError(Exception):
    """The database cannot be used; the text is one plain sentence for the person at the terminal.

    `findings` are lines that say in detail what is wrong.
    """

    def __init__(self, text: str, findings: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.findings = findings


@cache
def postgresql_dialect() -> Any:
    """The dialect of the statements for PostgreSQL, loaded where it is needed."""
    from sqlalchemy.dialects.postgresql import asyncpg

    made: Any = asyncpg.dialect
    return made(paramstyle="numeric_dollar")


class Unavailable(Exception):
    """The database cannot be reached, or written to, now; nothing was changed."""


class _Undone(Exception):
    """The work is done, and is to be rolled back."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


class Numbered:
    """A statement with numbered parameters, as PostgreSQL takes them: `names` gives their order."""

    __slots__ = ("defaults", "names", "sql")

    def __init__(self, sql: str, names: tuple[str, ...], defaults: Mapping[str, Any]) -> None:
        self.sql = sql
        self.names = names
        self.defaults = defaults

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values in their order."""
        given = {**self.defaults, **parameters} if self.defaults else parameters
        return [_storable(given[name]) for name in self.names]


def _storable(value: Any) -> Any:
    # PostgreSQL has no NUL in a text. Such columns are for searching alone: another character may stand in.
    return value.replace("\0", "\ufffe") if type(value) is str and "\0" in value else value


def _picker(names: tuple[str, ...], defaults: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Any]:
    """Puts named values in the order of the statement's parameters."""
    known = {name: value for name, value in defaults.items() if value is not None}
    if not names:
        return lambda values: ()
    pick = itemgetter(*names)
    if known:
        return lambda values: tuple({**known, **values}[name] for name in names)
    if len(names) == 1:
        return lambda values: (pick(values),)
    return pick


class Statement:
    """A Core statement compiled once per dialect; parameters are given by name."""

    def __init__(self, clause: ClauseElement | Upsert) -> None:
        self._clause = clause
        compiled: Any = self._form("sqlite").compile(dialect=_SQLITE, compile_kwargs=_COMPILE)
        self.sql = str(compiled)
        # SQLite's driver takes a tuple in less time than it looks names up.
        self.arguments = _picker(tuple(compiled.positiontup or ()), compiled.params or {})

    @cached_property
    def numbered(self) -> Numbered:
        """The form for PostgreSQL."""
        compiled: Any = self._form("postgresql").compile(
            dialect=postgresql_dialect(), compile_kwargs=_COMPILE
        )
        defaults = {k: v for k, v in (compiled.params or {}).items() if v is not None}
        return Numbered(str(compiled), tuple(compiled.positiontup or ()), defaults)

    def _form(self, dialect: str) -> ClauseElement:
        clause = self._clause
        return clause.for_dialect(dialect) if isinstance(clause, Upsert) else clause


def page_of(rows: list[Row], limit: int, size: int) -> list[Row]:
    """The first rows, so many at most, until their first columns come to so many bytes."""
    count = read = 0
    for row in rows[:limit]:
        if read >= size:
            break
        read += len(row[0])
        count += 1
    return rows[:count]


class Session(Protocol):
    """Runs statements: in the open transaction where there is one, else each on its own."""

    def one(self, statement: Statement, parameters: Mapping[str, Any]) -> Row | None:
        """The first row, or none."""

    def all(self, statement: Statement, parameters: Mapping[str, Any]) -> list[Row]:
        """Every row."""

    def within(self, statement: Statement, parameters: Mapping[str, Any], size: int) -> list[Row]:
        """Rows until their first columns come to so many bytes, and one more where there is one."""

    def run(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        """Executes a write; the number of rows it touched."""

    def lock(self, name: str) -> None:
        """Keeps all other holders of this lock out until the transaction ends."""

    def signal(self, webhook_id: str) -> None:
        """Tells those that wait for it, in all processes, that a subscription has something to send."""


class Database(ABC):
    """A database; what runs in it is plain synchronous code.

    Where `is_direct`, such code may be called as it is; elsewhere only by way of `read`, `write` and `run`.
    """

    session: Session
    is_direct: bool
    # Whether a change that another process makes would be heard of.
    hears_changes: bool

    @abstractmethod
    def transact(self, work: Callable[[], T]) -> T:
        """Runs the work in one transaction, now; any exception rolls all of it back."""

    @abstractmethod
    def snapshot(self, work: Callable[[], T]) -> T:
        """Runs reads that see one and the same state; they may not write."""

    @abstractmethod
    async def write(self, work: Callable[[], T], entity: int | None = None) -> T:
        """Runs the work in a transaction; the answer comes after the commit.

        Writes of one entity, where it is named, wait for each other without holding what others could use.
        """

    async def rehearse(self, work: Callable[[], T], entity: int | None = None) -> T:
        """Runs the work as `write` does, in a transaction of its own, and rolls all of it back."""

        def undone() -> T:
            raise _Undone(work())

        try:
            if self.is_direct:
                # Now: what waits for the end of this turn begins its transaction later.
                return self.transact(undone)
            return await self.write(undone, entity)
        except _Undone as undoing:
            result: T = undoing.result
            return result

    @abstractmethod
    async def run(self, work: Callable[[], T]) -> T:
        """Runs the work outside any transaction; it may open some."""

    @abstractmethod
    def announce(self) -> None:
        """Tells the subscribers in all processes of a change, when the transaction is committed."""

    @abstractmethod
    def subscribe(self, told: Callable[[], None]) -> None:
        """Calls this after each change that was announced, and when some may have been missed."""

    @abstractmethod
    def on_signal(self, told: Callable[[str], None]) -> None:
        """Calls this in the event loop after each signal, perhaps before its transaction is committed."""

    @abstractmethod
    def has_others(self) -> bool:
        """Whether other processes serve the same database now."""

    @abstractmethod
    def close(self) -> None:
        """Lets the database go."""
