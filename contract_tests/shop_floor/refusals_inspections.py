"""Every refusal of quality inspections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contract_tests.shop_floor.floor import Floor
from contract_tests.shop_floor.refusals import UNKNOWN, Request, reaches, ready, register

ready("listQualityInspections", lambda floor: {})
ready("createQualityInspection", lambda floor: {"body": floor.inspection_body()})
ready("getQualityInspection", lambda floor: {"id": floor.inspection()["id"]})
ready(
    "updateQualityInspection",
    lambda floor: {"id": floor.inspection()["id"], "body": {"Notes": floor.label()}},
)
ready("completeQualityInspection", lambda floor: {"id": floor.read()["id"], "body": {"AcceptedQuantity": 10}})
ready("archiveQualityInspections", lambda floor: {"body": {"ids": [floor.inspection()["id"]]}})
ready("restoreQualityInspections", lambda floor: {"body": {"ids": [floor.inspection()["id"]]}})


def _create(**fields: Any) -> Callable[[Floor], Request]:
    return lambda floor: {"body": floor.inspection_body(**fields)}


def _update(**fields: Any) -> Callable[[Floor], Request]:
    return lambda floor: {"id": floor.inspection()["id"], "body": fields}


def _complete(**fields: Any) -> Callable[[Floor], Request]:
    return lambda floor: {"id": floor.read()["id"], "body": {"AcceptedQuantity": 10, **fields}}


register(
    "createQualityInspection",
    409,
    {
        "duplicate_number": lambda floor: {
            "body": floor.inspection_body(InspectionNumber=floor.inspection()["InspectionNumber"])
        },
        "invalid_state_transition": lambda floor: {"body": floor.inspection_body(floor.completed())},
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
            "body": {"AcceptedQuantity": 10},
        },
    },
)
register(
    "completeQualityInspection",
    409,
    {
        "invalid_state_transition": lambda floor: {
            "id": floor.inspected()["id"],
            "body": {"AcceptedQuantity": 10},
        }
    },
)


@reaches(("createQualityInspection", 409, "open_inspection_exists"))
def _open_a_second_one(floor: Floor) -> Request:
    order = floor.released()
    floor.inspection(order)
    return {"body": floor.inspection_body(order)}


@reaches(("updateQualityInspection", 422, "reading_not_numeric"))
def _read_no_number(floor: Floor) -> Request:
    made = floor.inspection()
    reading = {"CriterionId": made["Criteria"][0]["id"], "SampleNumber": 1, "Value": "1,15"}
    return {"id": made["id"], "body": {"Readings": [reading]}}


@reaches(("updateQualityInspection", 409, "duplicate_number"))
def _take_a_reference(floor: Floor) -> Request:
    reference = floor.label("REF")
    floor.inspection(ExternalReference=reference)
    return {"id": floor.inspection()["id"], "body": {"ExternalReference": reference}}


@reaches(("updateQualityInspection", 409, "invalid_state_transition"))
def _update_a_completed_one(floor: Floor) -> Request:
    return {"id": floor.inspected()["id"], "body": {"Notes": "Late"}}
