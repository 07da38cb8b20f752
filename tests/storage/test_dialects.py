"""Statements in both dialects."""

from __future__ import annotations

import re
import sqlite3

import pytest
from sqlalchemy import bindparam, select

from mock_server.storage import Statement
from mock_server.storage.dialects import position_in, upsert
from mock_server.storage.sequences import next_value
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.tables import boms, meta

_KEEP = Statement(upsert(meta, {"key": bindparam("name"), "value": bindparam("text")}))
_PUT = Statement(
    upsert(
        meta,
        {"key": bindparam("name"), "value": bindparam("text")},
        on=("key",),
        change=lambda new: {"value": new.value},
        returning=[meta.c.value],
    )
)
_GET = Statement(select(meta.c.value).where(meta.c.key == bindparam("name")))


def test_an_upsert_changes_the_row_or_leaves_it_as_it_is_said(database: SqliteDatabase) -> None:
    session = database.session
    assert session.run(_KEEP, {"name": "a", "text": "first"}) == 1
    assert session.run(_KEEP, {"name": "a", "text": "second"}) == 0
    assert session.one(_GET, {"name": "a"}) == ("first",)
    assert session.one(_PUT, {"name": "a", "text": "third"}) == ("third",)
    assert session.one(_GET, {"name": "a"}) == ("third",)


def test_the_form_for_postgresql_numbers_each_parameter_once() -> None:
    twice = Statement(
        select(meta.c.value).where(meta.c.key == bindparam("name"), meta.c.value != bindparam("name"))
    )
    assert twice.numbered.names == ("name",)
    assert twice.numbered.sql.count("$1") == 2
    assert re.search(r"ON CONFLICT \(key\) DO UPDATE SET value = excluded\.value", _PUT.numbered.sql)
    assert _PUT.numbered.values({"text": "t", "name": "n", "more": 1}) == ["n", "t"]


def test_values_that_the_statement_itself_gives_are_sent_too() -> None:
    first = Statement(select(meta.c.value).limit(1))
    assert first.numbered.values({}) == [1]


def test_a_nul_in_a_text_is_replaced_for_postgresql_alone(database: SqliteDatabase) -> None:
    assert _PUT.numbered.values({"name": "a\0b", "text": "c"}) == ["a\ufffeb", "c"]
    session = database.session
    session.run(_PUT, {"name": "a\0b", "text": "c"})
    assert session.one(_GET, {"name": "a\0b"}) == ("c",)


def test_a_search_is_by_characters_in_both() -> None:
    search = Statement(select(boms.c.id).where(position_in(boms.c.search, bindparam("part")) > 0))
    assert "instr(" in search.sql
    assert "strpos(" in search.numbered.sql
    assert search.numbered.names[0] == "part"


def test_a_failed_transaction_gives_no_number_away(database: SqliteDatabase) -> None:
    def work() -> None:
        next_value(database.session, 1, "boms")
        database.session.run(Statement(meta.insert().values(key="a", value="b")), {})
        database.session.run(Statement(meta.insert().values(key="a", value="b")), {})

    with pytest.raises(sqlite3.IntegrityError):
        database.transact(work)
    assert next_value(database.session, 1, "boms") == 1
