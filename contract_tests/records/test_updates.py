"""An update of one field leaves all others as they were (INV-G5)."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.kit import UNKNOWN, Fixtures, Record

_MOVES = {"Revision", "UpdatedAt"}
_COSTS = {
    "MaterialCost",
    "LabourCost",
    "OverheadCost",
    "ServiceCost",
    "ByProductCredit",
    "TotalCost",
    "UnitCost",
}


@pytest.fixture
def full(fixtures: Fixtures) -> Record:
    """A BOM in which every field has a value."""
    part, offcut = fixtures.item(), fixtures.item()
    return fixtures.bom(
        BomNumber=fixtures.label("NUMBER"),
        Version="7",
        Type="Subcontract",
        OutputQuantity=10,
        EffectiveFrom="2026-01-01",
        EffectiveTo="2027-01-01",
        InspectionRequired=True,
        ServiceCostPerUnit=12.5,
        OverheadPercent=20,
        OtherOverhead=3.25,
        Lines=[{"ItemRefId": part["id"], "Quantity": 4, "WastagePercent": 2.5, "IsFixedQuantity": True}],
        Operations=[
            {"Sequence": 1, "Name": "Cut", "SetupMinutes": 5, "RunMinutesPerUnit": 2, "CostPerHour": 240}
        ],
        ByProducts=[{"ItemRefId": offcut["id"], "Quantity": 1, "CostMethod": "FixedRate", "Rate": 1.5}],
        Notes="first notes",
        ExternalReference=fixtures.label("REF"),
    )


@pytest.mark.parametrize(
    "name, value, follows",
    [
        ("Version", "8", set()),
        ("Name", "Another name", set()),
        ("Notes", "other notes", set()),
        ("Notes", None, set()),
        ("ExternalReference", None, set()),
        ("OutputQuantity", 5, _COSTS),
        ("Status", "Active", set()),
        ("EffectiveFrom", None, set()),
        ("EffectiveTo", "2028-02-29", set()),
        ("InspectionRequired", False, set()),
        ("ServiceCostPerUnit", 0.000001, _COSTS),
        ("OverheadPercent", 0, _COSTS),
        ("OtherOverhead", 0.01, _COSTS),
        ("Operations", [], _COSTS),
        ("ByProducts", [], _COSTS),
    ],
)
def test_one_field_changes_and_nothing_else(
    fixtures: Fixtures, full: Record, name: str, value: Any, follows: set[str]
) -> None:
    after = fixtures.update(full, **{name: value})
    assert after == fixtures.read(full)
    assert after[name] == value
    changed = {key for key in full if after[key] != full[key]}
    assert name in changed
    assert changed <= {name, *_MOVES, *follows}
    assert after.keys() == full.keys()


def test_a_line_with_its_id_keeps_it_and_the_list_is_replaced(fixtures: Fixtures, full: Record) -> None:
    [line] = full["Lines"]
    extra = fixtures.item()
    lines = [
        {"ItemRefId": extra["id"], "Quantity": 1},
        {"id": line["id"], "ItemRefId": line["ItemRefId"], "Quantity": 9},
    ]
    after = fixtures.update(full, Lines=lines)
    assert [row["ItemRefId"] for row in after["Lines"]] == [extra["id"], line["ItemRefId"]]
    assert after["Lines"][1]["id"] == line["id"]
    assert after["Lines"][0]["id"] != line["id"]
    assert [row["LineNumber"] for row in after["Lines"]] == [1, 2]


def test_a_refused_update_changes_nothing(fixtures: Fixtures, full: Record) -> None:
    for status, body in (
        (400, {"Name": "ok", "Colour": "red"}),
        (400, {"Name": "ok", "OutputQuantity": 0}),
        (400, {"Status": "Archived"}),
        (422, {"Name": "ok", "Lines": [{"ItemRefId": UNKNOWN, "Quantity": 1}]}),
        (422, {"Name": "ok", "Lines": [{"id": UNKNOWN, "ItemRefId": full["ItemRefId"], "Quantity": 1}]}),
    ):
        fixtures.client.call("updateBom", expect=status, id=full["id"], json=body)
        assert fixtures.read(full) == full


def test_what_is_sent_comes_back(fixtures: Fixtures) -> None:
    body = fixtures.body(
        OutputQuantity=3,
        Lines=[{"ItemRefId": fixtures.item(Uom="kg")["id"], "Quantity": 0.000001, "WastagePercent": 0.1}],
        Notes="क्षमता ünïcode 🚲",
    )
    created = fixtures.keep(fixtures.client.call("createBom", expect=201, json=body).json())
    for name in ("Name", "ItemRefId", "OutputQuantity", "Notes"):
        assert created[name] == body[name]
    assert created["Lines"][0]["Quantity"] == 0.000001
    assert fixtures.read(created) == created


def test_a_created_record_is_at_its_location(fixtures: Fixtures) -> None:
    answer = fixtures.client.call("createBom", expect=201, json=fixtures.body())
    bom = fixtures.keep(answer.json())
    assert answer.headers["location"] == fixtures.client.url("getBom", id=bom["id"]).removeprefix(
        fixtures.client.target.origin
    )
