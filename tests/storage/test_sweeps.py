"""What nobody can read any more goes, so that no table only grows."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from mock_server.clock import Clock, Ids
from mock_server.storage import SqlBook, Statement
from mock_server.storage.documents import outbox as events
from mock_server.storage.rows import keep_report, kept_report, report_cache, report_state
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.subscriptions import add_webhook, end_webhook, list_webhooks
from mock_server.storage.tables import outbox, webhooks
from mock_server.storage.tables import report_cache as reports
from mock_server.storage.tenancy import Tenant

TENANTS = [Tenant(key, "org", f"ent{key}", "Org", "Ent", "IN", "INR", "UTC", Decimal(20)) for key in (1, 2)]
START = datetime.fromisoformat("2026-01-30T08:00:00+00:00")


def _count(database: SqliteDatabase, table: Any) -> int:
    row = database.session.one(Statement(select(func.count()).select_from(table)), {})
    assert row is not None
    return int(row[0])


def _keep(database: SqliteDatabase, key: str, now: datetime, tenant: Tenant = TENANTS[0]) -> None:
    state = report_state(database.session, tenant)
    database.transact(lambda: keep_report(database.session, tenant, key, now, b"{}", state))


def test_reports_of_ever_other_periods_are_bounded_and_the_newest_stay(database: SqliteDatabase) -> None:
    _keep(database, "of another entity", START, TENANTS[1])
    for number in range(report_cache.MOST_KEPT + 20):
        _keep(database, f"{number:03}", START + timedelta(milliseconds=1000 * number / 10))
    assert _count(database, reports) == report_cache.MOST_KEPT + 1
    last = START + timedelta(seconds=30)
    assert kept_report(database.session, TENANTS[0], "219", last) == b"{}"
    assert kept_report(database.session, TENANTS[0], "000", last) is None
    assert kept_report(database.session, TENANTS[1], "of another entity", last) == b"{}"


def test_reports_older_than_five_minutes_go_with_the_next_one(database: SqliteDatabase) -> None:
    for key in ("a", "b", "c"):
        _keep(database, key, START)
    _keep(database, "d", START + timedelta(seconds=report_cache.KEPT_SECONDS))
    assert _count(database, reports) == 1


def test_an_ended_subscription_leaves_no_row_and_no_secret(database: SqliteDatabase) -> None:
    for name in ("a" * 24, "b" * 24):
        shown = {"_id": name, "Topics": ["bom.created"], "DeliveryMode": "pull", "TargetUrl": None}
        add_webhook(database.session, 1, "install", "whsec_x", shown)
    assert end_webhook(database.session, "another install", "a" * 24) == 0
    assert end_webhook(database.session, "install", "A" * 24) == 1
    assert end_webhook(database.session, "install", "a" * 24) == 0
    [left] = list_webhooks(database.session, "install")
    assert b"b" * 24 in left
    assert _count(database, webhooks) == 1


def test_events_are_kept_in_a_bounded_number_the_newest_ones(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "KEPT_EVENTS", 10)
    clock = Clock(START)
    book = SqlBook(database.session, TENANTS[0], clock, Ids(clock, "a test"), "a test")
    numbers = count(1)
    book.new_id = lambda: f"00000000-0000-4000-8000-{next(numbers):012x}"

    def work() -> None:
        for revision in range(64):
            events.add_event(book, "bom.updated", "x", revision, b"{}")

    database.transact(work)
    rows = database.session.all(Statement(select(outbox.c.revision).order_by(outbox.c.row)), {})
    assert [row[0] for row in rows] == list(range(54, 64))
