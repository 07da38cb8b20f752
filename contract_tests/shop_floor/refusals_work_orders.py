"""Every refusal of work orders."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.factory import Record
from contract_tests.kit import HUGE, UNKNOWN, Request
from contract_tests.shop_floor.floor import Floor, line, named
from contract_tests.shop_floor.refusals import (
    Fields,
    reaches,
    ready,
    register,
    register_content,
    register_document,
)


def _too_much(floor: Floor) -> Record:
    bom = floor.bom([line(floor.item(), 2)])
    return {"ItemRefId": bom["ItemRefId"], "PlannedQuantity": HUGE}


# Fields that no order may have, to be sent with a create or with an update.
_CONTENT: dict[tuple[int, str], Fields] = {
    (422, "unknown_reference"): lambda floor: {"ItemRefId": UNKNOWN},
    (422, "inactive_item"): lambda floor: {"ItemRefId": floor.item(IsActive=False)},
    (422, "wrong_bom_type"): lambda floor: named(floor.job_bom()),
    (422, "bom_not_active"): lambda floor: named(floor.archived(floor.bom())),
    (422, "recipe_not_active"): lambda floor: {
        **named(floor.archived(floor.recipe())),
        "PlannedQuantity": 100,
    },
    (422, "fractional_quantity"): lambda floor: {"PlannedQuantity": 1.5},
    (422, "date_not_allowed"): lambda floor: {"PlannedStartDate": "2026-06-02", "DueDate": "2026-06-01"},
    (422, "batch_size_out_of_range"): lambda floor: {
        **named(floor.recipe(MinBatch=50)),
        "PlannedQuantity": 1,
    },
    (422, "explosion_too_large"): _too_much,
}
_DONE = {"CompletedQuantity": 10}
register_content("WorkOrder", _CONTENT, Floor.order_body, Floor.order)
register_document("WorkOrder", "WorkOrderNumber", Floor.order_body, Floor.order)
ready("releaseWorkOrder", lambda floor: {"id": floor.order()["id"]})
ready("completeWorkOrder", lambda floor: {"id": floor.released()["id"], "json": _DONE})
ready("cancelWorkOrder", lambda floor: {"id": floor.released()["id"], "json": {}})
register(
    "updateWorkOrder",
    409,
    {
        "duplicate_number": lambda floor: {
            "id": floor.order()["id"],
            "json": {"WorkOrderNumber": floor.order()["WorkOrderNumber"]},
        },
        "invalid_state_transition": lambda floor: {
            "id": floor.released()["id"],
            "json": {"PlannedQuantity": 9},
        },
    },
)
register(
    "archiveWorkOrders",
    409,
    {
        "invalid_state_transition": lambda floor: {
            "json": {"ids": [floor.order()["id"], floor.released()["id"]]}
        }
    },
)
register(
    "cancelWorkOrder",
    409,
    {"invalid_state_transition": lambda floor: {"id": floor.completed()["id"], "json": {}}},
)


def _changed_since(floor: Floor) -> Request:
    bom = floor.bom([line(floor.item())])
    order = floor.order(ItemRefId=bom["ItemRefId"], PlannedQuantity=HUGE // 10)
    floor.do("updateBom", {"Lines": [line(floor.item(), 100)]}, id=bom["id"])
    return {"id": order["id"]}


def _draft_bom(floor: Floor) -> Request:
    return {"id": floor.order(**named(floor.bom(Status="Draft")))["id"]}


def _later_bom(floor: Floor) -> Request:
    bom = floor.bom(EffectiveFrom="2026-06-16")
    return {"id": floor.order(ItemRefId=bom["ItemRefId"])["id"]}


def _short(floor: Floor) -> Request:
    return {"id": floor.order(ItemRefId=floor.bom([line(floor.stocked(9))])["ItemRefId"])["id"]}


register(
    "releaseWorkOrder",
    422,
    {
        "bom_not_active": _draft_bom,
        "recipe_not_active": lambda floor: {"id": floor.recipe_order(Status="Draft")["id"]},
        "no_effective_bom": _later_bom,
        "explosion_too_large": _changed_since,
    },
)
register(
    "releaseWorkOrder",
    409,
    {
        "insufficient_stock": _short,
        "invalid_state_transition": lambda floor: {"id": floor.released()["id"]},
    },
)


def _complete(**fields: object) -> Callable[[Floor], Request]:
    return lambda floor: {"id": floor.released()["id"], "json": {**_DONE, **fields}}


@reaches(("completeWorkOrder", 409, "insufficient_stock"))
def _use_what_others_have_reserved(floor: Floor) -> Request:
    bom = floor.bom([line(item := floor.stocked(25))])
    order = floor.released(ItemRefId=bom["ItemRefId"])
    floor.released(ItemRefId=bom["ItemRefId"])
    return {"id": order["id"], "json": {**_DONE, "Materials": [{"ItemRefId": item, "ConsumedQuantity": 16}]}}


@reaches(("completeWorkOrder", 422, "explosion_too_large"))
def _pay_too_much(floor: Floor) -> Request:
    work = {"Sequence": 10, "Name": "Weld", "CostPerHour": 1, "RunMinutesPerUnit": 1}
    order = floor.released(ItemRefId=floor.bom(Operations=[work])["ItemRefId"])
    paid = {"Sequence": 10, "ActualMinutes": 9_999_999, "ActualCostPerHour": HUGE}
    return {"id": order["id"], "json": {**_DONE, "Operations": [paid]}}


@reaches(("completeWorkOrder", 422, "quantity_exceeds_accepted"))
def _complete_more_than_was_accepted(floor: Floor) -> Request:
    order = floor.released(InspectionRequired=True)
    rejected: Record = {"RejectedQuantity": 1, "Disposition": "Scrap", "DispositionReason": "Bent"}
    floor.inspected(order, AcceptedQuantity=9, **rejected)
    return {"id": order["id"], "json": _DONE}


@reaches(("completeWorkOrder", 409, "quality_pending"))
def _complete_without_an_inspection(floor: Floor) -> Request:
    order = floor.released(InspectionRequired=True)
    floor.inspection(order)
    return {"id": order["id"], "json": _DONE}


@reaches(("completeWorkOrder", 409, "quality_failed"))
def _complete_what_has_failed(floor: Floor) -> Request:
    order = floor.released(InspectionRequired=True)
    floor.inspected(order, value="8")
    return {"id": order["id"], "json": _DONE}


register(
    "completeWorkOrder",
    409,
    {"invalid_state_transition": lambda floor: {"id": floor.order()["id"], "json": _DONE}},
)
register(
    "completeWorkOrder",
    422,
    {
        "fractional_quantity": _complete(CompletedQuantity=1.5),
        "quantity_exceeds_planned": _complete(ScrappedQuantity=1),
        "quantities_do_not_balance": _complete(StartedQuantity=9),
        "unknown_reference": _complete(Materials=[{"ItemRefId": UNKNOWN, "ConsumedQuantity": 1}]),
    },
)
