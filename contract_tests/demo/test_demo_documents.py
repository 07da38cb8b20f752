"""The demo's documents, stock and worked cases, to the last digit, as a client reads them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from contract_tests.kit import Tenant, sandbox

# On hand, allocated; the value where it is awkward.
STOCK = {
    "RM-TUBE-6061": (1111.8, 0, None),
    "RM-WIRE-5356": (56.7, 0, None),
    "RM-POWDER-RED": (140.1, 0, 58842),
    "RM-BAR-EN8": (711.5, 0, 61189),
    "PT-RIM-700": (400, 60, None),
    "PT-SPOKE-14G": (16000, 2204, None),
    "PT-HUB-F": (220, 40, None),
    "PT-HUB-R": (220, 20, None),
    "PT-RTAPE": (900, 132, None),
    "PT-AXLE-CNC": (260, 40, 16131),
    "PT-TYRE-28": (412, 10, None),
    "PT-ITUBE-28": (442, 10, None),
    "PT-CRANK": (176, 5, None),
    "PT-CHAIN": (196, 5, None),
    "PT-BRAKE": (186, 5, None),
    "PT-SADDLE": (196, 5, None),
    "PT-SADDLE-ALT": (30, 0, None),
    "PT-HBAR": (186, 5, None),
    "PT-PEDAL": (196, 5, None),
    "HW-BOLT-M5": (8904, 120, None),
    "HW-NUT-M5": (8904, 120, None),
    "HW-WASHER-M5": (11808, 240, None),
    "CH-GREASE": (24.88, 0.15, None),
    "PK-CARTON": (296, 5, None),
    "SF-FRAME-RAW": (9, 0, 10521.15),
    "SF-FRAME-RED": (44, 5, 69849.06),
    "SF-WHEEL-F": (46, 5, None),
    "SF-WHEEL-R": (46, 5, None),
    "FG-CITY-28-RED": (4, 0, 42603.8),
    "BY-AL-OFFCUT": (20.2, 0, 2222),
}


class Entity:
    """Reads and writes one entity of a sandbox."""

    def __init__(self, url: str, tenant: Tenant) -> None:
        headers = {"Authorization": f"Bearer {tenant.token}"}
        self.http = httpx.Client(
            headers=headers, base_url=f"{url}/orgs/{tenant.org}/entities/{tenant.entity}"
        )

    def all(self, path: str, key: str) -> list[dict[str, Any]]:
        """Every record of a list that fits a page."""
        answer = self.http.get(path, params={"limit": 200}).raise_for_status().json()
        assert answer["has_more"] is False
        records: list[dict[str, Any]] = answer[key]
        return records

    def by(self, path: str, key: str, name: str) -> dict[str, dict[str, Any]]:
        """Every record of a list by its code or number."""
        return {record[name]: record for record in self.all(path, key)}

    def orders(self) -> dict[str, dict[str, Any]]:
        """The work orders by number."""
        return self.by("/work-orders", "work_orders", "WorkOrderNumber")

    def items(self) -> dict[str, dict[str, Any]]:
        """The items by code."""
        return self.by("/item", "items", "ItemCode")


@pytest.fixture(scope="module")
def entities() -> Any:
    """The four entities of a sandbox of their own, E1 first, and its control plane."""
    with sandbox() as target:
        opened = [Entity(target.url, tenant) for tenant in (target.tenant, *target.others)]
        yield opened, target.control
        for entity in opened:
            entity.http.close()


def test_the_stock_of_the_bicycle_maker_is_to_the_last_digit(entities: Any) -> None:
    items = entities[0][0].items()
    for code, (on_hand, allocated, value) in STOCK.items():
        item = items[code]
        assert (item["OnHandQuantity"], item["AllocatedQuantity"]) == (on_hand, allocated), code
        assert item["AvailableQuantity"] == pytest.approx(on_hand - allocated, abs=1e-9), code
        if value is not None:
            assert item["StockValue"] == value, code
    assert round(sum(item["StockValue"] for item in items.values()), 2) == 2402492.63


def test_what_subcontractors_hold_adds_up(entities: Any) -> None:
    orders = entities[0][0].by("/subcontract-orders", "subcontract_orders", "OrderNumber")
    held = sum(m["BalanceValue"] for order in orders.values() for m in order["Materials"])
    assert round(held, 2) == 43525.49
    third = orders["SC-0003"]
    assert {m["ItemCode"]: m["BalanceValue"] for m in third["Materials"]} == {
        "SF-FRAME-RAW": 12859.19,
        "RM-POWDER-RED": 914.76,
    }
    assert (third["Receipts"][0]["MaterialCost"], third["Receipts"][0]["ServiceCost"]) == (22539.18, 6300)
    assert orders["SC-0006"]["Overdue"] is True
    assert orders["SC-0004"]["Cost"]["Unit"] == 62.055
    assert {number: order["Status"] for number, order in orders.items()} == {
        "SC-0001": "Draft",
        "SC-0002": "MaterialsIssued",
        "SC-0003": "PartiallyReceived",
        "SC-0004": "Completed",
        "SC-0005": "Cancelled",
        "SC-0006": "MaterialsIssued",
        "SC-0007": "Received",
    }


def test_case_n1_frames(entities: Any) -> None:
    order = entities[0][0].orders()["WO-0005"]
    actual, variance = order["ActualCost"], order["Variance"]
    assert (actual["Material"], actual["Labour"], actual["Overhead"]) == (17988, 4780, 956)
    assert (actual["ByProductCredit"], actual["Total"], actual["ActualUnitCost"]) == (572, 23152, 1218.526316)
    assert (variance["LabourEfficiency"], variance["Overhead"]) == (220, 44)
    assert (variance["ByProduct"], variance["Yield"], variance["Total"]) == (-22, 1145.5, 1387.5)
    report = entities[0][0].http.get("/manufacturing-reports/efficiency").json()["efficiency"]
    frames = next(row for row in report if row["WorkOrderNumber"] == "WO-0005")
    assert (frames["LabourEfficiencyPercent"], frames["YieldPercent"]) == (90.68, 95)


def test_case_n2_paneer(entities: Any) -> None:
    order = entities[0][2].orders()["WO-0003"]
    assert (order["ActualCost"]["Total"], order["ActualCost"]["ActualUnitCost"]) == (53471.65, 306.252291)
    variance = order["Variance"]
    assert (variance["MaterialUsage"], variance["LabourEfficiency"], variance["Overhead"]) == (
        13.8,
        45,
        11.25,
    )
    assert (variance["ByProduct"], variance["Yield"], variance["Total"]) == (-14.4, 1602.48, 1658.13)


def test_cases_n3_and_n5_recipes(entities: Any) -> None:
    recipes = entities[0][2].by("/recipes", "recipes", "RecipeNumber")
    assert (recipes["RCP-0001"]["TotalCost"], recipes["RCP-0001"]["UnitCost"]) == (53416, 296.755556)
    assert (recipes["RCP-0003"]["ByProductCredit"], recipes["RCP-0003"]["UnitCost"]) == (32963.05, 249.211875)
    assert (recipes["RCP-0002"]["TotalCost"], recipes["RCP-0002"]["UnitCost"]) == (37378.25, 7.706856)
    draft = entities[0][2].orders()["WO-0001"]
    needs = {m["ItemCode"]: m["RequiredQuantity"] for m in draft["Materials"]}
    assert (needs["PK-TETRA-200"], needs["PK-CASE-40"]) == (4899, 122)
    assert draft["PlannedCost"]["Total"] == 37392.8


def test_case_n7_bicycles(entities: Any) -> None:
    order = entities[0][0].orders()["WO-0006"]
    assert (order["ActualCost"]["Total"], order["ActualCost"]["ActualUnitCost"]) == (42603.8, 10650.95)
    assert order["PlannedCost"]["Total"] == 42568.52
    assert (order["Variance"]["MaterialPrice"], order["Variance"]["Total"]) == (35.28, 35.28)


def test_the_other_entities_stand_as_the_demo_says(entities: Any) -> None:
    _, british, dairy, gulf = entities[0]
    assert british.orders()["WO-0002"]["ActualCost"]["Total"] == 751.8
    stock = dairy.items()
    assert stock["RM-MILK-COW"]["AvailableQuantity"] == 3000
    assert (stock["FG-PANEER"]["OnHandQuantity"], stock["FG-PANEER"]["StockValue"]) == (174.6, 53471.65)
    assert (stock["BY-WHEY"]["OnHandQuantity"], stock["BY-WHEY"]["StockValue"]) == (812, 974.4)
    assert gulf.orders() == {}


def test_a_shortage_names_every_item_that_is_short(entities: Any) -> None:
    entity = entities[0][0]
    refused = entity.http.post(f"/work-orders/{entity.orders()['WO-0002']['id']}/release")
    assert (refused.status_code, refused.json()["error"]) == (409, "insufficient_stock")
    short = {entry["ItemCode"]: entry for entry in refused.json()["shortages"]}
    assert len(short) == 15
    for entry in short.values():
        assert entry["Short"] == pytest.approx(entry["Required"] - entry["Available"], abs=1e-9)
    assert "PT-TYRE-28" in short


def _movements(control: str) -> list[dict[str, Any]]:
    url = f"{control}/orgs/org-veloma/entities/ent-veloma-pune/movements"
    rows: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 200}
    while True:
        answer = httpx.get(url, params=query).raise_for_status().json()
        rows += answer["movements"]
        if not answer["has_more"]:
            return rows
        query["after"] = answer["next_cursor"]


def test_the_five_events_of_2026_have_33_movements_29_of_them_in_the_store(entities: Any) -> None:
    events = {"WO-0005": 4, "SC-0004": 4, "SC-0002": 2, "SC-0003": 6, "WO-0006": 17}
    rows = [row for row in _movements(entities[1]) if row["DocumentNumber"] in events]
    assert {name: sum(row["DocumentNumber"] == name for row in rows) for name in events} == events
    assert sum("Store" in (row["From"], row["To"]) for row in rows) == 29
