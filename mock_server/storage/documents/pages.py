"""Pages of a table: filtered, in key order, by cursor."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Table, bindparam, or_, select

from mock_server.storage.database import Row, Session, Statement, page_of
from mock_server.storage.dialects import position_in
from mock_server.storage.tables import formula_lines

# How many a text to search for has.
_SPELLINGS = 3


class Position(NamedTuple):
    """Where a page ends: the sequence, and the time of update where that is the order."""

    seq: int
    updated_at: str = ""


# What the stored bodies of one page come to, its last one aside.
MAX_PAGE_BYTES = 1 << 20


class Page(NamedTuple):
    """Rows as stored, the body first; `is_more` says whether others follow."""

    rows: list[Row]
    is_more: bool
    by_update: bool

    def end(self, count: int | None = None) -> Position | None:
        """Where the next page starts after so many rows, all by default; none where nothing follows."""
        last = len(self.rows) if count is None else count
        if not self.is_more and last == len(self.rows):
            return None
        row = self.rows[last - 1]
        return Position(row[1], row[-1] if self.by_update else "")


def _parameter(name: str) -> str:
    return name.replace(":", "_")


def _values(filters: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in filters.items():
        if isinstance(value, tuple):
            found.update({f"{_parameter(name)}_{number}": part for number, part in enumerate(value)})
        else:
            found[_parameter(name)] = value
    return found


def _condition(table: Table, name: str) -> ColumnElement[bool]:
    """A filter by its name: a column for equality, or `column:operator`."""
    column, _, operator = name.partition(":")
    value: BindParameter[Any] = bindparam(_parameter(name))
    if operator == "with_line_of":
        lines = select(formula_lines.c.formula_id).where(
            formula_lines.c.tenant == bindparam("tenant"), formula_lines.c.item_id == value
        )
        return table.c[column].in_(lines)
    match operator:
        case "":
            return table.c[column] == value
        case "contains":
            return position_in(table.c[column], value) > 0
        case "contains_any":
            spelt: list[BindParameter[str]] = [
                bindparam(f"{_parameter(name)}_{number}") for number in range(_SPELLINGS)
            ]
            return or_(*(position_in(table.c[column], part) > 0 for part in spelt))
        case "from":
            return table.c[column] >= value
        case "to":
            return table.c[column] <= value
        case "before":
            return table.c[column] < value
        case "not_before":
            return or_(table.c[column].is_(None), table.c[column] >= value)
    raise ValueError(f"there is no filter {name}")


@cache
def _statement(
    table: Table, filters: frozenset[str], columns: tuple[str, ...], by_update: bool, is_later: bool
) -> Statement:
    shown = [table.c.body, table.c.seq, *(table.c[name] for name in columns)]
    query = select(*shown).where(table.c.tenant == bindparam("tenant"))
    for name in sorted(filters):
        query = query.where(_condition(table, name))
    if by_update:
        if is_later:
            at: BindParameter[str] = bindparam("at")
            later = or_(
                table.c.updated_at > at, (table.c.updated_at == at) & (table.c.seq > bindparam("seq"))
            )
            query = query.where(table.c.updated_at >= at, later)
        query = query.order_by(table.c.updated_at, table.c.seq)
    else:
        if is_later:
            query = query.where(table.c.seq > bindparam("seq"))
        query = query.order_by(table.c.seq)
    return Statement(query.limit(bindparam("size")))


def read_page(
    session: Session,
    table: Table,
    tenant: int,
    filters: Mapping[str, object],
    limit: int,
    after: Position | None,
    columns: tuple[str, ...] = (),
) -> Page:
    """One page, with further columns where they are named; by time of update with `updated_at:from`.

    It ends early where its bodies come to `MAX_PAGE_BYTES`.
    """
    by_update = "updated_at:from" in filters
    shown = (*columns, "updated_at") if by_update else columns
    statement = _statement(table, frozenset(filters), shown, by_update, after is not None)
    parameters = {
        "tenant": tenant,
        "size": limit + 1,
        **_values(filters),
    }
    if after is not None:
        parameters["seq"] = after.seq
        if by_update:
            parameters["at"] = after.updated_at
    rows = session.within(statement, parameters, MAX_PAGE_BYTES)
    found = page_of(rows, limit, MAX_PAGE_BYTES)
    return Page(found, len(rows) > len(found), by_update)


@cache
def _by_id(table: Table, columns: tuple[str, ...]) -> Statement:
    return Statement(
        select(table.c.body, *(table.c[name] for name in columns)).where(
            table.c.tenant == bindparam("tenant"), table.c.id == bindparam("id")
        )
    )


def read_body(
    session: Session, table: Table, tenant: int, record_id: str, columns: tuple[str, ...] = ("revision",)
) -> Row | None:
    """The public JSON of one record, and further columns, its revision by default."""
    return session.one(_by_id(table, columns), {"tenant": tenant, "id": record_id})
