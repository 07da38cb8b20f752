"""Numbers: of documents, strictly increasing (INV-G9); of quantities and costs, exact by value (DEC-1)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract_tests.kit import JSON, UNKNOWN, Fixtures, Record, exchange, unchanged


def serial(bom: Record) -> int:
    """The number in a BOM's number."""
    found = re.fullmatch(r"BOM-(\d{4,})", bom["BomNumber"])
    assert found, bom["BomNumber"]
    return int(found.group(1))


def test_generated_numbers_rise(fixtures: Fixtures) -> None:
    numbers = [serial(fixtures.bom()) for _ in range(5)]
    assert numbers == sorted(set(numbers))


def test_a_number_is_not_used_again_after_archiving_or_renaming(fixtures: Fixtures) -> None:
    first, second = fixtures.bom(), fixtures.bom()
    fixtures.archive(second)
    fixtures.update(first, BomNumber=fixtures.label("NUMBER"))
    assert serial(fixtures.bom()) > serial(second)


def test_a_refused_create_takes_no_number_twice(fixtures: Fixtures) -> None:
    before = serial(fixtures.bom())
    fixtures.client.refusal("createBom", 422, "unknown_reference", json=fixtures.body(ItemRefId=UNKNOWN))
    assert serial(fixtures.bom()) > before


def test_a_number_given_by_hand_is_passed_over(fixtures: Fixtures) -> None:
    ahead = serial(fixtures.bom()) + 2
    fixtures.bom(BomNumber=f"BOM-{ahead:04d}")
    numbers = [serial(fixtures.bom()) for _ in range(3)]
    assert ahead not in numbers
    assert numbers == sorted(set(numbers))


def test_a_series_is_of_the_resource_and_not_of_a_version(fixtures: Fixtures) -> None:
    """DEC-23: the new BOM of a wheel must not carry the number of the frame's."""
    ahead = serial(fixtures.bom()) + 1
    fixtures.bom(BomNumber=f"BOM-{ahead:04d}", Version="2")
    fixtures.archive(fixtures.bom(BomNumber=f"BOM-{ahead + 1:04d}", Version="B"))
    assert serial(fixtures.bom(Version="3")) == ahead + 2
    assert serial(fixtures.bom()) == ahead + 3


def test_a_number_that_a_record_had_once_is_not_generated_again(fixtures: Fixtures) -> None:
    """DEC-23."""
    bom = fixtures.bom()
    ahead = serial(bom) + 1
    for number in (f"BOM-{ahead:04d}", f"BOM-{ahead + 1:04d}", fixtures.label("NUMBER")):
        fixtures.update(bom, BomNumber=number)
    assert serial(fixtures.bom()) == ahead + 2


def test_simultaneous_creates_get_different_numbers(fixtures: Fixtures) -> None:
    bodies = [fixtures.body() for _ in range(12)]

    def create(body: Record) -> Record:
        return fixtures.keep(fixtures.client.call("createBom", expect=201, json=body).json())

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
def test_a_quantity_counts_by_its_value(fixtures: Fixtures, written: str, value: float) -> None:
    part = fixtures.item(Uom="kg", StandardCost=0)
    lines = f'[{{"ItemRefId": "{part["id"]}", "Quantity": {written}}}]'
    body = f'{{"Name": "{fixtures.label()}", "ItemRefId": "{fixtures.item()["id"]}", "Lines": {lines}}}'
    answer = exchange(
        fixtures.client, "POST", fixtures.client.url("createBom"), body=body.encode(), headers=JSON
    ).response
    assert answer.status_code == 201, answer.text
    assert fixtures.keep(answer.json())["Lines"][0]["Quantity"] == value
    assert "e" not in re.sub(r'"[^"]*"', "", answer.text).replace("true", "").replace("false", "")


@pytest.mark.parametrize(
    "written", ["0", "-1", "0.0000001", "1.0000001", "1e-7", "1000000000", '"2"', "true", "null", "[2]"]
)
def test_a_quantity_beyond_its_scale_or_range_is_400(fixtures: Fixtures, written: str) -> None:
    part, whole = fixtures.item()["id"], fixtures.item()["id"]
    lines = f'[{{"ItemRefId": "{part}", "Quantity": {written}}}]'
    body = f'{{"Name": "n", "ItemRefId": "{whole}", "Lines": {lines}}}'
    with unchanged(fixtures.client):
        url = fixtures.client.url("createBom")
        answer = exchange(fixtures.client, "POST", url, body=body.encode(), headers=JSON).response
        assert answer.status_code == 400, answer.text
        assert answer.json()["details"][0]["pointer"] == "/Lines/0/Quantity"


def test_half_up_not_bankers(fixtures: Fixtures) -> None:
    for cost, total in ((0.125, 0.13), (0.375, 0.38), (2.005, 2.01), (20.625, 20.63)):
        item = fixtures.item(StandardCost=cost)
        assert fixtures.bom(Lines=[{"ItemRefId": item["id"], "Quantity": 1}])["TotalCost"] == total


def test_requirements_are_rounded_once(fixtures: Fixtures) -> None:
    spoke = fixtures.item(Uom="NOS")
    wheel = fixtures.bom(
        OutputQuantity=10, Lines=[{"ItemRefId": spoke["id"], "Quantity": 360, "WastagePercent": 2}]
    )
    for planned, needed in ((10, 368), (20, 735), (40, 1469)):
        answer = fixtures.client.call(
            "getBomMaterialRequirements", expect=200, id=wheel["id"], query={"plannedQty": planned}
        ).json()
        [row] = answer["Materials"]
        assert row["RequiredQuantity"] == needed
