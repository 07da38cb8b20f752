"""Quality inspections: opening, reading, completing, archiving, and every refusal on the way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import inspections
from mock_server.manufacturing.inspections import Inspection
from mock_server.refused import Refused
from tests.manufacturing.inspection_book import InspectionMemory, body, numeric

BRAKE = {"Name": "Brake", "Type": "PassFail"}
COLOUR = {"Name": "Colour", "Type": "Choice", "ExpectedText": "RAL 3020"}


@pytest.fixture
def book() -> InspectionMemory:
    return InspectionMemory()


def make(
    book: InspectionMemory, order: str = "WO-1", *criteria: dict[str, Any], **members: Any
) -> Inspection:
    return book.attempt(lambda: inspections.create(book, body(order, *criteria, **members)))


def change(book: InspectionMemory, inspection: Inspection, **members: Any) -> Inspection:
    return book.attempt(lambda: inspections.update(book, book.inspections[inspection.id], members))


def complete(book: InspectionMemory, inspection: Inspection, **members: Any) -> Inspection:
    return book.attempt(lambda: inspections.complete(book, book.inspections[inspection.id], members))


def reading(inspection: Inspection, value: str, sample: int = 1, criterion: int = 0) -> dict[str, Any]:
    return {"CriterionId": inspection.criteria[criterion].id, "SampleNumber": sample, "Value": value}


def read(book: InspectionMemory, inspection: Inspection, *values: str) -> Inspection:
    """Records one value for each sample, criterion after criterion."""
    size = inspection.sample_size
    readings = [
        reading(inspection, value, index % size + 1, index // size) for index, value in enumerate(values)
    ]
    return change(book, inspection, Readings=readings)


def refused(command: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        command()
    return refusal.value


def test_a_new_inspection_is_open_and_takes_the_item_of_its_order(book: InspectionMemory) -> None:
    inspection = make(book, "WO-1", numeric("Torque", 5), BRAKE, LotNumber="L-1", Remarks="r")
    assert (inspection.inspection_number, inspection.status, inspection.result) == (
        "QI-0001",
        "Open",
        "Pending",
    )
    assert (inspection.item_ref_id, inspection.item_code, inspection.uom) == ("BIKE", "BIKE", "NOS")
    assert (inspection.work_order_ref_id, inspection.subcontract_order_ref_id) == ("WO-1", None)
    torque, brake = inspection.criteria
    assert (torque.min_value, torque.max_value) == (Decimal(5), None)
    assert torque.is_mandatory
    assert torque.id != brake.id
    assert (inspection.readings, inspection.defects, inspection.completed_at) == ([], [], None)
    assert not any((inspection.accepted_quantity, inspection.rejected_quantity, inspection.on_hold_quantity))
    assert book.events == [(inspection.id, "quality_inspection.created", 1)]


def test_a_subcontract_receipt_belongs_to_a_subcontract_order(book: InspectionMemory) -> None:
    inspection = make(book, "SC-1")
    assert (inspection.work_order_ref_id, inspection.subcontract_order_ref_id) == (None, "SC-1")
    assert inspection.order_ref_id == "SC-1"


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"Criteria": [numeric("Torque", 7, 5)]}, "/Criteria/0/MaxValue"),
    ],
)
def test_what_no_schema_can_say_is_a_bad_request(
    book: InspectionMemory, members: dict[str, Any], pointer: str
) -> None:
    refusal = refused(lambda: make(book, **members))
    assert refusal.code == "invalid_request"
    assert refusal.details["details"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"WorkOrderRefId": "WO-9"}, "unknown_reference", "/WorkOrderRefId"),
        ({"ItemRefId": "NONE"}, "unknown_reference", "/ItemRefId"),
        ({"ItemRefId": "PANEER"}, "unknown_reference", "/ItemRefId"),
        ({"LotQuantity": Decimal("4.5")}, "fractional_quantity", "/LotQuantity"),
        ({"SampleSize": 6}, "quantities_do_not_balance", "/SampleSize"),
    ],
)
def test_a_rule_that_is_broken_names_itself_and_the_place(
    book: InspectionMemory, members: dict[str, Any], code: str, pointer: str
) -> None:
    refusal = refused(lambda: make(book, **members))
    assert (refusal.code, refusal.details) == (code, {"pointer": pointer})
    assert not book.inspections
    assert not book.events


@pytest.mark.parametrize("status", ["Completed", "Cancelled"])
def test_an_order_that_has_ended_is_not_inspected(book: InspectionMemory, status: str) -> None:
    book.work_orders["WO-1"].status = status
    refusal = refused(lambda: make(book, LotQuantity=Decimal("4.5")))
    assert refusal.code == "invalid_state_transition", "the order's state comes before the content"
    assert refusal.details == {"from": status, "action": "inspect", "allowed": []}


@pytest.mark.parametrize("status", ["Draft", "InProgress", "Received"])
def test_any_other_order_can_be_inspected(book: InspectionMemory, status: str) -> None:
    book.work_orders["WO-1"].status = status
    assert make(book).status == "Open"


def test_a_lot_has_one_open_inspection_at_a_time(book: InspectionMemory) -> None:
    first = make(book)
    make(book, LotNumber="A")
    make(book, "WO-2")
    refusal = refused(lambda: make(book))
    assert refusal.code == "open_inspection_exists"
    assert "QI-0001" in refusal.message
    assert refused(lambda: make(book, LotNumber="A")).code == "open_inspection_exists"
    book.attempt(lambda: inspections.archive(book, [first.id]))
    assert make(book).status == "Open"


def test_numbers_and_references_are_unique(book: InspectionMemory) -> None:
    make(book, InspectionNumber="QI-0001", ExternalReference="LIMS-1")
    other = make(book, LotNumber="A")
    assert other.inspection_number == "QI-0002"
    assert refused(lambda: make(book, "WO-2", InspectionNumber="QI-0002")).code == "duplicate_number"
    assert refused(lambda: make(book, "WO-2", ExternalReference="LIMS-1")).code == "duplicate_number"
    assert refused(lambda: change(book, other, ExternalReference="LIMS-1")).code == "duplicate_number"


def test_each_reading_is_judged_when_it_is_recorded(book: InspectionMemory) -> None:
    inspection = make(book, "WO-1", numeric("Torque", 5, 7), BRAKE, COLOUR)
    after = read(book, inspection, "7", "7.000001", "pass ", "Fail", "ral 3020", "")
    assert [each.result for each in after.readings] == [
        "Passed",
        "Failed",
        "Passed",
        "Failed",
        "Passed",
        "Pending",
    ]
    assert (after.result, after.status, after.revision) == ("Pending", "Open", 2)
    assert [event for _, event, _ in book.events] == ["quality_inspection.created"]


@pytest.mark.parametrize(
    "value",
    [
        *("1,15", "nan", "inf", "1²", "٣", "abc", "1e3", "0x1", "+1", ".5", "5.", "--1", "1 ", " 1", "1\n"),
        *("1234567890", "1.1234567", "-", "1_0", "1.2.3", "NaN", "Infinity", "½"),
    ],
)
def test_a_numeric_reading_is_written_in_plain_digits(book: InspectionMemory, value: str) -> None:
    inspection = make(book)
    refusal = refused(lambda: change(book, inspection, Readings=[reading(inspection, value)]))
    assert (refusal.code, refusal.details) == ("reading_not_numeric", {"pointer": "/Readings/0/Value"})
    assert book.inspections[inspection.id] == inspection


@pytest.mark.parametrize("value", ["0", "-0", "007", "-1.5", "123456789.123456", "5.000000"])
def test_plain_digits_may_have_a_sign_and_a_point(book: InspectionMemory, value: str) -> None:
    inspection = make(book, "WO-1", numeric("Any"))
    assert read(book, inspection, value).readings[0].result == "Passed"


def test_a_choice_without_a_list_takes_any_text(book: InspectionMemory) -> None:
    """DEC-25."""
    inspection = make(book, "WO-1", COLOUR)
    assert read(book, inspection, "1,15").readings[0].result == "Failed"


def test_a_reading_must_be_of_a_criterion_and_sample_of_the_inspection(book: InspectionMemory) -> None:
    inspection = make(book)
    stray = {**reading(inspection, "6"), "CriterionId": "x"}
    refusal = refused(lambda: change(book, inspection, Readings=[reading(inspection, "6"), stray]))
    assert (refusal.code, refusal.details["pointer"]) == ("unknown_reference", "/Readings/1/CriterionId")
    refusal = refused(lambda: change(book, inspection, Readings=[reading(inspection, "6", 3)]))
    assert (refusal.code, refusal.details["pointer"]) == ("unknown_reference", "/Readings/0/SampleNumber")
    assert refusal.message == "There is no sample 3: the sample size is 2."
    refusal = refused(lambda: change(book, inspection, Readings=[reading(inspection, "6")] * 2))
    assert refusal.code == "invalid_request"
    assert refusal.details["details"][0]["pointer"] == "/Readings/1"


def test_the_sample_size_cannot_fall_below_what_was_read(book: InspectionMemory) -> None:
    inspection = make(book)
    change(book, inspection, Readings=[reading(inspection, "6", 2)])
    refusal = refused(lambda: change(book, inspection, SampleSize=1))
    assert (refusal.code, refusal.details) == ("unknown_reference", {"pointer": "/SampleSize"})
    after = change(book, inspection, SampleSize=1, Readings=[reading(inspection, "6", 1)])
    assert after.sample_size == 1
    refusal = refused(lambda: change(book, inspection, LotQuantity=1, SampleSize=2))
    assert refusal.code == "quantities_do_not_balance"


def test_an_update_keeps_what_is_absent_and_clears_what_is_null(book: InspectionMemory) -> None:
    inspection = make(book, Remarks="r", Notes="n")
    defect = {"Code": "D", "Quantity": 1, "Severity": "Minor"}
    after = change(book, inspection, AcceptedQuantity=4, Defects=[defect], Disposition="Rework")
    assert (after.accepted_quantity, after.remarks, after.notes) == (Decimal(4), "r", "n")
    cleared = change(book, inspection, Disposition=None, Remarks=None, Defects=[])
    assert cleared == replace(
        after,
        disposition=None,
        remarks=None,
        defects=[],
        revision=3,
        repository_version=3,
        updated_at=cleared.updated_at,
    )


def test_an_update_that_changes_nothing_leaves_the_revision(book: InspectionMemory) -> None:
    inspection = make(book)
    after = read(book, inspection, "6")
    again = change(book, inspection, Readings=[reading(inspection, "6")], LotQuantity=Decimal("5.0"))
    assert again is book.inspections[inspection.id] is after


def test_fractions_of_whole_units_are_refused_and_of_others_are_not(book: InspectionMemory) -> None:
    bikes, paneer = make(book), make(book, "WO-2", LotQuantity=Decimal("174.6"))
    refusal = refused(lambda: change(book, bikes, RejectedQuantity=Decimal("0.5")))
    assert (refusal.code, refusal.details) == ("fractional_quantity", {"pointer": "/RejectedQuantity"})
    assert refused(lambda: complete(book, bikes, OnHoldQuantity=Decimal("0.5"))).code == "fractional_quantity"
    assert change(book, paneer, AcceptedQuantity=Decimal("0.5")).accepted_quantity == Decimal("0.5")


def test_completing_works_out_the_result_whatever_the_client_says(book: InspectionMemory) -> None:
    inspection = read(book, make(book), "5", "7")
    after = complete(book, inspection, AcceptedQuantity=5, Result="Failed")
    assert (after.status, after.result, after.completed_at) == ("Completed", "Passed", book.now)
    assert after.opens_gate
    assert book.events[-1] == (inspection.id, "quality_inspection.completed", 3)


def test_a_failed_mandatory_reading_fails_the_lot(book: InspectionMemory) -> None:
    inspection = read(book, make(book), "5", "7.1")
    failed = {"AcceptedQuantity": 4, "RejectedQuantity": 1, "Disposition": "Rework", "DispositionReason": "x"}
    after = complete(book, inspection, **failed, Result="Passed")
    assert (after.result, after.opens_gate) == ("Failed", False)


def test_use_as_is_opens_the_gate_of_a_failed_lot(book: InspectionMemory) -> None:
    inspection = read(book, make(book), "5", "7.1")
    spoken = {"Disposition": "UseAsIs", "DispositionReason": "Within the customer's limits."}
    after = complete(book, inspection, AcceptedQuantity=5, **spoken)
    assert (after.result, after.opens_gate) == ("Failed", True)


def test_an_optional_criterion_decides_nothing_and_may_stay_unread(book: InspectionMemory) -> None:
    inspection = make(book, "WO-1", BRAKE, numeric("Weight", 1, 2, IsMandatory=False))
    after = complete(book, read(book, inspection, "Pass", "Pass", "9"), AcceptedQuantity=5)
    assert [each.result for each in after.readings] == ["Passed", "Passed", "Failed"]
    assert after.result == "Passed"


def test_every_mandatory_criterion_is_read_for_every_sample(book: InspectionMemory) -> None:
    inspection = make(book)
    refusal = refused(lambda: complete(book, inspection, AcceptedQuantity=5))
    assert (refusal.code, refusal.details) == ("inspection_incomplete", {"pointer": "/Readings"})
    assert refusal.message == "Torque has no reading for sample 1."
    read(book, inspection, "6", "")
    refusal = refused(lambda: complete(book, inspection, AcceptedQuantity=4))
    assert refusal.message == "Torque has no reading for sample 2.", "before the quantities are looked at"


def test_the_quantities_add_up_to_the_lot(book: InspectionMemory) -> None:
    inspection = read(book, make(book), "6", "6")
    change(book, inspection, AcceptedQuantity=3, OnHoldQuantity=1)
    refusal = refused(lambda: complete(book, inspection))
    assert (refusal.code, refusal.details) == ("quantities_do_not_balance", {"pointer": "/AcceptedQuantity"})
    assert refusal.message == "Accepted 3, rejected 0 and on hold 1 add up to 4; the lot is 5."
    assert complete(book, inspection, OnHoldQuantity=2).accepted_quantity == 3, "what was recorded stays"


@pytest.mark.parametrize(
    ("values", "members", "pointer"),
    [
        (("6", "6"), {"AcceptedQuantity": 4, "RejectedQuantity": 1}, "/Disposition"),
        (("6", "9"), {"AcceptedQuantity": 5}, "/Disposition"),
        (("6", "9"), {"AcceptedQuantity": 5, "Disposition": "UseAsIs"}, "/DispositionReason"),
        (
            ("6", "9"),
            {"AcceptedQuantity": 5, "Disposition": "UseAsIs", "DispositionReason": " "},
            "/DispositionReason",
        ),
        (("6", "9"), {"AcceptedQuantity": 5, "DispositionReason": "Because."}, "/Disposition"),
    ],
)
def test_goods_that_did_not_pass_need_a_disposition_and_a_reason(
    book: InspectionMemory, values: tuple[str, ...], members: dict[str, Any], pointer: str
) -> None:
    inspection = read(book, make(book), *values)
    refusal = refused(lambda: complete(book, inspection, **members))
    assert (refusal.code, refusal.details) == ("disposition_required", {"pointer": pointer})
    spoken = {"Disposition": "Scrap", "DispositionReason": "Beyond repair."}
    assert complete(book, inspection, **members | spoken).status == "Completed"


def test_a_completed_or_cancelled_inspection_is_frozen(book: InspectionMemory) -> None:
    done = complete(book, read(book, make(book), "6", "6"), AcceptedQuantity=5)
    dropped = make(book)
    book.attempt(lambda: inspections.archive(book, [dropped.id]))
    for inspection, status in ((done, "Completed"), (dropped, "Cancelled")):
        refusal = refused(lambda one=inspection: change(book, one, Readings=[{}]))
        assert refusal.code == "invalid_state_transition"
        assert refusal.details == {"from": status, "action": "update", "allowed": []}
        refusal = refused(lambda one=inspection: complete(book, one))
        assert refusal.details == {"from": status, "action": "complete", "allowed": []}


def test_archiving_cancels_an_open_one_and_restoring_does_not_reopen_it(book: InspectionMemory) -> None:
    done = complete(book, read(book, make(book), "6", "6"), AcceptedQuantity=5)
    left = make(book)
    ids = [left.id, "nothing", done.id, left.id]
    assert book.attempt(lambda: inspections.archive(book, ids)) == 2
    assert book.attempt(lambda: inspections.archive(book, ids)) == 0
    assert {each.status for each in book.inspections.values()} == {"Cancelled", "Completed"}
    assert book.inspections[done.id].opens_gate, "a completed one still decides"
    assert book.attempt(lambda: inspections.restore(book, ids)) == 2
    after = book.inspections[left.id]
    assert (after.status, after.is_archived, after.revision) == ("Cancelled", False, 3)
    assert after.completed_at is None
    assert len(book.events) == 3, "neither has an event"
