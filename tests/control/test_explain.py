"""Explained figures of the seed, and what is no figure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote

import pytest

from mock_server.app import build_app
from mock_server.control.figures import explain as explain_control
from mock_server.control.figures.explain import _explained
from mock_server.control.figures.named import KINDS, Named
from mock_server.manufacturing.explaining import Figure
from mock_server.storage import SqlBook
from mock_server.storage.documents import read_page
from tests.asgi import E1, Client, base_of, token_for
from tests.manufacturing.explained import check

CONTROL = f"/_sandbox/v1/orgs/{E1[0]}/entities/{E1[1]}"
REPORTS = {
    "getJobCostingReport": "job-costing",
    "getByProductsReport": "by-products",
    "getProductionCostAnalysisReport": "cost-analysis",
    "getEfficiencyReport": "efficiency",
}
# Figures that nobody has stated: they are explained by something.
WORKED_OUT = {
    "TotalCost",
    "UnitCost",
    "LineCost",
    "StandardUnitCost",
    "ActualUnitCost",
    "AverageUnitCost",
    "StockValue",
}


@pytest.fixture
def control(sandbox: Any) -> Client:
    """A client of the control plane on this machine."""
    return Client(build_app(sandbox))


def numbers(value: Any, at: str = "") -> Iterator[tuple[str, Decimal]]:
    """The decimals of an answer, with their pointers."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from numbers(each, f"{at}/{name}")
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from numbers(each, f"{at}/{place}")
    elif type(value) in (int, Decimal):
        yield at, Decimal(value)


def at_pointer(value: Any, pointer: str) -> Any:
    """What stands at a pointer."""
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def exactly(node: Any) -> Fraction:
    """The value of a node."""
    return Fraction(node["exact"] or node["value"])


def check_node(node: Any) -> None:
    """Works a node that was sent out anew from its children."""
    parts = [exactly(each) for each in node["children"]]
    match node["operation"]:
        case "sum":
            assert exactly(node) == sum(parts)
        case "difference":
            assert exactly(node) == parts[0] - sum(parts[1:])
        case "product":
            product = Fraction(1)
            for part in parts:
                product *= part
            assert exactly(node) == product
        case "quotient":
            assert exactly(node) == parts[0] / parts[1]
        case "rounded":
            told = node["rounding"]
            residue = Fraction(told["residue_exact"] or told["residue"])
            assert parts == [exactly(node) + residue] == [Fraction(told["from_exact"] or told["from"])]
    for each in node["children"]:
        check_node(each)


def test_every_figure_of_every_record_of_the_seed_is_what_get_shows(sandbox: Any) -> None:
    explained, stated = 0, set()
    seen: dict[int, Figure] = {}
    for tenant in sandbox.tenants:
        book = SqlBook(sandbox.database.session, tenant, sandbox.clock, sandbox.ids, "test")
        for kind, (collection, _) in KINDS.items():
            rows = getattr(book, collection)
            page = read_page(book.session, rows.documents.table, tenant.key, {}, 1000, None, ("id",))
            assert not page.is_more
            for row in page.rows:
                found = rows.find(row[2])
                shown = json.loads(found[0], parse_float=Decimal)
                told = _explained(book, Named(kind, rows.get(row[2])))
                for pointer, number in numbers(shown):
                    figure = at_pointer(told, pointer)
                    if isinstance(figure, Figure):
                        assert figure.value == number, (kind, row[2], pointer)
                        check(figure, seen)
                        explained += 1
                    else:
                        assert figure == number, (kind, row[2], pointer)
                        stated |= {pointer.rpartition("/")[2]} if number else set()
    assert explained > 1000
    assert not stated & WORKED_OUT
    assert not any(name.endswith(("Cost", "Credit")) for name in stated), stated


@pytest.mark.parametrize("report", REPORTS)
def test_every_figure_of_every_report_is_what_get_shows(sandbox: Any, control: Client, report: str) -> None:
    client = Client(build_app(sandbox), token_for(sandbox))
    path = sandbox.contract.operations[report].path.partition("}/entities/{entityId}")[2]
    body = client("GET", f"{base_of()}{path}?from=2024-01-01&limit=200").body
    shown = list(numbers(json.loads(body, parse_float=Decimal)))
    assert len(shown) >= 10
    for pointer, number in shown:
        query = f"report={report}&from=2024-01-01&nodes=10000&pointer={quote(pointer)}"
        answer = control("GET", f"{CONTROL}/explain-report?{query}")
        assert answer.status == 200, (pointer, answer.body)
        told = answer.json()
        assert exactly(told["figure"]) == number, pointer
        assert told["is_complete"] is True
        check_node(told["figure"])


def explain(control: Client, record: str, pointer: str, more: str = "") -> Any:
    """An answer that explains a figure."""
    answer = control("GET", f"{CONTROL}/explain?record={record}&pointer={pointer}{more}")
    assert answer.status == 200, answer.body
    return answer.json()


def test_a_tree_that_has_no_room_says_how_much_is_left_out(control: Client) -> None:
    whole = explain(control, "WO-0005", "/Variance/Total")
    assert whole["is_complete"] is True
    check_node(whole["figure"])
    part = explain(control, "WO-0005", "/Variance/Total", "&depth=2")
    assert part["is_complete"] is False
    assert part["node_count"] == 1 + len(whole["figure"]["children"])
    for left, below in zip(part["figure"]["children"], whole["figure"]["children"], strict=True):
        assert (left["children"], left["children_omitted"]) == ([], len(below["children"]))
    few = explain(control, "WO-0005", "/Variance/Total", "&nodes=10")
    assert few["node_count"] <= 10
    assert few["is_complete"] is False


