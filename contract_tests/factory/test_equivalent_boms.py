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


class Cakes:
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

    def bom(self, **fields: Any) -> Record:
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
def cakes(api: Api) -> Iterator[Cakes]:
    yield Cakes(api)


def _with_phantom(cakes: Cakes) -> Record:
    """INV-D5: the lines stand in a phantom of which four make two cakes."""
    mix = cakes.item("SET", None, is_stocked=False)
    body = {"ItemRefId": mix, "Type": "Phantom", "Status": "Active", "OutputQuantity": 4, "Name": "Mix"}
    cakes.write({**body, "Lines": cakes.lines()})
    return cakes.bom(Lines=[line(mix, "4")])


def _ten_times(cakes: Cakes) -> Record:
    """INV-D6: ten times the output of ten times everything."""
    lines = [{**each, "Quantity": each["Quantity"] * 10} for each in cakes.lines()]
    bran = {"ItemRefId": cakes.bran, "Quantity": 2, "CostMethod": "FixedRate", "Rate": 5}
    return cakes.bom(OutputQuantity=20, Lines=lines, ByProducts=[bran], OtherOverhead=180)


def _reversed(cakes: Cakes) -> Record:
    """INV-D9: the same lines in another order."""
    return cakes.bom(Lines=cakes.lines()[::-1])


def _split(cakes: Cakes) -> Record:
    """INV-D9: one line in two parts."""
    parts = [line(cakes.flour, part, WastagePercent=4) for part in ("1", "0.25")]
    return cakes.bom(Lines=[*parts, line(cakes.egg, "3")])


def _in_sets(cakes: Cakes) -> Record:
    """INV-D10: half a set of six eggs is three eggs; 1.25 kg are five quarters."""
    flour = line(cakes.flour, "5", Uom="NOS", ConversionFactor=Decimal("0.25"), WastagePercent=4)
    egg = line(cakes.egg, "0.5", Uom="kg", ConversionFactor=6)
    return cakes.bom(Lines=[flour, egg])


@pytest.mark.parametrize("write", [_with_phantom, _ten_times, _reversed, _split, _in_sets])
def test_another_way_of_writing_needs_and_costs_the_same(
    cakes: Cakes, write: Callable[[Cakes], Record]
) -> None:
    plain, other = cakes.bom(), write(cakes)
    assert other["UnitCost"] == plain["UnitCost"] > 0
    for quantity in QUANTITIES:
        assert cakes.needs(other, quantity) == cakes.needs(plain, quantity)


def test_a_bom_and_an_order_of_its_output_have_one_unit_standard(cakes: Cakes) -> None:
    """DEC-19: sevenths of a sub-assembly, shares and minutes that are no decimals, and nothing is rounded."""
    dough = cakes.item("kg", None)
    flour = [line(cakes.flour, "3.7", WastagePercent=0)]
    cakes.write(
        {"Name": "Dough", "ItemRefId": dough, "Status": "Active", "OutputQuantity": 7, "Lines": flour}
    )
    work = {"Sequence": 1, "Name": "Bake", "RunMinutesPerUnit": Decimal("0.000007"), "CostPerHour": 61}
    bran = {"ItemRefId": cakes.bran, "Quantity": Decimal("0.2")}
    share = {"CostMethod": "CostSharePercent", "CostSharePercent": Decimal("12.345678")}
    bom = cakes.bom(
        Status="Active",
        OutputQuantity=3,
        Lines=[line(dough, "900.123", WastagePercent=0)],
        Operations=[work],
        ByProducts=[{**bran, **share}],
    )
    answer = cakes.api.call("createWorkOrder", {"ItemRefId": bom["ItemRefId"], "PlannedQuantity": 3})
    assert answer.status == 201, answer.raw
    planned = answer.body["PlannedCost"]
    assert planned["StandardUnitCost"] == bom["UnitCost"] > 0
    elements = [planned[name] for name in ("Material", "Labour", "Overhead", "OtherOverhead")]
    assert planned["Total"] == sum(elements) - planned["ByProductCredit"] == bom["TotalCost"]


@pytest.mark.parametrize(("less", "more"), [("0", "0.5"), ("4", "4.01"), ("10", "25")])
def test_more_wastage_never_needs_less(cakes: Cakes, less: str, more: str) -> None:
    """INV-D7, DEC-2: a percentage is added; and no wastage is the plain quantity."""
    found = []
    for percent in (less, more):
        lines = [line(cakes.flour, "1.25", WastagePercent=Decimal(percent))]
        found.append(cakes.exact(cakes.bom(Lines=lines), Decimal(60))[cakes.flour])
    assert found[0] < found[1]
    assert found[0] == Decimal("37.5") * (1 + Decimal(less) / 100)


def test_a_fixed_line_does_not_grow_with_the_order(cakes: Cakes) -> None:
    """INV-D4; what is not fixed grows in proportion (INV-D2)."""
    lines = [line(cakes.flour, "2", IsFixedQuantity=True), line(cakes.egg, "3")]
    bom = cakes.bom(Lines=lines)
    for quantity in QUANTITIES:
        assert cakes.exact(bom, quantity) == {cakes.flour: 2, cakes.egg: 3 * quantity / 2}


def test_all_levels_are_the_first_and_those_below_it(cakes: Cakes) -> None:
    """INV-D8."""
    cake = cakes.bom(Status="Active")
    box = cakes.item("NOS", None)
    lines = [line(cakes.cake, "6"), line(cakes.flour, "0.1")]
    boxed = cakes.write({"Name": "Box", "ItemRefId": box, "Lines": lines})
    for quantity in QUANTITIES:
        first = cakes.exact(boxed, quantity, "single")
        expected = cakes.exact(cake, first.pop(cakes.cake))
        for item, need in first.items():
            expected[item] = expected.get(item, Decimal(0)) + need
        assert cakes.exact(boxed, quantity) == expected
