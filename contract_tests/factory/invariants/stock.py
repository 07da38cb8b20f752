"""Invariants A of the rules, and those of value: stock, allocation, ledger, moving average."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from contract_tests.factory.exact import money, unit_cost
from contract_tests.factory.invariants.seen import JOB, ORDER, Record, Step, invariant

PLACES = {
    "Store": ("OnHandQuantity", "StockValue"),
    "Subcontractor": ("AtSubcontractorQuantity", None),
    "Quarantine": ("QuarantineQuantity", None),
}
TYPES = {
    "Opening": {"Opening"},
    "Adjustment": {"Adjustment"},
    "WorkOrder": {
        "ProductionConsumption",
        "ProductionReceipt",
        "ByProductReceipt",
        "CoProductReceipt",
        "Reversal",
    },
    "SubcontractOrder": {
        "SubcontractIssue",
        "SubcontractReturn",
        "SubcontractConsumption",
        "SubcontractReceipt",
        "Reversal",
    },
}


def signed(movement: Record, place: str, member: str = "Quantity") -> Decimal:
    """What a movement does to a place."""
    return movement[member] * ((movement["To"] == place) - (movement["From"] == place))  # type: ignore[no-any-return]


@invariant("INV-A1")
def available_is_on_hand_less_allocated(step: Step) -> None:
    for item in step.seen.items.values():
        free = item["OnHandQuantity"] - item["AllocatedQuantity"]
        assert item["AvailableQuantity"] == free, item
        assert item["CurrentStock"] == item["OnHandQuantity"], item


@invariant("INV-A2")
def allocated_is_the_sum_of_open_allocations(step: Step) -> None:
    open_allocations: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in step.seen.all(ORDER):
        for each in order["Allocations"] if order["Status"] == "InProgress" else ():
            open_allocations[each["ItemRefId"]] += each["Quantity"]
    for id, item in step.seen.items.items():
        assert item["AllocatedQuantity"] == open_allocations[id], item["ItemCode"]


@invariant("INV-A3")
def allocations_are_covered(step: Step) -> None:
    for item in step.seen.items.values():
        assert 0 <= item["AllocatedQuantity"] <= item["OnHandQuantity"], item["ItemCode"]
        assert item["AvailableQuantity"] >= 0, item["ItemCode"]


@invariant("INV-A4")
def quantities_are_the_sum_of_movements(step: Step) -> None:
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for movement in step.seen.movements.values():
        for place in (movement["From"], movement["To"]):
            if place is not None:
                sums[movement["ItemRefId"], place] += signed(movement, place)
    for id, item in step.seen.items.items():
        for place, (member, _) in PLACES.items():
            assert item[member] == sums[id, place], f"{item['ItemCode']} {place}"


@invariant("INV-A5")
def values_are_the_sum_of_movements(step: Step) -> None:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for movement in step.seen.movements.values():
        sums[movement["ItemRefId"]] += signed(movement, "Store", "Value")
    for id, item in step.seen.items.items():
        assert item["StockValue"] == sums[id], item["ItemCode"]
        assert item["StockValue"] >= 0, item["ItemCode"]
        assert item["OnHandQuantity"] or not item["StockValue"], item["ItemCode"]


@invariant("INV-A6")
def movements_are_only_ever_added(step: Step) -> None:
    # `Seen.movements` keeps the first reading of each; the machine compares every later one with it.
    last = list(step.seen.movements.values())[len(step.seen.movements) - len(step.posted) :]
    assert last == step.posted, "movements were not added at the end"


@invariant("INV-A7")
def a_movement_names_one_document_that_permits_it(step: Step) -> None:
    for movement in step.posted:
        kind, document = movement["DocumentType"], movement["DocumentRefId"]
        assert movement["Type"] in TYPES[kind], movement
        assert movement["Quantity"] > 0 and movement["Value"] >= 0, movement
        if kind in ("WorkOrder", "SubcontractOrder"):
            owner = step.seen.one(ORDER if kind == "WorkOrder" else JOB, document)
            assert owner is not None, movement
            number = owner["WorkOrderNumber" if kind == "WorkOrder" else "OrderNumber"]
            assert movement["DocumentNumber"] == number, movement
        else:
            assert document is None and movement["DocumentNumber"] is None, movement


@invariant("INV-A8")
def a_release_reserves_what_is_required(step: Step) -> None:
    if (pair := step.changed(ORDER, "release")) is not None:
        required = {each["ItemRefId"]: each["RequiredQuantity"] for each in pair[1]["Materials"]}
        for id, item in step.seen.items.items():
            before = step.items_before[id]
            assert item["OnHandQuantity"] == before["OnHandQuantity"], item["ItemCode"]
            free = before["AvailableQuantity"] - required.get(id, 0)
            assert item["AvailableQuantity"] == free, item["ItemCode"]


@invariant("INV-A9")
def a_cancellation_frees_what_was_reserved(step: Step) -> None:
    if (pair := step.changed(ORDER, "cancel")) is not None:
        freed = {each["ItemRefId"]: each["Quantity"] for each in pair[0]["Allocations"]}
        assert not pair[1]["Allocations"] and not step.posted
        for id, item in step.seen.items.items():
            before = step.items_before[id]
            assert item["OnHandQuantity"] == before["OnHandQuantity"], item["ItemCode"]
            free = before["AvailableQuantity"] + freed.get(id, 0)
            assert item["AvailableQuantity"] == free, item["ItemCode"]


@invariant("INV-A11")
def a_refused_action_changes_nothing(step: Step) -> None:
    if step.is_refused:
        assert step.seen.items == step.items_before, "the stock"
        assert step.after == step.before, "the record"
        assert not step.posted, "the ledger"


@invariant("INV-C5")
def value_is_conserved(step: Step) -> None:
    held = brought = Decimal(0)
    for movement in step.seen.movements.values():
        for place in PLACES:
            held += signed(movement, place, "Value")
        if movement["Type"] in ("Opening", "Adjustment"):
            brought += signed(movement, "Store", "Value")
    for order in step.seen.all(ORDER):
        if (cost := order["ActualCost"]) is not None:
            brought += cost["Labour"] + cost["Overhead"] + cost["OtherOverhead"] - cost["ScrapLoss"]
    for order in step.seen.all(JOB):
        cost = order["Cost"]
        brought += cost["Service"] + cost["Additional"] - cost["Loss"]
    assert held == brought, f"{held} is there, {brought} was brought in"


@invariant("INV-C8")
def the_average_moves_with_receipts_alone(step: Step) -> None:
    touched = {each["ItemRefId"] for each in step.posted}
    for id in touched:
        before, after = step.items_before.get(id), step.seen.items[id]
        here = [each for each in step.posted if each["ItemRefId"] == id]
        if before is None or len(here) != 1 or not after["OnHandQuantity"]:
            continue
        change = signed(here[0], "Store", "Value")
        value, quantity = Fraction(before["StockValue"] + change), Fraction(after["OnHandQuantity"])
        assert Fraction(after["AverageUnitCost"]) == unit_cost(value / quantity), after["ItemCode"]
        if here[0]["From"] == "Store":
            part = Fraction(here[0]["Quantity"]) / Fraction(before["OnHandQuantity"])
            fair = Fraction(before["StockValue"]) * part
            assert Fraction(here[0]["Value"]) == money(fair), after["ItemCode"]
    for id, item in step.seen.items.items():
        if id not in touched and (before := step.items_before.get(id)) is not None:
            assert item["AverageUnitCost"] == before["AverageUnitCost"], item["ItemCode"]
