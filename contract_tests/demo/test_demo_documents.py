"""The demo's documents, stock and worked cases, to the last digit, as a client reads them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from contract_tests.factory import DOCUMENTS, STOCK, Api, Record
from contract_tests.kit import Contract, Target

# The list of each kind of document, and the member that holds its number.
LISTS = {
    "listWorkOrders": "WorkOrderNumber",
    "listSubcontractOrders": "OrderNumber",
    "listQualityInspections": "InspectionNumber",
    "listRecipes": "RecipeNumber",
}


@pytest.fixture(scope="module")
def entities(factory: Target, contract: Contract) -> Iterator[list[Api]]:
    """The four entities of a sandbox of their own, E1 first."""
    opened = [Api(factory, contract, tenant) for tenant in (factory.tenant, *factory.others)]
    yield opened
    for entity in opened:
        entity.close()


def documents(entity: Api, operation: str) -> dict[str, Record]:
    """Every document of a list by its number, archived ones included."""
    found = entity.every(operation) + entity.every(operation, {"isArchived": "true"})
    return {each[LISTS[operation]]: each for each in found}


def orders(entity: Api) -> dict[str, Record]:
    """The work orders by number."""
    return documents(entity, "listWorkOrders")


def items(entity: Api) -> dict[str, Record]:
    """The items by code."""
    return {each["ItemCode"]: each for each in entity.every("listItem")}


def figures(record: Record, *names: str) -> tuple[float, ...]:
    """Figures of a record as a client's doubles have them."""
    return tuple(float(record[name]) for name in names)


def check_stock(entity: Api) -> None:
    """Holds that an entity has the stock that the demo says."""
    found = items(entity)
    for code, standing in STOCK[entity.tenant.entity].items():
        item = found[code]
        held = (item["OnHandQuantity"], item["AllocatedQuantity"])
        assert held == (standing.on_hand, standing.allocated), code
        assert item["AvailableQuantity"] == standing.on_hand - standing.allocated, code
        assert standing.value in (None, item["StockValue"]), code


def test_the_stock_of_the_bicycle_maker_is_to_the_last_digit(entities: list[Api]) -> None:
    check_stock(entities[0])
    values = [item["StockValue"] for item in items(entities[0]).values()]
    assert sum(values) == Decimal("2402492.63")


def test_every_document_is_in_the_state_that_the_demo_says(entities: list[Api]) -> None:
    for entity in entities:
        found = {
            number: " ".join(each[name] for name in ("Status", "Result") if name in each)
            for operation in LISTS
            for number, each in documents(entity, operation).items()
        }
        assert found == DOCUMENTS[entity.tenant.entity], entity.tenant.entity


def test_what_subcontractors_hold_adds_up(entities: list[Api]) -> None:
    jobs = documents(entities[0], "listSubcontractOrders")
    held = sum(m["BalanceValue"] for order in jobs.values() for m in order["Materials"])
    assert held == Decimal("43525.49")
    third = jobs["SC-0003"]
    assert {m["ItemCode"]: m["BalanceValue"] for m in third["Materials"]} == {
        "SF-FRAME-RAW": Decimal("12859.19"),
        "RM-POWDER-RED": Decimal("914.76"),
    }
    assert figures(third["Receipts"][0], "MaterialCost", "ServiceCost") == (22539.18, 6300)
    assert jobs["SC-0006"]["Overdue"] is True
    assert figures(jobs["SC-0004"]["Cost"], "Unit") == (62.055,)


def test_case_n1_frames(entities: list[Api]) -> None:
    order = orders(entities[0])["WO-0005"]
    actual, variance = order["ActualCost"], order["Variance"]
    assert figures(actual, "Material", "Labour", "Overhead") == (17988, 4780, 956)
    assert figures(actual, "ByProductCredit", "Total", "ActualUnitCost") == (572, 23152, 1218.526316)
    assert figures(variance, "LabourEfficiency", "Overhead") == (220, 44)
    assert figures(variance, "ByProduct", "Yield", "Total") == (-22, 1145.5, 1387.5)
    report = entities[0].read("getEfficiencyReport")["efficiency"]
    frames = next(row for row in report if row["WorkOrderNumber"] == "WO-0005")
    assert figures(frames, "LabourEfficiencyPercent", "YieldPercent") == (90.68, 95)


def test_case_n2_paneer(entities: list[Api]) -> None:
    order = orders(entities[2])["WO-0003"]
    assert figures(order["ActualCost"], "Total", "ActualUnitCost") == (53471.65, 306.252291)
    variance = order["Variance"]
    assert figures(variance, "MaterialUsage", "LabourEfficiency", "Overhead") == (13.8, 45, 11.25)
    assert figures(variance, "ByProduct", "Yield", "Total") == (-14.4, 1602.48, 1658.13)


def test_cases_n3_and_n5_recipes(entities: list[Api]) -> None:
    recipes = documents(entities[2], "listRecipes")
    assert figures(recipes["RCP-0001"], "TotalCost", "UnitCost") == (53416, 296.755556)
    assert figures(recipes["RCP-0003"], "ByProductCredit", "UnitCost") == (32963.05, 249.211814)
    assert figures(recipes["RCP-0002"], "TotalCost", "UnitCost") == (37378.25, 7.706856)
    draft = orders(entities[2])["WO-0001"]
    needs = {m["ItemCode"]: m["RequiredQuantity"] for m in draft["Materials"]}
    assert (needs["PK-TETRA-200"], needs["PK-CASE-40"]) == (4899, 122)
    assert figures(draft["PlannedCost"], "Total") == (37392.8,)


def test_case_n7_bicycles(entities: list[Api]) -> None:
    order = orders(entities[0])["WO-0006"]
    assert figures(order["ActualCost"], "Total", "ActualUnitCost") == (42603.8, 10650.95)
    assert figures(order["PlannedCost"], "Total") == (42568.52,)
    assert figures(order["Variance"], "MaterialPrice", "Total") == (35.28, 35.28)


def test_the_other_entities_stand_as_the_demo_says(entities: list[Api]) -> None:
    for entity in entities[1:]:
        check_stock(entity)
    assert figures(orders(entities[1])["WO-0002"]["ActualCost"], "Total") == (751.8,)


def test_a_shortage_names_every_item_that_is_short(entities: list[Api]) -> None:
    entity = entities[0]
    refused = entity.call("releaseWorkOrder", id=orders(entity)["WO-0002"]["id"])
    assert (refused.status, refused.code) == (409, "insufficient_stock")
    short = {entry["ItemCode"]: entry for entry in refused.body["shortages"]}
    assert len(short) == 15
    for entry in short.values():
        assert entry["Short"] == entry["Required"] - entry["Available"]
    assert "PT-TYRE-28" in short


def test_the_five_events_of_2026_have_33_movements_29_of_them_in_the_store(entities: list[Api]) -> None:
    events = {"WO-0005": 4, "SC-0004": 4, "SC-0002": 2, "SC-0003": 6, "WO-0006": 17}
    rows = [row for row in entities[0].movements() if row["DocumentNumber"] in events]
    assert {name: sum(row["DocumentNumber"] == name for row in rows) for name in events} == events
    assert sum("Store" in (row["From"], row["To"]) for row in rows) == 29
