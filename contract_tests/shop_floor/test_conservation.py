"""Case N-6 over HTTP: what came into the books is what they hold, by the movements."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from contract_tests.factory import Record
from contract_tests.shop_floor.floor import PLACES, Floor, held


@pytest.fixture(scope="module")
def movements(floor: Floor) -> list[Record]:
    return floor.api.movements()


def test_the_places_hold_what_case_n_6_says(movements: list[Record]) -> None:
    assert {place: held(movements, place, "Value") for place in PLACES} == {
        "Store": Decimal("2402492.63"),
        "Subcontractor": Decimal("43525.49"),
        "Quarantine": Decimal("1252.18"),
    }


def test_what_came_in_is_what_is_held(floor: Floor, movements: list[Record]) -> None:
    opening = sum(each["Value"] for each in movements if each["Type"] == "Opening")
    absorbed = sum(
        Fraction(cost["Labour"]) + Fraction(cost["Overhead"]) + Fraction(cost["OtherOverhead"])
        for order in floor.api.every("listWorkOrders")
        if (cost := order["ActualCost"]) is not None
    )
    service = sum(Fraction(each["Cost"]["Service"]) for each in floor.api.every("listSubcontractOrders"))
    assert (opening, absorbed, service) == (Decimal("2425840.30"), 6704, 14726)
    assert Fraction(opening) + absorbed + service == sum(
        Fraction(held(movements, place, "Value")) for place in PLACES
    )


def test_every_item_holds_what_its_movements_say(floor: Floor, movements: list[Record]) -> None:
    for item in floor.api.every("listItem"):
        own = [each for each in movements if each["ItemRefId"] == item["id"]]
        found = {place: held(own, place) for place in PLACES}
        assert found == {place: item[member] for place, member in PLACES.items()}, item["ItemCode"]
        assert held(own, "Store", "Value") == item["StockValue"], item["ItemCode"]


def test_the_rejected_frame_is_in_quarantine_at_its_material(floor: Floor, movements: list[Record]) -> None:
    [set_apart] = [each for each in movements if each["To"] == "Quarantine"]
    used = [
        Fraction(each["Value"])
        for each in movements
        if each["Type"] == "SubcontractConsumption" and each["DocumentRefId"] == set_apart["DocumentRefId"]
    ]
    # One frame of nineteen.
    value = Fraction(round(sum(used) / 19 * 100), 100)
    assert (set_apart["Quantity"], set_apart["Value"]) == (1, value) and value == Fraction("1252.18")
    assert floor.stock(set_apart["ItemRefId"])["QuarantineQuantity"] == 1
