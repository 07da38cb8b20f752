"""The journal of the seed, page by page: balanced, and worth what the stock is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from mock_server.app import build_app
from mock_server.control.figures import journal as journal_control
from tests.asgi import E1, Client, base_of, driver_of, token_for

CONTROL = f"/_sandbox/v1/orgs/{E1[0]}/entities/{E1[1]}"


@pytest.fixture
def control(sandbox: Any) -> Client:
    """A client of the control plane on this machine."""
    return Client(build_app(sandbox))


def pages(control: Client, base: str, query: str = "", limit: int = 200) -> Iterator[list[Any]]:
    """The pages of the journal of an entity."""
    after = ""
    while True:
        answer = control("GET", f"{base}/journal?limit={limit}{query}{after}")
        assert answer.status == 200, answer.body
        body = json.loads(answer.body, parse_float=Decimal)
        yield body["entries"]
        assert body["has_more"] is (body["next_cursor"] is not None)
        if not body["has_more"]:
            return
        after = f"&after={body['next_cursor']}"


def every(control: Client, base: str = CONTROL, query: str = "", limit: int = 200) -> list[Any]:
    """All entries."""
    return [entry for page in pages(control, base, query, limit) for entry in page]


def balances(entries: list[Any]) -> defaultdict[str, Decimal]:
    """Debits less credits by account; each entry balances by itself."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        assert sum(line["debit"] for line in entry["lines"]) == entry["total"]
        assert sum(line["credit"] for line in entry["lines"]) == entry["total"]
        for line in entry["lines"]:
            found[line["account"]] += Decimal(line["debit"]) - Decimal(line["credit"])
    return found


def test_the_journal_of_each_entity_is_worth_its_stock(sandbox: Any, control: Client) -> None:
    for tenant in sandbox.tenants:
        found = balances(every(control, f"/_sandbox/v1/orgs/{tenant.org}/entities/{tenant.entity}"))
        query = "SELECT sum(value), sum(at_subcontractor_value), sum(quarantine_value)"
        query += " FROM stock WHERE tenant = ?"
        [store, outside, quarantine] = driver_of(sandbox).execute(query, [tenant.key]).fetchone()
        assert (found["raw_material"] + found["finished_goods"]) * 100 == (store or 0)
        assert found["job_work_stock"] * 100 == (outside or 0)
        assert found["quarantine_stock"] * 100 == (quarantine or 0)
        assert found["work_in_progress"] == 0


def test_pages_of_every_size_give_each_entry_once(control: Client) -> None:
    whole = every(control)
    assert len({entry["id"] for entry in whole}) == len(whole) > 30
    for limit in (1, 7, 200):
        assert every(control, limit=limit) == whole
    assert all(len(page) <= 7 for page in pages(control, CONTROL, limit=7))


def test_a_period_has_the_entries_of_its_days(control: Client) -> None:
    whole = every(control)
    days = sorted({entry["posting_date"] for entry in whole})
    assert len(days) > 3
    middle = days[len(days) // 2]
    before = every(control, query=f"&to={middle}")
    after = every(control, query=f"&from={middle}")
    assert {entry["posting_date"] for entry in before} == {day for day in days if day <= middle}
    assert {entry["posting_date"] for entry in after} == {day for day in days if day >= middle}
    both = [entry for entry in whole if entry["posting_date"] == middle]
    assert every(control, query=f"&from={middle}&to={middle}") == both


def test_the_change_of_stock_in_a_period_is_that_of_its_movements(control: Client) -> None:
    found = balances(every(control, query="&from=2026-05-01&to=2026-05-31"))
    change = Decimal(0)
    after = ""
    while True:
        body = control("GET", f"{CONTROL}/movements?limit=200{after}").body
        page = json.loads(body, parse_float=Decimal)
        for each in page["movements"]:
            if "2026-05-01" <= each["PostingDate"] <= "2026-05-31":
                change += each["Value"] * ((each["To"] is not None) - (each["From"] is not None))
        if not page["has_more"]:
            break
        after = f"&after={page['next_cursor']}"
    names = ("raw_material", "finished_goods", "job_work_stock", "quarantine_stock", "work_in_progress")
    assert sum(found[name] for name in names) == change != 0


def test_a_document_has_its_own_entries(control: Client) -> None:
    [entry] = every(control, query="&document=WO-0005")
    assert (entry["event"], entry["document"]["number"], entry["total"]) == (
        "completion",
        "WO-0005",
        Decimal("48857.5"),
    )
    found = balances([entry])
    assert found["finished_goods"] == 23152
    assert found["labour_absorbed"] == -4780
    assert (found["yield_variance"], found["variances_carried"]) == (Decimal("1145.5"), Decimal("-1387.5"))
    whole = every(control)
    for number in {entry["document"]["number"] for entry in whole if entry["document"]}:
        own = [entry for entry in whole if entry["document"] and entry["document"]["number"] == number]
        assert every(control, query=f"&document={number}", limit=2) == own
        assert every(control, query=f"&document={own[0]['document']['id']}") == own


def test_what_moved_no_stock_comes_last(sandbox: Any, control: Client) -> None:
    client = Client(build_app(sandbox), token_for(sandbox))
    base = base_of()
    item = control("POST", f"{CONTROL}/items", {"ItemCode": "J-1", "Name": "J", "Uom": "NOS"}).json()
    part = control("POST", f"{CONTROL}/items", {"ItemCode": "J-2", "Name": "J", "Uom": "NOS"}).json()
    stock = {"ItemRefId": part["id"], "Quantity": 10, "UnitCost": 2}
    assert control("POST", f"{CONTROL}/stock-adjustments", stock).status == 201
    work = {"Sequence": 1, "Name": "Fit", "RunMinutesPerUnit": 30, "CostPerHour": 100}
    lines = [{"ItemRefId": part["id"], "Quantity": 1}]
    body = {"Name": "J", "ItemRefId": item["id"], "Status": "Active", "Lines": lines, "Operations": [work]}
    assert client("POST", f"{base}/boms", body).status == 201
    numbers = []
    for _ in range(3):
        made = client("POST", f"{base}/work-orders", {"ItemRefId": item["id"], "PlannedQuantity": 2}).json()
        assert client("POST", f"{base}/work-orders/{made['id']}/release", {}).status == 200
        nothing = {
            "CompletedQuantity": 0,
            "ScrappedQuantity": 2,
            "Materials": [{"ItemRefId": part["id"], "ConsumedQuantity": 0}],
        }
        assert client("POST", f"{base}/work-orders/{made['id']}/complete", nothing).status == 200
        numbers.append(made["WorkOrderNumber"])
    for limit in (1, 2, 200):
        entries = every(control, limit=limit)
        assert [entry["document"]["number"] for entry in entries[-3:]] == numbers
    debits = {line["account"]: line["debit"] for line in entries[-1]["lines"]}
    assert debits["scrap_loss"] == 120


def test_what_is_no_document_or_day_is_refused(control: Client) -> None:
    for query, status in (
        ("document=WO-9999", 404),
        ("document=BOM-0001", 404),
        ("document=WO-0005&kind=subcontract_order", 404),
        ("kind=bom", 400),
        ("from=2026-02-30", 400),
        ("after=nowhere", 400),
    ):
        assert control("GET", f"{CONTROL}/journal?{query}").status == status, query


def test_an_order_of_too_many_movements_is_refused(control: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_control, "MOST_MOVEMENTS", 1)
    answer = control("GET", f"{CONTROL}/journal?document=WO-0005")
    assert (answer.status, answer.json()["error"]) == (422, "explosion_too_large")
