"""A pack is held against the contract before it is played: every fault with line, column and pointer."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.contract import Contract, component
from mock_server.seeds import MAX_RECORDS, Finding, PackFault, contracts, demo_text
from mock_server.seeds.operations import REFERENCES, STEPS
from mock_server.settings import BUILT
from tests.seeds.packs import HEAD, faults_of, pack_of, reader

ITEMS = """    items:
      - {ItemCode: PART, Name: Part, Uom: NOS, StandardCost: 2, stock: 10}
      - {ItemCode: WHOLE, Name: Whole, Uom: NOS}
"""


def test_the_demo_pack_fits_the_contract() -> None:
    assert len(reader().read(demo_text(), "demo.yaml").entities) == 4


def test_every_fault_is_told_with_its_line_and_no_more_than_twenty() -> None:
    items = "".join(f"      - {{ItemCode: I{each}, Name: '', Uom: NOS}}\n" for each in range(25))
    text = HEAD + "    items:\n" + items
    found = faults_of(text)
    assert len(found) == 20
    assert [each[0] for each in found] == list(range(10, 30))
    assert {each[3] for each in found} == {"must hold a character that is seen"}


X = "- {ItemCode: X, Name: x, Uom: NOS}"
STOCKED = ["items:", "- ItemCode: X", "  Name: x", "  Uom: NOS"]


@pytest.mark.parametrize(
    ("lines", "line", "pointer", "word"),
    [
        (["itmes: []"], 1, "/itmes", "is not a member"),
        (["items: {}"], 1, "/items", "must be a list, not an object"),
        (["opening_day: 2026-6-1"], 1, "/opening_day", "a date such as"),
        (["items:", X, X], 3, "/items/1/ItemCode", "already"),
        (["items:", "- ItemCode: X", "  Name: x", "  Uom: 7"], 4, "/items/0/Uom", "must be text"),
        (["items:", X.replace("}", ", id: 7}")], 2, "/items/0/id", "must be text"),
        ([*STOCKED, "  stock: {quantity: 0}"], 5, "/items/0/stock/quantity", "more than 0"),
        (
            [*STOCKED, "  stock: {quantity: 1, value: 2, unit_cost: 2}"],
            5,
            "/items/0/stock/unit_cost",
            "together",
        ),
        (["vendors:", "- {VendorCode: V}"], 2, "/vendors/0/DisplayName", "is required"),
        (["steps:", "- {do: relaseWorkOrder, on: W}"], 2, "/steps/0/do", "did you mean releaseWorkOrder?"),
        (["steps:", "- {do: getWorkOrder, on: W}"], 2, "/steps/0/do", "an operation that a step may do"),
        (["steps:", "- {do: releaseWorkOrder}"], 2, "/steps/0/on", "is required"),
        (["steps:", "- {do: releaseWorkOrder, on: W}"], 2, "/steps/0/on", "is not a work order of this pack"),
        (["steps:", "- {do: createBom, on: B, body: {}}"], 2, "/steps/0/on", "is not for createBom"),
        (["steps:", "- {do: createBom}"], 2, "/steps/0/body", "is required"),
        (["steps:", "- do: createBom", "  when: now"], 3, "/steps/0/when", "is not a member"),
        (["steps:", "- do: createBom", "  day: today+x"], 3, "/steps/0/day", "today-14"),
    ],
)
def test_a_fault_is_told_at_its_place(lines: list[str], line: int, pointer: str, word: str) -> None:
    found = faults_of(HEAD + "".join(f"    {each}\n" for each in lines))
    told = [each for each in found if each[2] == f"/entities/0{pointer}"]
    assert [each[0] for each in told] == [HEAD.count("\n") + line], found
    assert word in told[0][3]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("ItemRefId: WHOLF", "did you mean WHOLE?"),
        ("ItemRefId: 019e2d80-5a00-7000-8000-000000000106", "is not an item of this pack"),
        ("ItemRefId: 7", "must be text, not a whole number"),
        ("EffectiveFrom: tomorrow", "a day of the calendar"),
        ("EffectiveTo: 2026-02-30", "a day of the calendar"),
        ("Quantity: 1", "is not a member of this object"),
        ("Status: Actve", "must be one of"),
    ],
)
def test_a_body_is_held_to_the_schema_of_its_operation(line: str, word: str) -> None:
    body = {
        "Name": "Name: x",
        "ItemRefId": "ItemRefId: WHOLE",
        "Lines": "Lines: [{ItemRefId: PART, Quantity: 1}]",
    }
    body[line.partition(":")[0]] = line
    text = HEAD + ITEMS + "    steps:\n      - do: createBom\n        body:\n"
    lines = [f"          {each}\n" for each in body.values()]
    [found] = faults_of(text + "".join(lines))
    at = text.count("\n") + list(body).index(line.partition(":")[0]) + 1
    assert (found[0], found[1]) == (at, 11)
    assert found[2] == f"/entities/0/steps/0/body/{line.partition(':')[0]}"
    assert word in found[3]


def test_a_reference_to_a_later_step_is_one_to_nothing() -> None:
    bom = {
        "BomNumber": "B",
        "Name": "b",
        "ItemRefId": "WHOLE",
        "Lines": [{"ItemRefId": "PART", "Quantity": 1}],
    }
    steps = [
        {"do": "createWorkOrder", "body": {"ItemRefId": "WHOLE", "BomRefId": "B/1", "PlannedQuantity": 1}},
        {"do": "createBom", "body": bom},
    ]
    items = [{"ItemCode": code, "Name": code, "Uom": "NOS"} for code in ("PART", "WHOLE")]
    [found] = faults_of(pack_of(items=items, steps=steps))
    assert found[2:] == ("/entities/0/steps/0/body/BomRefId", "is not a BOM of this pack up to here")
    assert reader().read(pack_of(items=items, steps=steps[::-1]), "pack").entities[0].steps[1].do


def test_lines_take_no_ids_and_references_of_rules_between_members_are_told() -> None:
    line = {"id": "019e2d80-5a00-7000-8000-000000000106", "ItemRefId": "PART", "Quantity": 1}
    bom = {"Name": "b", "ItemRefId": "WHOLE", "Lines": [line]}
    items = [{"ItemCode": code, "Name": code, "Uom": "NOS"} for code in ("PART", "WHOLE")]
    [found] = faults_of(pack_of(items=items, steps=[{"do": "createBom", "body": bom}]))
    assert found[2:] == ("/entities/0/steps/0/body/Lines/0/id", "is not for packs, which know no ids")


def test_more_records_than_a_pack_may_hold_are_refused() -> None:
    steps = "    steps:\n" + "      - {do: releaseWorkOrder, on: W}\n" * (MAX_RECORDS // 2 + 1)
    other = HEAD.partition("\n")[2].replace("ent-a", "ent-b")
    told = faults_of(HEAD + steps + other + steps)[0]
    assert told == (1, 1, "", f"holds {MAX_RECORDS + 2} items, vendors and steps, more than {MAX_RECORDS}")


def test_two_entities_of_one_key_are_refused() -> None:
    text = HEAD + HEAD.partition("\n")[2]
    assert faults_of(text)[0][2:] == ("/entities/1/entity_ref_id", "stands for ent-a a second time")


def test_findings_are_details_of_a_refusal_too() -> None:
    fault = PackFault("pack", [Finding(3, 5, "/entities/0/name", "is required")])
    told = "line 3, column 5: /entities/0/name is required"
    assert fault.details_at("/seed") == [{"pointer": "/seed", "message": told}]
    assert fault.lines == ["pack:3:5: /entities/0/name is required"]


def test_every_step_is_an_operation_and_every_id_in_its_body_has_a_kind() -> None:
    both = contracts(BUILT)
    for do, step in STEPS.items():
        contract = next(each for each in both if do in each.operations)
        operation = contract.operations[do]
        assert operation.method != "GET"
        assert step.is_on is ("{id}" in operation.path or step.is_bulk), do
        if operation.body_pointer is not None and not step.is_bulk:
            assert set(_ids(contract, {"$ref": operation.body_pointer})) <= {*REFERENCES, "id"}, do


def _ids(contract: Contract, node: Any, member: str = "") -> list[str]:
    while "$ref" in node:
        node = component(dict(contract.document), node["$ref"])
    found = [member] if node.get("format") == "uuid" else []
    for name, child in node.get("properties", {}).items():
        found += _ids(contract, child, name)
    inner = [node["items"]] if "items" in node else []
    for child in [*inner, *node.get("allOf", ()), *node.get("anyOf", ()), *node.get("oneOf", ())]:
        found += _ids(contract, child, member)
    return found
