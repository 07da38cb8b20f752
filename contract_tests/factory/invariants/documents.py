"""Invariants D, E and F of the rules: BOMs and recipes, inspections, subcontract orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from contract_tests.factory.exact import half_up, money, unit_cost
from contract_tests.factory.invariants.orders import total
from contract_tests.factory.invariants.seen import BOM, INSPECTION, JOB, RECIPE, Record, Step, invariant
from contract_tests.factory.model import verdict

TODAY = date(2026, 6, 15)
QUANTITIES = ("AcceptedQuantity", "RejectedQuantity", "OnHoldQuantity")
VOLATILE = frozenset({"Status", "IsArchived", "Revision", "UpdatedAt"})
COSTS = frozenset({"MaterialCost", "LabourCost", "OverheadCost", "ServiceCost", "ByProductCredit"})


@invariant("INV-D1")
def no_item_is_made_from_itself(step: Step) -> None:
    if step.resource not in (BOM, RECIPE):
        return
    below: dict[str, set[str]] = {}
    for record in [*step.seen.all(BOM), *step.seen.all(RECIPE)]:
        if record["Status"] == "Active":
            lines = record.get("Lines") or record.get("Ingredients") or []
            below.setdefault(record["ItemRefId"], set()).update(line["ItemRefId"] for line in lines)
    done: set[str] = set()

    def visit(item: str, path: tuple[str, ...]) -> None:
        assert item not in path, f"{item} is made from itself"
        if item not in done:
            for component in below.get(item, ()):
                visit(component, (*path, item))
            done.add(item)

    for item in below:
        visit(item, ())


@invariant("INV-D11")
def an_item_has_one_active_bom_at_most(step: Step) -> None:
    for resource in (BOM, RECIPE) if step.resource in (BOM, RECIPE) else ():
        active = [r["ItemRefId"] for r in step.seen.all(resource) if r["Status"] == "Active"]
        assert len(active) == len(set(active)), resource


@invariant("INV-D12")
def archiving_and_restoring_keep_the_document(step: Step) -> None:
    if (
        step.resource in (BOM, RECIPE)
        and step.action in ("archive", "restore")
        and step.before
        and step.after
    ):
        kept = VOLATILE | COSTS | {"TotalCost", "UnitCost", "Lines", "Ingredients"}
        for name in set(step.before) - kept:
            assert step.after[name] == step.before[name], name
        ids = [[line["id"] for line in r.get("Lines", ())] for r in (step.before, step.after)]
        assert ids[0] == ids[1], "Lines"


@invariant("INV-D17")
def a_recipe_gives_what_its_batch_says(step: Step) -> None:
    if (recipe := step.latest(RECIPE)) is not None:
        exact = Fraction(recipe["BatchSize"]) * Fraction(recipe["ExpectedYieldPercent"]) / 100
        exact *= Fraction(recipe["OutputPerBatchUnit"])
        places = 0 if recipe["Uom"] in ("NOS", "SET", "PAIR") else 3
        assert Fraction(recipe["ExpectedOutput"]) == half_up(exact, places)
        percents = [each["Percent"] for each in recipe["Ingredients"]]
        if all(each is not None for each in percents):
            assert abs(sum(percents) - 100) <= Decimal("0.01")


@invariant("INV-D19")
def archived_is_archived(step: Step) -> None:
    if step.resource in (BOM, RECIPE) and step.after is not None:
        assert step.after["IsArchived"] is (step.after["Status"] == "Archived")


@invariant("INV-E1")
def quantities_make_up_the_lot(step: Step) -> None:
    if (inspection := step.latest(INSPECTION)) is not None:
        assert all(inspection[name] >= 0 for name in QUANTITIES)
        assert inspection["SampleSize"] <= inspection["LotQuantity"]
        if inspection["Status"] == "Completed":
            assert sum(inspection[name] for name in QUANTITIES) == inspection["LotQuantity"]


@invariant("INV-E2")
def readings_pass_within_their_limits(step: Step) -> None:
    if (inspection := step.latest(INSPECTION)) is not None:
        criteria = {each["id"]: each for each in inspection["Criteria"]}
        for each in inspection["Readings"]:
            assert each["Result"] == verdict(criteria[each["CriterionId"]], each["Value"]), each


@invariant("INV-E3")
def the_mandatory_readings_decide(step: Step) -> None:
    if (inspection := step.latest(INSPECTION)) is not None:
        mandatory = {each["id"] for each in inspection["Criteria"] if each["IsMandatory"]}
        failed = any(
            each["Result"] == "Failed" for each in inspection["Readings"] if each["CriterionId"] in mandatory
        )
        if inspection["Status"] == "Completed":
            assert inspection["Result"] == ("Failed" if failed else "Passed")
        else:
            assert inspection["Result"] == "Pending"


@invariant("INV-E4")
def a_completed_inspection_is_frozen(step: Step) -> None:
    if (inspection := step.latest(INSPECTION)) is None:
        return
    assert (inspection["CompletedAt"] is not None) is (inspection["Status"] == "Completed")
    if step.before is not None and step.before["Status"] == "Completed":
        for name in set(inspection) - VOLATILE:
            assert inspection[name] == step.before[name], name
    if inspection["Status"] == "Completed":
        read = {(r["CriterionId"], r["SampleNumber"]) for r in inspection["Readings"] if r["Value"]}
        for each in inspection["Criteria"]:
            for sample in range(1, inspection["SampleSize"] + 1) if each["IsMandatory"] else ():
                assert (each["id"], sample) in read, each["Name"]


@invariant("INV-E5")
def rejected_goods_are_never_available(step: Step) -> None:
    for order in step.seen.all(JOB) if step.resource == JOB else ():
        here = step.seen.movements_of(order["id"])
        kept_apart = [m for m in here if m["To"] == "Quarantine"]
        received = [m for m in here if (m["Type"], m["To"]) == ("SubcontractReceipt", "Store")]
        assert total(kept_apart, "Quantity") == order["RejectedQuantity"]
        assert total(received, "Quantity") == order["AcceptedQuantity"]


@invariant("INV-F1")
def issued_material_is_accounted_for(step: Step) -> None:
    if (order := step.latest(JOB)) is not None:
        for each in order["Materials"]:
            parts = [each[f"{name}Quantity"] for name in ("Consumed", "Returned", "Loss", "Balance")]
            assert all(part >= 0 for part in parts), each["ItemCode"]
            assert each["IssuedQuantity"] == sum(parts), each["ItemCode"]
            # What came back may go out again (DEC-24).
            assert each["IssuedQuantity"] - each["ReturnedQuantity"] <= each["RequiredQuantity"], each[
                "ItemCode"
            ]


@invariant("INV-F2")
def issue_and_return_move_and_never_destroy(step: Step) -> None:
    for action in ("issue-materials", "return-materials"):
        if step.changed(JOB, action) is None:
            continue
        for id, item in step.seen.items.items():
            before = step.items_before[id]
            there = item["OnHandQuantity"] + item["AtSubcontractorQuantity"]
            assert there == before["OnHandQuantity"] + before["AtSubcontractorQuantity"], item["ItemCode"]


@invariant("INV-F3")
def goods_are_accepted_rejected_or_pending(step: Step) -> None:
    if (order := step.latest(JOB)) is not None:
        assert order["PendingQuantity"] >= 0
        parts = order["AcceptedQuantity"] + order["RejectedQuantity"] + order["PendingQuantity"]
        assert parts == order["OrderedQuantity"]


@invariant("INV-F5")
def receipts_cost_their_share(step: Step) -> None:
    for receipt in step.after["Receipts"] if step.after and step.resource == JOB else ():
        rate, accepted = Fraction(step.after["RatePerUnit"]), Fraction(receipt["AcceptedQuantity"])  # type: ignore[index]
        assert Fraction(receipt["ServiceCost"]) == money(rate * accepted)
        shares = receipt["MaterialCost"] + receipt["RejectedMaterialCost"]
        assert total(receipt["Materials"], "Value") == shares
        carried = receipt["MaterialCost"] + receipt["ServiceCost"] + receipt["AdditionalCost"]
        if accepted:
            assert Fraction(receipt["UnitCost"]) == unit_cost(Fraction(carried) / accepted)
        else:
            assert receipt["UnitCost"] is None


@invariant("INV-F6")
def an_order_that_has_ended_has_nothing_out(step: Step) -> None:
    if (order := step.latest(JOB)) is not None and order["Status"] in ("Completed", "Cancelled"):
        assert not any(each["BalanceQuantity"] or each["BalanceValue"] for each in order["Materials"])
        if order["Status"] == "Cancelled":
            assert not order["Receipts"]
            for each in order["Materials"]:
                assert each["IssuedQuantity"] == each["ReturnedQuantity"], each["ItemCode"]


@invariant("INV-F8")
def challans_say_what_is_pending_and_until_when(step: Step) -> None:
    if (order := step.latest(JOB)) is None:
        return
    is_late = False
    for challan in order["Challans"]:
        day, due = (date.fromisoformat(challan[name]) for name in ("ChallanDate", "ReturnDueDate"))
        assert (due.year, due.month) == (day.year + 1, day.month), challan["ChallanNumber"]
        assert due.day == day.day or (day.month, day.day, due.day) == (2, 29, 28), challan["ChallanNumber"]
        is_late |= TODAY > due and any(line["PendingQuantity"] for line in challan["Lines"])
    assert order["Overdue"] is is_late
    for each in order["Materials"]:
        lines = [line for challan in order["Challans"] for line in challan["Lines"] if _is_of(line, each)]
        assert total(lines, "Quantity") == each["IssuedQuantity"], each["ItemCode"]
        assert total(lines, "PendingQuantity") == each["BalanceQuantity"], each["ItemCode"]


def _is_of(line: Record, material: Record) -> bool:
    return bool(line["ItemRefId"] == material["ItemRefId"])


@invariant("INV-F9")
def challan_numbers_are_unique_within_a_year(step: Step) -> None:
    if step.resource != JOB:
        return
    found: set[tuple[str, int]] = set()
    for order in step.seen.all(JOB):
        for challan in order["Challans"]:
            day = date.fromisoformat(challan["ChallanDate"])
            key = (challan["ChallanNumber"], day.year - (day.month < 4))
            assert len(key[0]) <= 16 and key not in found, key
            found.add(key)