def test_the_residue_of_a_rounding_is_told(control: Client) -> None:
    told = explain(control, "WO-0006", "/ActualCost/Labour")["figure"]
    assert (told["operation"], told["value"]) == ("rounded", "806.67")
    assert told["rounding"] == {
        "from": "806.666666666667",
        "from_exact": "2420/3",
        "to": "806.67",
        "residue": "-0.003333333333",
        "residue_exact": "-1/300",
    }


def test_what_was_stated_is_a_leaf_of_its_record(control: Client) -> None:
    told = explain(control, "QI-0001", "/LotQuantity")["figure"]
    assert told["operation"] == "leaf"
    assert told["source"]["type"] == "quality_inspection"
    assert told["source"]["pointer"] == "/LotQuantity"


def test_the_shares_of_a_bom_in_its_cost_are_figures_of_it(control: Client) -> None:
    told = explain(control, "BOM-0001", "/Shares/Material")
    assert told["record"]["kind"] == "bom"
    check_node(told["figure"])


def test_an_archived_bom_says_what_has_changed_since(sandbox: Any, control: Client) -> None:
    client = Client(build_app(sandbox), token_for(sandbox))
    item = control(
        "POST", f"{CONTROL}/items", {"ItemCode": "X-1", "Name": "X", "Uom": "NOS", "StandardCost": 7}
    )
    made = control("POST", f"{CONTROL}/items", {"ItemCode": "X-2", "Name": "X", "Uom": "NOS"})
    lines = [{"ItemRefId": item.json()["id"], "Quantity": 3}]
    body = {"Name": "X", "ItemRefId": made.json()["id"], "Lines": lines}
    bom = client("POST", f"{base_of()}/boms", body).json()
    assert client("DELETE", f"{base_of()}/boms", {"ids": [bom["id"]]}).status == 200
    control("PATCH", f"{CONTROL}/items/{item.json()['id']}", {"StandardCost": 9})
    told = explain(control, bom["id"], "/TotalCost")["figure"]
    assert (told["value"], [each["value"] for each in told["children"]]) == ("21", ["27", "-6"])
    assert told["children"][1]["label"] == "Changes of components since the record was rolled up last"


def test_a_number_of_two_records_asks_for_the_kind(sandbox: Any, control: Client) -> None:
    client = Client(build_app(sandbox), token_for(sandbox))
    bom = client("GET", f"{base_of()}/boms?status=Active&limit=1").json()["boms"][0]
    body = {"ItemRefId": bom["ItemRefId"], "PlannedQuantity": 1, "WorkOrderNumber": bom["BomNumber"]}
    made = client("POST", f"{base_of()}/work-orders", body)
    assert made.status == 201, made.body
    path = f"{CONTROL}/explain?record={bom['BomNumber']}&pointer="
    refused = control("GET", path + "/PlannedCost/Total")
    assert (refused.status, refused.json()["details"][0]["pointer"]) == (400, "/query/kind")
    assert control("GET", path + "/PlannedCost/Total&kind=work_order").status == 200
    assert control("GET", path + "/TotalCost&kind=bom").status == 200


REFUSED = [
    ("explain?record=WO-9999&pointer=/Variance/Total", 404, "not_found"),
    ("explain?record=WO-0005&pointer=/Variance/Nothing", 404, "not_found"),
    ("explain?record=WO-0005&pointer=/Revision", 404, "not_found"),
    ("explain?record=WO-0005&pointer=/Materials/99/Cost", 404, "not_found"),
    ("explain?record=WO-0005&pointer=/Status", 404, "not_found"),
    ("explain?record=WO-0005&pointer=Variance", 400, "invalid_request"),
    ("explain?record=WO-0005", 400, "invalid_request"),
    ("explain?record=WO-0005&pointer=/Variance/Total&nodes=10001", 400, "invalid_request"),
    ("explain?record=WO-0005&pointer=/Variance/Total&kind=bom", 404, "not_found"),
    ("explain-report?report=getJobCostingReport&pointer=/totals/Nothing", 404, "not_found"),
    ("explain-report?report=getJobCostingReport&pointer=/job_costs/199/StandardCost", 404, "not_found"),
    (
        "explain-report?report=getJobCostingReport&pointer=/job_costs/200/StandardCost",
        404,
        "not_found",
    ),
    (
        "explain-report?report=getJobCostingReport&pointer=/efficiency/0/YieldPercent",
        404,
        "not_found",
    ),
    ("explain-report?report=getHealth&pointer=/totals/Total", 400, "invalid_request"),
    (
        "explain-report?report=getEfficiencyReport&pointer=/totals/YieldPercent&from=2026-13-01",
        400,
        "invalid_request",
    ),
    (
        "explain-report?report=getEfficiencyReport&pointer=/totals/YieldPercent"
        "&from=2026-06-02&to=2026-06-01",
        422,
        "date_not_allowed",
    ),
]


def test_what_is_no_figure_is_refused(control: Client) -> None:
    for path, status, code in REFUSED:
        answer = control("GET", f"{CONTROL}/{path}")
        assert (answer.status, answer.json()["error"]) == (status, code), path
    path = "/_sandbox/v1/orgs/org-veloma/entities/nowhere"
    assert control("GET", f"{path}/explain?record=WO-0005&pointer=/Variance/Total").status == 404
    assert control("GET", f"{path}/journal").status == 404


def test_of_very_many_movements_the_sums_stand_for_themselves(
    control: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain_control, "MOST_MOVEMENTS", 1)
    order = explain(control, "SC-0003", "/Cost/Total")["figure"]
    check_node(order)
    assert order["value"] == "28839.18"
    item = explain(control, "SF-FRAME-RED", "/StockValue")["figure"]
    assert (item["operation"], item["value"]) == ("leaf", "69849.06")
