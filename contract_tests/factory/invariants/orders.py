"""Invariants B and C of the rules: work orders and their cost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import in_units, money, out_units
from contract_tests.factory.invariants.seen import BOM, INSPECTION, ORDER, STATES, Record, Step, invariant

ELEMENTS = ("Material", "Labour", "Overhead", "OtherOverhead")
VARIANCES = (
    "MaterialPrice",
    "MaterialUsage",
    "LabourRate",
    "LabourEfficiency",
    "Overhead",
    "ByProduct",
    "Yield",
)


def total(records: Iterable[Record], member: str) -> Any:
    """A sum over records."""
    return sum((each[member] for each in records), Decimal(0))


def _of_type(movements: Iterable[Record], *types: str) -> list[Record]:
    return [each for each in movements if each["Type"] in types]


@invariant("INV-B1")
def states_follow_the_allowed_edges(step: Step) -> None:
    edges = STATES.get(step.resource)
    if edges is not None and step.before is not None and step.after is not None:
        edge = (step.before["Status"], step.after["Status"])
        assert edge[0] == edge[1] or edge in edges, edge


@invariant("INV-B2")
def a_draft_has_done_nothing(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None and order["Status"] == "Draft":
        assert not order["Allocations"] and not order["StockMovements"]
        assert not order["CompletedQuantity"] and not order["StartedQuantity"]
        assert not step.seen.movements_of(order["id"])


@invariant("INV-B3")
def an_order_in_progress_has_reserved_what_it_needs(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None and order["Status"] == "InProgress":
        reserved = {each["ItemRefId"]: each["Quantity"] for each in order["Allocations"]}
        for each in order["Materials"]:
            assert each["AllocatedQuantity"] == each["RequiredQuantity"], each["ItemCode"]
            assert reserved.get(each["ItemRefId"], 0) == each["RequiredQuantity"], each["ItemCode"]
        assert not order["StockMovements"] and not step.seen.movements_of(order["id"])


@invariant("INV-B4")
def an_order_that_has_ended_reserves_nothing(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None and order["Status"] in ("Completed", "Cancelled"):
        assert not order["Allocations"]
        assert not any(each["AllocatedQuantity"] for each in order["Materials"])
        if order["Status"] == "Cancelled":
            assert not order["StockMovements"] and not step.seen.movements_of(order["id"])


@invariant("INV-B5")
def quantities_fit_the_plan(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None:
        good, scrap, planned = (order[f"{n}Quantity"] for n in ("Completed", "Scrapped", "Planned"))
        assert good >= 0 and scrap >= 0 and good + scrap <= planned
        assert order["RemainingQuantity"] == max(Decimal(0), planned - good - scrap)


@invariant("INV-B6")
def movements_are_what_the_order_says(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None and order["Status"] == "Completed":
        movements = step.seen.movements_of(order["id"])
        made = _of_type(movements, "ProductionReceipt")
        assert total(made, "Quantity") == order["CompletedQuantity"]
        for each in order["Materials"]:
            used = _of_type(movements, "ProductionConsumption")
            used = [m for m in used if m["ItemRefId"] == each["ItemRefId"]]
            assert total(used, "Quantity") == each["ConsumedQuantity"], each["ItemCode"]
            assert total(used, "Value") == each["Cost"], each["ItemCode"]
        shown = sorted(
            (each["id"], abs(each["Quantity"]), abs(each["Value"])) for each in order["StockMovements"]
        )
        assert shown == sorted((each["id"], each["Quantity"], each["Value"]) for each in movements)
        for each in order["StockMovements"]:
            assert (each["Quantity"] < 0) is (each["Type"] == "ProductionConsumption"), each


def backflushed(order: Record, material: Record, fixed: Fraction) -> Fraction:
    """Use by the standard: the part that grows in proportion, the fixed part whole."""
    done = Fraction(order["StartedQuantity"]) / Fraction(order["PlannedQuantity"])
    required = Fraction(material["RequiredQuantity"])
    return min(required, in_units((required - fixed) * done + fixed, material["Uom"]))


@invariant("INV-B7")
def what_is_not_told_is_used_by_the_standard(step: Step) -> None:
    order = step.latest(ORDER)
    if order is None or step.action != "complete" or step.is_refused:
        return
    told = {each["ItemRefId"] for each in step.sent.get("Materials", [])}
    for each in order["Materials"]:
        if each["ItemRefId"] not in told | step.fixed_items:
            expected = backflushed(order, each, Fraction(0))
            assert Fraction(each["ConsumedQuantity"]) == expected, each["ItemCode"]


@invariant("INV-B8")
def by_products_come_as_told_or_as_expected(step: Step) -> None:
    order = step.latest(ORDER)
    if order is None or order["Status"] != "Completed":
        return
    movements = step.seen.movements_of(order["id"])
    told = {each["ItemRefId"]: each for each in step.sent.get("ByProducts", [])}
    done = Fraction(order["StartedQuantity"]) / Fraction(order["PlannedQuantity"])
    for each in order["ByProducts"]:
        received = _of_type(movements, f"{each['Kind']}Receipt")
        received = [m for m in received if m["ItemRefId"] == each["ItemRefId"]]
        assert total(received, "Quantity") == each["ActualQuantity"], each["ItemCode"]
        assert total(received, "Value") == (each["ActualCredit"] if each["ActualQuantity"] else 0)
        is_new = step.action == "complete" and not step.is_refused
        if is_new and each["ItemRefId"] not in told:
            expected = out_units(Fraction(each["ExpectedQuantity"]) * done, each["Uom"])
            assert Fraction(each["ActualQuantity"]) == expected, each["ItemCode"]


@invariant("INV-B9")
def requirements_stay_as_released(step: Step) -> None:
    if step.resource != ORDER or step.before is None or step.after is None:
        return
    if step.before["Status"] != "Draft":
        members = ("ItemRefId", "RequiredQuantity", "StandardUnitCost")
        kept = [[each[m] for m in members] for each in step.before["Materials"]]
        assert [[each[m] for m in members] for each in step.after["Materials"]] == kept


@invariant("INV-B10")
def moments_are_set_once_and_in_order(step: Step) -> None:
    if (order := step.latest(ORDER)) is None:
        return
    moments = [order["CreatedAt"], order["ReleasedAt"], order["CompletedAt"]]
    known = [each for each in moments if each is not None]
    assert known == sorted(known), moments
    assert (order["CompletedAt"] is not None) is (order["Status"] == "Completed")
    assert (order["CancelledAt"] is not None) is (order["Status"] == "Cancelled")
    if order["Status"] in ("InProgress", "Completed"):
        assert order["ReleasedAt"] is not None
    if order["Status"] == "Draft":
        assert order["ReleasedAt"] is None
    for name in ("ReleasedAt", "CompletedAt", "CancelledAt"):
        if step.before is not None and step.before[name] is not None:
            assert order[name] == step.before[name], name


@invariant("INV-B11")
def an_order_is_received_once(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None:
        assert len(_of_type(step.seen.movements_of(order["id"]), "ProductionReceipt")) <= 1


@invariant("INV-B13")
def nothing_is_completed_past_the_gate(step: Step) -> None:
    order = step.latest(ORDER)
    if order is None or step.action != "complete" or step.is_refused or not order["InspectionRequired"]:
        return
    done = [
        each
        for each in step.seen.all(INSPECTION)
        if each["WorkOrderRefId"] == order["id"] and each["Status"] == "Completed"
    ]
    latest = max(done, key=lambda each: (each["CompletedAt"], each["id"]))
    assert latest["Result"] == "Passed" or latest["Disposition"] == "UseAsIs"
    assert order["CompletedQuantity"] <= latest["AcceptedQuantity"]


@invariant("INV-B14")
def costs_are_fixed_when_they_are_known(step: Step) -> None:
    if (order := step.latest(ORDER)) is None:
        return
    assert (order["ActualCost"] is not None) is (order["Status"] == "Completed")
    assert (order["Variance"] is not None) is (order["Status"] == "Completed")
    if step.before is not None and step.before["Status"] != "Draft":
        assert order["PlannedCost"] == step.before["PlannedCost"]
        if step.before["ActualCost"] is not None:
            assert order["ActualCost"] == step.before["ActualCost"]


@invariant("INV-C1")
def totals_are_the_sum_of_their_elements(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None:
        for cost in filter(None, (order["PlannedCost"], order["ActualCost"])):
            assert cost["Total"] == sum(cost[name] for name in ELEMENTS) - cost["ByProductCredit"]
    for bom in (step.after,) if step.resource == BOM and step.after is not None else ():
        parts = sum(bom[f"{name}Cost"] for name in ("Material", "Labour", "Overhead", "Service"))
        assert bom["TotalCost"] == parts - bom["ByProductCredit"], bom["BomNumber"]


@invariant("INV-C4")
def completion_conserves_value(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None and order["Status"] == "Completed":
        movements, cost = step.seen.movements_of(order["id"]), order["ActualCost"]
        used = _of_type(movements, "ProductionConsumption")
        received = total(movements, "Value") - total(used, "Value")
        spent = total(used, "Value") + cost["Labour"] + cost["Overhead"] + cost["OtherOverhead"]
        assert received + cost["ScrapLoss"] == spent


@invariant("INV-C6")
def shares_leave_the_main_output_its_part(step: Step) -> None:
    if step.resource in (BOM, ORDER) and step.after is not None:
        shares = [each["CostSharePercent"] or 0 for each in step.after["ByProducts"]]
        assert all(share >= 0 for share in shares) and sum(shares) <= 100


@invariant("INV-C7")
def what_rounding_leaves_is_the_main_outputs(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None and order["Status"] == "Completed":
        cost = order["ActualCost"]
        credits = total(order["ByProducts"], "ActualCredit")
        main = _of_type(step.seen.movements_of(order["id"]), "ProductionReceipt")
        assert cost["ByProductCredit"] == credits
        assert total(main, "Value") + cost["ScrapLoss"] == sum(cost[name] for name in ELEMENTS) - credits


@invariant("INV-C9")
def variances_explain_the_whole_difference(step: Step) -> None:
    if (order := step.latest(ORDER)) is not None and (variance := order["Variance"]) is not None:
        assert variance["Total"] == sum(variance[name] for name in VARIANCES)
        standard = Fraction(order["PlannedCost"]["StandardUnitCost"]) * Fraction(order["CompletedQuantity"])
        difference = Fraction(order["ActualCost"]["Total"]) - money(standard)
        assert Fraction(variance["Total"]) == difference


@invariant("INV-C10")
def scrap_makes_the_good_units_dearer(step: Step) -> None:
    order = step.latest(ORDER)
    if order is not None and order["Status"] == "Completed" and order["CompletedQuantity"]:
        cost = order["ActualCost"]
        together = Fraction(order["CompletedQuantity"] + order["ScrappedQuantity"])
        assert Fraction(cost["ActualUnitCost"]) + Fraction(1, 10**6) >= Fraction(cost["Total"]) / together
