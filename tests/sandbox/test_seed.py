"""The seed: the same at every start, and shifted to the day of seeding."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import driver_of


def _rows(sandbox: Sandbox, query: str) -> list[tuple[Any, ...]]:
    return driver_of(sandbox).execute(query).fetchall()


def _seeded(moment: datetime) -> Sandbox:
    return Sandbox(Settings(None, pinned=moment))


def test_two_sandboxes_of_one_day_are_equal_to_the_byte() -> None:
    moment = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)
    first, second = _seeded(moment), _seeded(moment)
    for table in (
        "items",
        "vendors",
        "boms",
        "recipes",
        "formula_lines",
        "work_orders",
        "quality_inspections",
        "subcontract_orders",
        "stock",
        "movements",
        "outbox",
        "installs",
    ):
        rows = _rows(first, f"SELECT * FROM {table} ORDER BY 1")
        assert rows == _rows(second, f"SELECT * FROM {table} ORDER BY 1"), table
        assert rows, table


def test_a_later_day_shifts_the_dates_and_keeps_the_ids() -> None:
    first = _seeded(datetime(2026, 6, 15, 6, 30, tzinfo=UTC))
    later = _seeded(datetime(2026, 6, 25, 6, 30, tzinfo=UTC))
    ids = "SELECT id FROM boms ORDER BY tenant, seq"
    assert _rows(first, ids) == _rows(later, ids)
    opened = "SELECT min(posted_on) FROM movements"
    assert (_rows(first, opened), _rows(later, opened)) == ([("2025-03-01",)], [("2025-03-11",)])
    effective = (
        "SELECT json_extract(body, '$.EffectiveFrom') FROM boms WHERE number = 'BOM-0006' AND version = '4'"
    )
    assert (_rows(first, effective), _rows(later, effective)) == ([("2026-10-01",)], [("2026-10-11",)])


def test_stock_is_the_sum_of_its_movements() -> None:
    sandbox = _seeded(datetime(2026, 6, 15, 6, 30, tzinfo=UTC))
    sign = "(json_extract(body, '$.To') IS 'Store') - (json_extract(body, '$.From') IS 'Store')"
    sums = (
        f"SELECT tenant, item_id, sum(quantity * ({sign})), sum(value * ({sign}))"
        " FROM movements GROUP BY 1, 2 ORDER BY 1, 2"
    )
    held = "SELECT tenant, item_id, on_hand, value FROM stock ORDER BY 1, 2"
    assert _rows(sandbox, sums) == _rows(sandbox, held)


def test_an_empty_sandbox_has_the_entities_and_nothing_in_them() -> None:
    sandbox = Sandbox(Settings(None, seed="empty"))
    assert len(sandbox.tenants) == 4
    assert _rows(sandbox, "SELECT count(*) FROM items") == [(0,)]


def test_a_sandbox_in_a_file_is_seeded_once(tmp_path: Any) -> None:
    first = Sandbox(Settings(tmp_path))
    driver_of(first).execute("DELETE FROM outbox")
    first.close()
    second = Sandbox(Settings(tmp_path))
    assert _rows(second, "SELECT count(*) FROM outbox") == [(0,)]
    second.close()
