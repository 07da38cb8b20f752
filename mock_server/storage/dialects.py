"""What SQLite and PostgreSQL write differently: upserts, and the search for a text within another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, ColumnElement, Integer, Select, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from mock_server.wire import dumps

# The values that the refused insert would have written, by column name.
Excluded = Any


@dataclass(frozen=True)
class Upsert:
    """An INSERT with its ON CONFLICT; each dialect has a form of its own."""

    table: Table
    values: Mapping[str, Any]
    on: Sequence[str]
    change: Callable[[Excluded], Mapping[str, Any]] | None
    returning: Sequence[ColumnElement[Any]]
    # In place of values: the rows of a query, which has to have a WHERE.
    rows: Select[Any] | None = None

    def for_dialect(self, name: str) -> ClauseElement:
        """The clause for `sqlite` or `postgresql`."""
        insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[name]
        if self.rows is None:
            clause = insert(self.table).values(dict(self.values))
        else:
            clause = insert(self.table).from_select(self.rows.selected_columns.keys(), self.rows)
        columns = [self.table.c[column] for column in self.on]
        if self.change is None:
            clause = clause.on_conflict_do_nothing(index_elements=columns or None)
        else:
            clause = clause.on_conflict_do_update(
                index_elements=columns, set_=dict(self.change(clause.excluded))
            )
        made: ClauseElement = clause.returning(*self.returning) if self.returning else clause
        return made


def upsert(
    table: Table,
    values: Mapping[str, Any],
    *,
    on: Sequence[str] = (),
    change: Callable[[Excluded], Mapping[str, Any]] | None = None,
    returning: Sequence[ColumnElement[Any]] = (),
) -> Upsert:
    """Inserts a row, or changes the one that has the same `on`; without `change` that one stays as it is."""
    return Upsert(table, values, on, change, returning)


def insert_missing(table: Table, rows: Select[Any]) -> Upsert:
    """Inserts the rows of a query that are not there yet."""
    return Upsert(table, {}, (), None, (), rows)


class position_in(FunctionElement[int]):
    """Where the first text holds the second, from 1, by its characters alone; 0 where it does not."""

    type = Integer()
    name = "position_in"
    inherit_cache = True

    def __init__(self, text: ColumnElement[str], part: BindParameter[Any]) -> None:
        part.type = Text()
        super().__init__(text, part)


# Texts compare by their bytes, as in SQLite, whatever the database's own collation.
@compiles(Text, "postgresql")
def _text_postgresql(element: Text, compiler: Any, **options: Any) -> str:
    return 'TEXT COLLATE "C"'


def _arguments(element: position_in, compiler: Any, options: dict[str, Any]) -> str:
    text: str = compiler.process(element.clauses, **options)
    return text


@compiles(position_in, "sqlite")
def _position_sqlite(element: position_in, compiler: Any, **options: Any) -> str:
    return f"instr({_arguments(element, compiler, options)})"


@compiles(position_in, "postgresql")
def _position_postgresql(element: position_in, compiler: Any, **options: Any) -> str:
    return f"strpos({_arguments(element, compiler, options)})"


class later(FunctionElement[str]):
    """A moment now, but later than the one in a column by a millisecond at least; both as text, in UTC."""

    type = Text()
    name = "later"
    inherit_cache = True

    def __init__(self, before: ColumnElement[str], now: BindParameter[Any]) -> None:
        now.type = Text()
        super().__init__(before, now)


@compiles(later, "sqlite")
def _later_sqlite(element: later, compiler: Any, **options: Any) -> str:
    before, now = (compiler.process(clause, **options) for clause in element.clauses)
    return f"max({now}, strftime('%Y-%m-%dT%H:%M:%fZ', {before}, '+0.001 seconds'))"


@compiles(later, "postgresql")
def _later_postgresql(element: later, compiler: Any, **options: Any) -> str:
    before, now = (compiler.process(clause, **options) for clause in element.clauses)
    next_one = f"CAST({before} AS timestamptz) AT TIME ZONE 'UTC' + interval '1 millisecond'"
    return f'greatest({now}, to_char({next_one}, \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\'))'


class among(FunctionElement[Any]):
    """Whether a text is one of those in a parameter that `listed` made: any number of them, one statement."""

    # Not a Boolean: SQLite would get `= 1` behind it, and use no index.
    type = NullType()
    name = "among"
    inherit_cache = True

    def __init__(self, text: ColumnElement[str], texts: BindParameter[Any]) -> None:
        texts.type = Text()
        super().__init__(text, texts)


def listed(texts: Sequence[str]) -> str:
    """Texts as the one value of a parameter."""
    return dumps(texts).decode()


def _in_texts(element: among, compiler: Any, query: str) -> str:
    text, texts = element.clauses
    return f"{compiler.process(text)} IN ({query % compiler.process(texts)})"


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: Any, **options: Any) -> str:
    return _in_texts(element, compiler, "SELECT value FROM json_each(%s)")


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: Any, **options: Any) -> str:
    return _in_texts(element, compiler, "SELECT json_array_elements_text(%s::json)")
