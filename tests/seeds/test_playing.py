"""A pack is played as its steps say, the same each time; what a rule refuses is told at its step."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from mock_server.clock import Clock
from mock_server.sandbox import Sandbox
from mock_server.seeds import PackFault, check_pack, contracts, seed_sandbox
from mock_server.settings import BUILT
from mock_server.storage import StorageError
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.tenancy import read_tenants
from tests.asgi import driver_of
from tests.seeds.packs import HEAD, NOON, begun, contract, pack_of, reader

ITEMS: list[dict[str, Any]] = [
    {"ItemCode": "PART", "Name": "Part", "Uom": "NOS", "StandardCost": 2, "stock": 10},
    {"ItemCode": "WHOLE", "Name": "Whole", "Uom": "NOS"},
]
BOM = {
    "do": "createBom",
    "body": {
        "BomNumber": "B",
        "Name": "b",
        "Status": "Active",
        "ItemRefId": "WHOLE",
        "Lines": [{"ItemRefId": "PART", "Quantity": 2}],
    },
}


def order(number: str, quantity: int) -> dict[str, Any]:
    """A step that creates a work order."""
    body = {"WorkOrderNumber": number, "ItemRefId": "WHOLE", "PlannedQuantity": quantity}
    return {"do": "createWorkOrder", "body": body}


def bodies(sandbox: Sandbox, table: str) -> list[dict[str, Any]]:
    """The records of a table as they are stored."""
    return [
        json.loads(row[0]) for row in driver_of(sandbox).execute(f"SELECT body FROM {table} ORDER BY seq")
    ]


def refused(text: str, now: datetime = NOON) -> tuple[int, str, str]:
    """Where a pack is refused as it is played, and why."""
    with pytest.raises(PackFault) as caught:
        check_pack(text, "pack.yaml", contracts(BUILT), now)
    [finding] = caught.value.findings
    return finding.line, finding.pointer, finding.message


def line_of(text: str, part: str) -> int:
    """The line on which a part of a text stands first."""
    return text[: text.index(part)].count("\n") + 1


def test_steps_are_played_as_requests_are() -> None:
    done = {"do": "completeWorkOrder", "on": "W", "body": {"CompletedQuantity": 3}}
    steps = [BOM, order("W", 3), {"do": "releaseWorkOrder", "on": "W"}, done]
    with closing(begun(pack_of(items=ITEMS, steps=steps))) as sandbox:
        part, whole = bodies(sandbox, "items")
        assert (part["OnHandQuantity"], whole["OnHandQuantity"], whole["StockValue"]) == (4, 3, 12)
        assert bodies(sandbox, "work_orders")[0]["Status"] == "Completed"


def test_the_same_pack_on_the_same_day_gives_the_same_records() -> None:
    text = pack_of(items=ITEMS, steps=[BOM, order("W", 3)])
    with closing(begun(text)) as first, closing(begun(text, NOON.replace(hour=17))) as second:
        for table in ("items", "boms", "work_orders", "movements"):
            assert bodies(first, table) == bodies(second, table)


def test_a_rule_that_refuses_is_told_at_its_step_with_what_is_short() -> None:
    steps = [BOM, order("W-1", 3), {"do": "releaseWorkOrder", "on": "W-1"}]
    text = pack_of(items=ITEMS, steps=[*steps, order("W-2", 4), {"do": "releaseWorkOrder", "on": "W-2"}])
    line, pointer, message = refused(text)
    assert (line, pointer) == (text.count("\n") - 1, "/entities/0/steps/4")
    assert message.startswith("insufficient_stock: W-2 lacks 1 material. Nothing was allocated; ")
    assert message.endswith("PART has 4, 8 are required")


def test_a_refusal_at_a_member_is_told_at_that_member() -> None:
    text = pack_of(items=ITEMS, steps=[BOM, order("W", 3) | {"day": "today"}]).replace(
        "Quantity: 3", "Quantity: 1.5"
    )
    line, pointer, message = refused(text)
    assert (line, pointer) == (line_of(text, "PlannedQuantity"), "/entities/0/steps/1/body/PlannedQuantity")
    assert message == "fractional_quantity: WHOLE is counted in NOS: 1.5 is not a whole number."


def test_stock_that_is_no_whole_number_or_has_no_cost_is_told_at_the_item() -> None:
    halves = pack_of(items=[{**ITEMS[0], "stock": 1}]).replace("stock: 1", "stock: 1.5")
    assert refused(halves)[:2] == (line_of(halves, "stock"), "/entities/0/items/0/stock")
    free = pack_of(items=[{**ITEMS[1], "stock": 1}])
    assert refused(free)[1:] == ("/entities/0/items/0/stock", "needs a value, a unit_cost or a StandardCost")


def test_a_pack_that_is_refused_changes_nothing() -> None:
    steps = [BOM, order("W", 6), {"do": "releaseWorkOrder", "on": "W"}]
    with closing(SqliteDatabase()) as database:
        pack = reader().read(pack_of(items=ITEMS, steps=steps), "pack")
        with pytest.raises(PackFault):
            seed_sandbox(database, Clock(NOON), contract(), pack)
        assert read_tenants(database.session) == []


def test_days_are_told_from_today_or_from_the_day_of_the_pack() -> None:
    due = order("W", 1)
    due["body"] = {**due["body"], "DueDate": "today+10"}
    text = pack_of(items=ITEMS, steps=[{"day": "today-14", **BOM}, {"day": "today", **due}])
    with closing(begun(text)) as sandbox:
        assert bodies(sandbox, "boms")[0]["CreatedAt"] == "2026-06-01T04:30:00.000Z"
        assert bodies(sandbox, "movements")[0]["PostingDate"] == "2026-06-01"
        assert bodies(sandbox, "work_orders")[0]["DueDate"] == "2026-06-25"
    dated = "as_of: 2026-01-10\n" + text.replace('"today-14"', '"2026-01-03"').replace(
        "today-14", "2026-01-03"
    )
    dated = dated.replace('"today+10"', "2026-01-20")
    with closing(begun(dated)) as sandbox:
        assert bodies(sandbox, "boms")[0]["CreatedAt"] == "2026-06-08T04:30:00.000Z"
        assert bodies(sandbox, "work_orders")[0]["DueDate"] == "2026-06-25"


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-06-16", "is 2026-06-16, and today is 2026-06-15 in the sandbox"),
        ("today+1", "is 2026-06-16, and today is 2026-06-15 in the sandbox"),
        ("2026-02-30", "is not a day of the calendar"),
        ("today-13", "is 2026-06-02, before 2026-06-03: the steps stand in their order"),
        ("1066-10-14", "is not of a year from 1990 to 2990"),
    ],
)
def test_a_day_that_cannot_be_is_told_at_its_step(day: str, message: str) -> None:
    text = pack_of(items=ITEMS, steps=[{"day": "today-12", **BOM}, {"day": day, **order("W", 1)}])
    assert refused(text)[1:] == ("/entities/0/steps/1/day", message)


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/New_York", "Pacific/Auckland", "Etc/GMT+12"])
def test_a_day_is_that_of_the_entity_wherever_it_is(zone: str) -> None:
    text = pack_of(items=ITEMS, steps=[{"day": "2026-03-08", **BOM}]).replace("Asia/Kolkata", zone)
    with closing(begun(text)) as sandbox:
        assert bodies(sandbox, "movements")[0]["PostingDate"] == "2026-03-08"


def test_a_time_zone_that_is_unknown_is_told() -> None:
    text = HEAD.replace("Asia/Kolkata", "Asia/Atlantis")
    assert refused(text)[1:] == ("/entities/0/time_zone", "is no time zone that is known")


def test_names_are_read_as_the_server_reads_them() -> None:
    items = [{**ITEMS[0], "ItemCode": " PART "}, ITEMS[1]]
    with closing(
        begun(pack_of(items=items, steps=[BOM, order(" W ", 1), {"do": "releaseWorkOrder", "on": "W"}]))
    ) as it:
        assert bodies(it, "work_orders")[0]["Status"] == "InProgress"


def test_a_sandbox_that_does_not_start_says_what_is_wrong_with_its_pack() -> None:
    wrong = HEAD.replace("INR", "inr")
    with pytest.raises(StorageError) as caught:
        begun(wrong)
    assert caught.value.findings == [
        "pack.yaml:7:5: /entities/0/currency must be three capital letters, such as INR"
    ]


def test_items_keep_the_ids_that_a_pack_gives_them_each_its_own() -> None:
    given = "019e2d80-5a00-7000-8000-000000000106"
    with closing(begun(pack_of(items=[{**ITEMS[0], "id": given}]))) as sandbox:
        assert [each["id"] for each in bodies(sandbox, "items")] == [given]
    twice = pack_of(items=[{**each, "id": given} for each in ITEMS])
    assert refused(twice)[1:] == ("/entities/0/items/1/id", "is the id of another record")


def test_the_moment_of_a_check_may_be_before_the_morning() -> None:
    text = pack_of(items=ITEMS, steps=[{"day": "today", **BOM}])
    with closing(begun(text, datetime(2026, 6, 15, 1, tzinfo=UTC))) as sandbox:
        assert bodies(sandbox, "boms")[0]["CreatedAt"] == "2026-06-15T01:00:00.000Z"
