"""Every refusal of quality inspections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contract_tests.kit import UNKNOWN, Request
from contract_tests.shop_floor.floor import Floor
from contract_tests.shop_floor.refusals import reaches, ready, register, register_document

register_document("QualityInspection", "InspectionNumber", Floor.inspection_body, Floor.inspection)
ready("completeQualityInspection", lambda floor: {"id": floor.read()["id"], "json": {"AcceptedQuantity": 10}})


def _create(**fields: Any) -> Callable[[Floor], Request]:
    return lambda floor: {"json": floor.inspection_body(**fields)}


def _update(**fields: Any) -> Callable[[Floor], Request]:
    return lambda floor: {"id": floor.inspection()["id"], "json": fields}


def _complete(**fields: Any) -> Callable[[Floor], Request]:
    return lambda floor: {"id": floor.read()["id"], "json": {"AcceptedQuantity": 10, **fields}}


register(
    "createQualityInspection",
    409,
    {
        "invalid_state_transition": lambda floor: {"json": floor.inspection_body(floor.completed())},
    },
)
register(
    "createQualityInspection",
    422,
    {
        "unknown_reference": _create(WorkOrderRefId=UNKNOWN),
        "fractional_quantity": _create(LotQuantity=9.5),
        "quantities_do_not_balance": _create(SampleSize=11),
    },
)
register(
    "updateQualityInspection",
    422,
    {
        "unknown_reference": _update(Readings=[{"CriterionId": UNKNOWN, "SampleNumber": 1, "Value": "6"}]),
        "fractional_quantity": _update(AcceptedQuantity=9.5),
        "quantities_do_not_balance": _update(SampleSize=11),
    },
)
register(
    "completeQualityInspection",
    422,
    {
        "fractional_quantity": _complete(AcceptedQuantity=9.5, OnHoldQuantity=0.5),
        "quantities_do_not_balance": _complete(OnHoldQuantity=1),
        "disposition_required": _complete(AcceptedQuantity=9, RejectedQuantity=1),
        "inspection_incomplete": lambda floor: {
            "id": floor.inspection()["id"],
            "json": {"AcceptedQuantity": 10},
        },
    },
)
register(
    "completeQualityInspection",
    409,
    {
        "invalid_state_transition": lambda floor: {
            "id": floor.inspected()["id"],
            "json": {"AcceptedQuantity": 10},
        }
    },
)


@reaches(("createQualityInspection", 409, "open_inspection_exists"))
def _open_a_second_one(floor: Floor) -> Request:
    order = floor.released()
    floor.inspection(order)
    return {"json": floor.inspection_body(order)}


@reaches(("updateQualityInspection", 422, "reading_not_numeric"))
def _read_no_number(floor: Floor) -> Request:
    made = floor.inspection()
    reading = {"CriterionId": made["Criteria"][0]["id"], "SampleNumber": 1, "Value": "1,15"}
    return {"id": made["id"], "json": {"Readings": [reading]}}


@reaches(("updateQualityInspection", 422, "reading_not_understood"))
def _read_no_word(floor: Floor) -> Request:
    made = floor.inspection(Criteria=[{"Name": "Brake", "Type": "PassFail"}])
    reading = {"CriterionId": made["Criteria"][0]["id"], "SampleNumber": 1, "Value": "OK"}
    return {"id": made["id"], "json": {"Readings": [reading]}}


@reaches(("updateQualityInspection", 409, "invalid_state_transition"))
def _update_a_completed_one(floor: Floor) -> Request:
    return {"id": floor.inspected()["id"], "json": {"Notes": "Late"}}
