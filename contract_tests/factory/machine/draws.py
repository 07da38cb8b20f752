"""What the state machine draws: quantities, costs, and the bodies of BOMs and recipes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st

from contract_tests.factory.api import Record
from contract_tests.factory.exact import WHOLE_UNITS, money
from contract_tests.factory.machine.walk import Walk
from contract_tests.factory.model import ModelItem

UOMS = ("NOS", "kg", "L", "m", "SET", "PAIR")
COSTS = st.integers(0, 500_000).map(lambda n: Fraction(n, 1000))
PRICES = st.integers(1, 100_000).map(lambda n: Fraction(n, 100))
WASTAGE = st.sampled_from(
    [Fraction(0), Fraction(2), Fraction(5, 2), Fraction(10), Fraction(25), Fraction(1, 3)]
).map(lambda p: Fraction(round(p * 10**6), 10**6))
MINUTES = st.sampled_from([Fraction(n, 2) for n in range(0, 61)])
RATES = st.integers(1, 60_000).map(lambda n: Fraction(n, 100))
# Values that no quantity may have; each is refused as malformed.
BAD_QUANTITIES: list[Any] = [0, -1, -0.001, Decimal("0.0000001"), 10**13, "1", "", True, None, [], "NaN"]
BAD_TEXTS = (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"0x10", b"1_000", b"01", b"1.5.5")
T = TypeVar("T")


def pick(data: st.DataObject, choices: Sequence[T]) -> T:
    """One of several."""
    return choices[data.draw(st.integers(0, len(choices) - 1))]


def smallest(uom: str) -> Fraction:
    """The least that can be counted in a unit."""
    return Fraction(1) if uom in WHOLE_UNITS else Fraction(1, 1000)


def quantities(uom: str, largest: int = 50) -> st.SearchStrategy[Fraction]:
    """A quantity that can be counted in a unit, more than 0."""
    least = smallest(uom)
    return st.integers(1, int(largest / least)).map(lambda n: n * least)


def stock_quantities(uom: str) -> st.SearchStrategy[Fraction]:
    """A quantity to bring in; now and then a very large or a very small one."""
    usual = st.integers(10, 2000).map(Fraction)
    return st.one_of(usual, usual, quantities(uom, 500), st.sampled_from([smallest(uom), Fraction(10**6)]))


def part_of(whole: Fraction, uom: str) -> st.SearchStrategy[Fraction]:
    """A part of a quantity, from 0 to all of it, that can be counted."""
    least = smallest(uom)
    return st.integers(0, int(whole / least)).map(lambda n: n * least)


def line(data: st.DataObject, item: ModelItem, may_be_fixed: bool) -> Record:
    """One line of a BOM."""
    found: Record = {"ItemRefId": item.id, "Quantity": data.draw(quantities(item.uom, 6))}
    kind = data.draw(st.integers(0, 9))
    if kind < 6:
        found["WastagePercent"] = data.draw(WASTAGE)
    if kind == 7 and may_be_fixed:
        found["IsFixedQuantity"] = True
    if kind == 8 and item.uom != "SET":
        found |= {"Uom": "SET", "Quantity": Fraction(2), "ConversionFactor": Fraction(5, 2)}
    return found


def lines(data: st.DataObject, walk: Walk, made: ModelItem, most: int = 4) -> list[Record]:
    """Lines of a random graph."""
    pool = [item for item in walk.model.stock.items.values() if item.id != made.id]
    chosen = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=most))
    return [line(data, item, made.is_stocked) for item in chosen]


def operations(data: st.DataObject) -> list[Record]:
    """Operations of a BOM."""
    return [
        {
            "Sequence": 10 * place,
            "Name": f"Step {place}",
            "SetupMinutes": data.draw(MINUTES),
            "RunMinutesPerUnit": data.draw(MINUTES),
            "CostPerHour": data.draw(RATES),
        }
        for place in range(1, data.draw(st.integers(0, 2)) + 1)
    ]


def by_products(data: st.DataObject, walk: Walk, main: ModelItem) -> list[Record]:
    """At most one output beside the main one."""
    method = data.draw(st.sampled_from(["", "", "None", "FixedRate", "CostSharePercent", "SalesValue"]))
    if not method or (method == "SalesValue" and main.selling_price is None):
        return []
    item = pick(data, [i for i in walk.items("RAW", "ADD") if i.id != main.id])
    figures: dict[str, Record] = {
        "None": {},
        "FixedRate": {"Rate": data.draw(COSTS) / 10},
        "CostSharePercent": {"CostSharePercent": Fraction(data.draw(st.integers(1, 60)))},
        "SalesValue": {"SalesPrice": data.draw(COSTS) + 1},
    }
    found = {
        "ItemRefId": item.id,
        "Quantity": data.draw(quantities(item.uom, 3)),
        "Kind": "CoProduct" if method == "SalesValue" else "ByProduct",
        "CostMethod": method,
    }
    return [{**found, **figures[method]}]


def bom(data: st.DataObject, walk: Walk, item: ModelItem, lines: list[Record]) -> Record:
    """A BOM to create."""
    body: Record = {
        "Name": walk.label("BOM"),
        "ItemRefId": item.id,
        "OutputQuantity": Fraction(data.draw(st.integers(1, 20))),
        "Status": pick(data, ["Active", "Active", "Draft"]),
        "Lines": lines,
    }
    if not item.is_stocked:
        return {**body, "Type": "Phantom"}
    if "-JOB" in item.code:
        return {**body, "Type": "Subcontract", "ServiceCostPerUnit": data.draw(RATES)}
    return {
        **body,
        "Operations": operations(data),
        "ByProducts": by_products(data, walk, item),
        "OtherOverhead": money(data.draw(COSTS)),
        "InspectionRequired": data.draw(st.integers(0, 4)) == 0,
    }


def recipe(data: st.DataObject, walk: Walk, output: ModelItem) -> Record:
    """A recipe to create."""
    ingredients: list[Record] = [
        {
            "ItemRefId": item.id,
            "Basis": pick(data, ["PerBatch", "PerBatch", "Fixed"]),
            "Quantity": data.draw(quantities(item.uom, 9)),
            "WastagePercent": 1,
        }
        for item in data.draw(st.lists(st.sampled_from(walk.items("RAW")), min_size=1, max_size=3))
    ]
    minutes, rate = data.draw(MINUTES), data.draw(RATES)
    return {
        "Name": walk.label("RCP"),
        "ItemRefId": output.id,
        "BatchSize": Fraction(data.draw(st.sampled_from([10, 25, 80]))),
        "ExpectedYieldPercent": Fraction(data.draw(st.sampled_from([100, 97, 80]))),
        "MinBatch": Fraction(5),
        "MaxBatch": Fraction(200),
        "Status": pick(data, ["Active", "Draft"]),
        "Ingredients": ingredients,
        "Operations": [{"Sequence": 5, "Name": "Stir", "MinutesPerBatch": minutes, "CostPerHour": rate}],
        "ByProducts": by_products(data, walk, output),
        "OtherOverhead": money(data.draw(COSTS)),
    }
