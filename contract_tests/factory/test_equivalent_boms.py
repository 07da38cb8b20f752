"""Two ways of writing the same BOM need and cost the same; more wastage never needs less."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from contract_tests.factory.api import Api, Record

LABELS = itertools.count(1)
QUANTITIES = (Decimal(1), Decimal(7), Decimal(60))


class Kitchen:
    """Items to write BOMs of, and what each BOM needs and costs."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.flour = self.item("kg", Decimal("41.5"))
        self.egg = self.item("NOS", Decimal("6.25"))
        self.bran = self.item("kg", Decimal("12"))
        self.cake = self.item("NOS", None)

    def item(self, uom: str, cost: Decimal | None, *, is_stocked: bool = True) -> str:
        """A new item."""
        made = self.api.new_item(
            f"EQUAL-{next(LABELS)}", Uom=uom, StandardCost=cost, TrackInventory=is_stocked
        )
        return str(made["id"])

    def lines(self) -> list[Record]:
        """What every cake is made of."""
        return [line(self.flour, "1.25", WastagePercent=4), line(self.egg, "3")]

    def cake_of(self, **fields: Any) -> Record:
        """A Draft BOM of the cake, for two cakes."""
        body = {
            "Name": "Cake",
            "ItemRefId": self.cake,
            "OutputQuantity": 2,
            "Lines": self.lines(),
            "Operations": [
                {"Sequence": 10, "Name": "Bake", "RunMinutesPerUnit": Decimal("7.5"), "CostPerHour": 90}
            ],
            "ByProducts": [
                {"ItemRefId": self.bran, "Quantity": Decimal("0.2"), "CostMethod": "FixedRate", "Rate": 5}
            ],
            "OtherOverhead": 18,
            **fields,
        }
        return self.write(body)

    def write(self, body: Record) -> Record:
        """A new BOM."""
        answer = self.api.call("createBom", body)
        assert answer.status == 201, answer.raw
        record: Record = answer.body
        return record

    def needs(self, bom: Record, quantity: Decimal, levels: str = "full") -> dict[str, tuple[Any, Any]]:
        """Exact and rounded need by item."""
        query = {"plannedQty": quantity, "levels": levels}
        answer = self.api.read("getBomMaterialRequirements", query, id=bom["id"])
        return {
            each["ItemRefId"]: (each["ExactQuantity"], each["RequiredQuantity"])
            for each in answer["Materials"]
        }

    def exact(self, bom: Record, quantity: Decimal, levels: str = "full") -> dict[str, Decimal]:
        """Exact need by item."""
        return {id: Decimal(exact) for id, (exact, _) in self.needs(bom, quantity, levels).items()}


def line(item: str, quantity: str, **fields: Any) -> Record:
    """A line of a BOM."""
    return {"ItemRefId": item, "Quantity": Decimal(quantity), **fields}


@pytest.fixture
def kitchen(api: Api) -> Iterator[Kitchen]:
    yield Kitchen(api)


def _with_phantom(kitchen: Kitchen) -> Record:
    """INV-D5: the lines stand in a phantom of which four make two cakes."""
    mix = kitchen.item("SET", None, is_stocked=False)
    body = {"ItemRefId": mix, "Type": "Phantom", "Status": "Active", "OutputQuantity": 4, "Name": "Mix"}
    kitchen.write({**body, "Lines": kitchen.lines()})
    return kitchen.cake_of(Lines=[line(mix, "4")])


def _ten_times(kitchen: Kitchen) -> Record:
    """INV-D6: ten times the output of ten times everything."""
    lines = [{**each, "Quantity": each["Quantity"] * 10} for each in kitchen.lines()]
    bran = {"ItemRefId": kitchen.bran, "Quantity": 2, "CostMethod": "FixedRate", "Rate": 5}
    return kitchen.cake_of(OutputQuantity=20, Lines=lines, ByProducts=[bran], OtherOverhead=180)


def _reversed(kitchen: Kitchen) -> Record:
    """INV-D9: the same lines in another order."""
    return kitchen.cake_of(Lines=kitchen.lines()[::-1])


def _split(kitchen: Kitchen) -> Record:
    """INV-D9: one line in two parts."""
    parts = [line(kitchen.flour, part, WastagePercent=4) for part in ("1", "0.25")]
    return kitchen.cake_of(Lines=[*parts, line(kitchen.egg, "3")])


def _in_sets(kitchen: Kitchen) -> Record:
    """INV-D10: half a set of six eggs is three eggs; 1.25 kg are five quarters."""
    flour = line(kitchen.flour, "5", Uom="NOS", ConversionFactor=Decimal("0.25"), WastagePercent=4)
    egg = line(kitchen.egg, "0.5", Uom="kg", ConversionFactor=6)
    return kitchen.cake_of(Lines=[flour, egg])


@pytest.mark.parametrize("write", [_with_phantom, _ten_times, _reversed, _split, _in_sets])
def test_another_way_of_writing_needs_and_costs_the_same(
    kitchen: Kitchen, write: Callable[[Kitchen], Record]
) -> None:
    plain, other = kitchen.cake_of(), write(kitchen)
    assert other["UnitCost"] == plain["UnitCost"] > 0
    for quantity in QUANTITIES:
        assert kitchen.needs(other, quantity) == kitchen.needs(plain, quantity)


@pytest.mark.parametrize(("less", "more"), [("0", "0.5"), ("4", "4.01"), ("10", "25")])
def test_more_wastage_never_needs_less(kitchen: Kitchen, less: str, more: str) -> None:
    """INV-D7, DEC-2: a percentage is added; and no wastage is the plain quantity."""
    found = []
    for percent in (less, more):
        lines = [line(kitchen.flour, "1.25", WastagePercent=Decimal(percent))]
        found.append(kitchen.exact(kitchen.cake_of(Lines=lines), Decimal(60))[kitchen.flour])
    assert found[0] < found[1]
    assert found[0] == Decimal("37.5") * (1 + Decimal(less) / 100)


def test_a_fixed_line_does_not_grow_with_the_order(kitchen: Kitchen) -> None:
    """INV-D4; what is not fixed grows in proportion (INV-D2)."""
    lines = [line(kitchen.flour, "2", IsFixedQuantity=True), line(kitchen.egg, "3")]
    bom = kitchen.cake_of(Lines=lines)
    for quantity in QUANTITIES:
        assert kitchen.exact(bom, quantity) == {kitchen.flour: 2, kitchen.egg: 3 * quantity / 2}


def test_all_levels_are_the_first_and_those_below_it(kitchen: Kitchen) -> None:
    """INV-D8."""
    cake = kitchen.cake_of(Status="Active")
    box = kitchen.item("NOS", None)
    lines = [line(kitchen.cake, "6"), line(kitchen.flour, "0.1")]
    boxed = kitchen.write({"Name": "Box", "ItemRefId": box, "Lines": lines})
    for quantity in QUANTITIES:
        first = kitchen.exact(boxed, quantity, "single")
        expected = kitchen.exact(cake, first.pop(kitchen.cake))
        for item, need in first.items():
            expected[item] = expected.get(item, Decimal(0)) + need
        assert kitchen.exact(boxed, quantity) == expected
