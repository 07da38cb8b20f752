"""What an inspection understands, and the gates that it opens, lot by lot (DEC-25)."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.factory import Answer, Record
from contract_tests.shop_floor.floor import Floor

BRAKE = {"Name": "Brake", "Type": "PassFail"}
COLOUR = {"Name": "Colour", "Type": "Choice", "ExpectedText": "RAL 3020"}
LISTED = {**COLOUR, "Choices": ["ral 3020", "RAL 3021"]}


def _read(floor: Floor, criterion: Record, value: str) -> Answer:
    made = floor.inspection(Criteria=[criterion])
    reading = {"CriterionId": made["Criteria"][0]["id"], "SampleNumber": 1, "Value": value}
    return floor.send("updateQualityInspection", {"Readings": [reading]}, id=made["id"])


@pytest.mark.parametrize(
    "criterion, value, result",
    [
        (BRAKE, "Pass", "Passed"),
        (BRAKE, " PASS ", "Passed"),
        (BRAKE, "fail", "Failed"),
        (BRAKE, "", "Pending"),
        (BRAKE, "  ", "Pending"),
        (COLOUR, "ral 3020 ", "Passed"),
        (COLOUR, "anything else", "Failed"),
        (LISTED, "RAL 3020", "Passed"),
        (LISTED, " ral 3021", "Failed"),
    ],
)
def test_words_are_compared_without_case_and_outer_blanks(
    floor: Floor, criterion: Record, value: str, result: str
) -> None:
    answer = _read(floor, criterion, value)
    assert answer.status == 200, answer.raw
    [reading] = answer.body["Readings"]
    assert (reading["Value"], reading["Result"]) == (value, result)


@pytest.mark.parametrize(
    "criterion, value, words",
    [
        (BRAKE, "OK", "Pass or Fail"),
        (BRAKE, "Passed", "Pass or Fail"),
        (LISTED, "RAL 3022", "ral 3020 or RAL 3021"),
    ],
)
def test_another_word_is_not_understood(floor: Floor, criterion: Record, value: str, words: str) -> None:
    answer = _read(floor, criterion, value)
    assert (answer.status, answer.body["error"]) == (422, "reading_not_understood")
    assert answer.body["message"].endswith(f"was read as '{value}': it can be {words}.")
    assert answer.body["details"][0]["pointer"] == "/Readings/0/Value"


@pytest.mark.parametrize(
    "criterion, member",
    [
        ({"Type": "PassFail", "MinValue": 0}, "MinValue"),
        ({"Type": "PassFail", "MaxValue": 1}, "MaxValue"),
        ({"Type": "PassFail", "ExpectedText": "Pass"}, "ExpectedText"),
        ({"Type": "PassFail", "Choices": ["Pass"]}, "Choices"),
        ({"Type": "Numeric", "ExpectedText": "5"}, "ExpectedText"),
        ({"Type": "Numeric", "Choices": ["5"]}, "Choices"),
        ({"Type": "Choice", "ExpectedText": "a", "MinValue": 1}, "MinValue"),
        ({"Type": "Choice", "ExpectedText": "a", "MaxValue": 1}, "MaxValue"),
        ({"Type": "Choice", "Choices": ["a"]}, "ExpectedText"),
        ({"Type": "Choice", "ExpectedText": "c", "Choices": ["a", "b"]}, "ExpectedText"),
        ({"Type": "Choice", "ExpectedText": "a", "Choices": []}, "Choices"),
        ({"Type": "Choice", "ExpectedText": "a", "Choices": [f"{n}" for n in range(50)] + ["a"]}, "Choices"),
    ],
)
def test_limits_that_a_type_does_not_use_are_400(floor: Floor, criterion: Record, member: str) -> None:
    body = floor.inspection_body(Criteria=[{"Name": "x", **criterion}])
    answer = floor.send("createQualityInspection", body)
    assert answer.status == 400, answer.raw
    assert answer.body["details"][0]["pointer"] == f"/Criteria/0/{member}"


def test_the_choices_come_back_and_null_is_no_limit(floor: Floor) -> None:
    assert floor.inspection(Criteria=[LISTED])["Criteria"][0]["Choices"] == LISTED["Choices"]
    plain = {**BRAKE, "MinValue": None, "Choices": None, "ExpectedText": None}
    assert floor.inspection(Criteria=[plain])["Criteria"][0]["Choices"] is None


def _lot(
    floor: Floor, order: Record, lot: str | None, accepted: Any, word: str = "Pass", size: Any = 10
) -> None:
    made = floor.inspection(order, Criteria=[BRAKE], LotNumber=lot, LotQuantity=size)
    reading = {"CriterionId": made["Criteria"][0]["id"], "SampleNumber": 1, "Value": word}
    floor.do("updateQualityInspection", {"Readings": [reading]}, id=made["id"])
    body = {"AcceptedQuantity": accepted, "OnHoldQuantity": size - accepted}
    why = {"Disposition": "Rework", "DispositionReason": "Bent"} if word == "Fail" else {}
    floor.do("completeQualityInspection", {**body, **why}, id=made["id"])


def _complete(floor: Floor, order: Record, quantity: Any) -> str:
    answer = floor.send("completeWorkOrder", {"CompletedQuantity": quantity}, id=order["id"])
    return "completed" if answer.status == 200 else str(answer.body["error"])


def test_each_lot_has_a_gate_of_its_own(floor: Floor) -> None:
    """INV-B13: completed is within what the lots that passed have accepted together."""
    order = floor.released(InspectionRequired=True)
    assert _complete(floor, order, 1) == "quality_pending"
    _lot(floor, order, "A", 4, size=4)
    _lot(floor, order, "B", 3, word="Fail", size=3)
    assert _complete(floor, order, 5) == "quantity_exceeds_accepted"
    _lot(floor, order, "C", 2, size=3)
    assert _complete(floor, order, 7) == "quantity_exceeds_accepted"
    assert _complete(floor, order, 6) == "completed"


def test_the_latest_inspection_of_a_lot_decides_it(floor: Floor) -> None:
    order = floor.released(InspectionRequired=True)
    _lot(floor, order, "A", 10, word="Fail")
    assert _complete(floor, order, 1) == "quality_failed"
    _lot(floor, order, "A", 10)
    _lot(floor, order, "A", 2, size=2)
    assert _complete(floor, order, 3) == "quantity_exceeds_accepted"
    assert _complete(floor, order, 2) == "completed"


def test_where_one_inspection_names_no_lot_the_latest_decides_for_all(floor: Floor) -> None:
    """DEC-8."""
    order = floor.released(InspectionRequired=True)
    _lot(floor, order, "A", 4, size=4)
    _lot(floor, order, None, 9, size=9)
    _lot(floor, order, "B", 5, size=5)
    assert _complete(floor, order, 6) == "quantity_exceeds_accepted"
    assert _complete(floor, order, 5) == "completed"
