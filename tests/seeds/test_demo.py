"""The seed: the same at every start, and shifted to the day of seeding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import Any

import pytest

from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import driver_of

MOMENT = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)
Seed = Callable[[datetime], Sandbox]


@pytest.fixture
def seeded() -> Iterator[Seed]:
    """Makes seeded sandboxes, each with its clock at a moment."""
    with ExitStack() as opened:
        yield lambda moment: opened.enter_context(closing(Sandbox(Settings(None, pinned=moment))))


def _rows(sandbox: Sandbox, query: str) -> list[tuple[Any, ...]]:
    return driver_of(sandbox).execute(query).fetchall()


def test_two_sandboxes_of_one_day_are_equal_to_the_byte(seeded: Seed) -> None:
    first, second = seeded(MOMENT), seeded(MOMENT)
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


def test_a_later_day_shifts_the_dates_and_keeps_the_ids(seeded: Seed) -> None:
    first = seeded(MOMENT)
    later = seeded(datetime(2026, 6, 25, 6, 30, tzinfo=UTC))
    ids = "SELECT id FROM boms ORDER BY tenant, seq"
    assert _rows(first, ids) == _rows(later, ids)
    opened = "SELECT min(posted_on) FROM movements"
    assert (_rows(first, opened), _rows(later, opened)) == ([("2025-03-01",)], [("2025-03-11",)])
    effective = (
        "SELECT json_extract(body, '$.EffectiveFrom') FROM boms WHERE number = 'BOM-0006' AND version = '4'"
    )
    assert (_rows(first, effective), _rows(later, effective)) == ([("2026-10-01",)], [("2026-10-11",)])


def test_stock_is_the_sum_of_its_movements(seeded: Seed) -> None:
    sandbox = seeded(MOMENT)
    sign = "(json_extract(body, '$.To') IS 'Store') - (json_extract(body, '$.From') IS 'Store')"
    sums = (
        f"SELECT tenant, item_id, sum(quantity * ({sign})), sum(value * ({sign}))"
        " FROM movements GROUP BY 1, 2 ORDER BY 1, 2"
    )
    held = "SELECT tenant, item_id, on_hand, value FROM stock ORDER BY 1, 2"
    assert _rows(sandbox, sums) == _rows(sandbox, held)


def test_an_empty_sandbox_has_the_entities_and_nothing_in_them() -> None:
    with closing(Sandbox(Settings(None, seed="empty"))) as sandbox:
        assert len(sandbox.tenants) == 4
        assert _rows(sandbox, "SELECT count(*) FROM items") == [(0,)]


def test_a_sandbox_in_a_file_is_seeded_once(tmp_path: Any) -> None:
    with closing(Sandbox(Settings(tmp_path))) as first:
        driver_of(first).execute("DELETE FROM outbox")
    with closing(Sandbox(Settings(tmp_path))) as second:
        assert _rows(second, "SELECT count(*) FROM outbox") == [(0,)]
