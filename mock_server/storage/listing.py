"""Pages of a document table: filtered, in key order, by cursor."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, Table, bindparam, func, or_, select

from mock_server.storage.database import Session, Statement


class Position(NamedTuple):
    """Where a page ends: the sequence, and the time of update where that is the order."""

    seq: int
    updated_at: str = ""


class Page(NamedTuple):
    """Bodies as stored, and where the next page starts."""

    bodies: list[bytes]
    end: Position | None


@cache
def _statement(table: Table, filters: frozenset[str], by_update: bool, is_later: bool) -> Statement:
    query = select(table.c.body, table.c.seq, table.c.updated_at).where(table.c.tenant == bindparam("tenant"))
    for name in sorted(filters):
        if name == "search":
            query = query.where(func.instr(table.c.search, bindparam("search")) > 0)
        elif name == "updated_since":
            query = query.where(table.c.updated_at >= bindparam("updated_since"))
        else:
            query = query.where(table.c[name] == bindparam(name))
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
) -> Page:
    """One page; filters are column values, `search` (lower case) and `updated_since`."""
    by_update = "updated_since" in filters
    statement = _statement(table, frozenset(filters), by_update, after is not None)
    parameters = {"tenant": tenant, "size": limit + 1, **filters}
    if after is not None:
        parameters["seq"] = after.seq
        if by_update:
            parameters["at"] = after.updated_at
    rows = session.all(statement, parameters)
    if len(rows) <= limit:
        return Page([row[0] for row in rows], None)
    last = rows[limit - 1]
    return Page([row[0] for row in rows[:limit]], Position(last[1], last[2] if by_update else ""))


@cache
def _by_id(table: Table) -> Statement:
    return Statement(
        select(table.c.body, table.c.revision).where(
            table.c.tenant == bindparam("tenant"), table.c.id == bindparam("id")
        )
    )


def read_body(session: Session, table: Table, tenant: int, record_id: str) -> tuple[bytes, int] | None:
    """The public JSON of one record and its revision."""
    row = session.one(_by_id(table), {"tenant": tenant, "id": record_id})
    return None if row is None else (row[0], row[1])
