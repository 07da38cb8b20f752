"""Numbers: of documents, strictly increasing (INV-G9); of quantities and costs, exact by value (DEC-1)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract_tests.kit import JSON, UNKNOWN, Record, Workbench, exchange, unchanged


def serial(bom: Record) -> int:
    """The number in a BOM's number."""
    found = re.fullmatch(r"BOM-(\d{4,})", bom["BomNumber"])
    assert found, bom["BomNumber"]
    return int(found.group(1))


def test_generated_numbers_rise(bench: Workbench) -> None:
    numbers = [serial(bench.bom()) for _ in range(5)]
    assert numbers == sorted(set(numbers))


def test_a_number_is_not_used_again_after_archiving_or_renaming(bench: Workbench) -> None:
    first, second = bench.bom(), bench.bom()
    bench.archive(second)
    bench.update(first, BomNumber=bench.label("NUMBER"))
    assert serial(bench.bom()) > serial(second)


def test_a_refused_create_takes_no_number_twice(bench: Workbench) -> None:
    before = serial(bench.bom())
    bench.client.refusal("createBom", 422, "unknown_reference", json=bench.body(ItemRefId=UNKNOWN))
    assert serial(bench.bom()) > before


def test_a_number_given_by_hand_is_passed_over(bench: Workbench) -> None:
    ahead = serial(bench.bom()) + 2
    bench.bom(BomNumber=f"BOM-{ahead:04d}")
    numbers = [serial(bench.bom()) for _ in range(3)]
    assert ahead not in numbers
    assert numbers == sorted(set(numbers))


def test_simultaneous_creates_get_different_numbers(bench: Workbench) -> None:
    bodies = [bench.body() for _ in range(12)]

    def create(body: Record) -> Record:
        return bench.keep(bench.client.call("createBom", expect=201, json=body).json())

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(create, bodies))
    assert len({bom["BomNumber"] for bom in made}) == len({bom["id"] for bom in made}) == len(bodies)


@pytest.mark.parametrize(
    "written, value",
    [
        ("2", 2),
        ("2.0", 2),
        ("2e0", 2),
        ("20E-1", 2),
        ("0.000001e6", 1),
        ("1e2", 100),
        ("0.500000", 0.5),
        ("999999999", 999999999),
    ],
)
def test_a_quantity_counts_by_its_value(bench: Workbench, written: str, value: float) -> None:
    part = bench.item(Uom="kg", StandardCost=0)
    lines = f'[{{"ItemRefId": "{part["id"]}", "Quantity": {written}}}]'
    body = f'{{"Name": "{bench.label()}", "ItemRefId": "{bench.item()["id"]}", "Lines": {lines}}}'
    answer = exchange(
        bench.client, "POST", bench.client.url("createBom"), body=body.encode(), headers=JSON
    ).response
    assert answer.status_code == 201, answer.text
    assert bench.keep(answer.json())["Lines"][0]["Quantity"] == value
    assert "e" not in re.sub(r'"[^"]*"', "", answer.text).replace("true", "").replace("false", "")


@pytest.mark.parametrize(
    "written", ["0", "-1", "0.0000001", "1.0000001", "1e-7", "1000000000", '"2"', "true", "null", "[2]"]
)
def test_a_quantity_beyond_its_scale_or_range_is_400(bench: Workbench, written: str) -> None:
    part, whole = bench.item()["id"], bench.item()["id"]
    lines = f'[{{"ItemRefId": "{part}", "Quantity": {written}}}]'
    body = f'{{"Name": "n", "ItemRefId": "{whole}", "Lines": {lines}}}'
    with unchanged(bench.client):
        url = bench.client.url("createBom")
        answer = exchange(bench.client, "POST", url, body=body.encode(), headers=JSON).response
        assert answer.status_code == 400, answer.text
        assert answer.json()["details"][0]["pointer"] == "/Lines/0/Quantity"


def test_half_up_not_bankers(bench: Workbench) -> None:
    for cost, total in ((0.125, 0.13), (0.375, 0.38), (2.005, 2.01), (20.625, 20.63)):
        item = bench.item(StandardCost=cost)
        assert bench.bom(Lines=[{"ItemRefId": item["id"], "Quantity": 1}])["TotalCost"] == total


def test_requirements_are_rounded_once(bench: Workbench) -> None:
    spoke = bench.item(Uom="NOS")
    wheel = bench.bom(
        OutputQuantity=10, Lines=[{"ItemRefId": spoke["id"], "Quantity": 360, "WastagePercent": 2}]
    )
    for planned, needed in ((10, 368), (20, 735), (40, 1469)):
        answer = bench.client.call(
            "getBomMaterialRequirements", expect=200, id=wheel["id"], query={"plannedQty": planned}
        ).json()
        [row] = answer["Materials"]
        assert row["RequiredQuantity"] == needed
