"""What SQLite and PostgreSQL write differently: upserts, and the search for a text within another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, ColumnElement, Integer, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

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

    def for_dialect(self, name: str) -> ClauseElement:
        """The clause for `sqlite` or `postgresql`."""
        insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[name]
        clause = insert(self.table).values(dict(self.values))
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
