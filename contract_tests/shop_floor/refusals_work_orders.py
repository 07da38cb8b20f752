"""Every refusal of work orders."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.factory import Record
from contract_tests.shop_floor.floor import Floor, line
from contract_tests.shop_floor.refusals import HUGE, UNKNOWN, Request, reaches, ready, register

Fields = Callable[[Floor], Record]


def _archived_bom(floor: Floor) -> Record:
    bom = floor.bom()
    floor.do("archiveBoms", {"ids": [bom["id"]]})
    return {"ItemRefId": bom["ItemRefId"], "BomRefId": bom["id"]}


def _archived_recipe(floor: Floor) -> Record:
    recipe = floor.recipe()
    floor.do("archiveRecipes", {"ids": [recipe["id"]]})
    return {"ItemRefId": recipe["ItemRefId"], "RecipeRefId": recipe["id"], "PlannedQuantity": 100}


def _job_bom(floor: Floor) -> Record:
    bom = floor.job_bom()
    return {"ItemRefId": bom["ItemRefId"], "BomRefId": bom["id"]}


def _small_batch(floor: Floor) -> Record:
    recipe = floor.recipe(MinBatch=50)
    return {"ItemRefId": recipe["ItemRefId"], "RecipeRefId": recipe["id"], "PlannedQuantity": 1}


def _too_much(floor: Floor) -> Record:
    bom = floor.bom([line(floor.item(), 2)])
    return {"ItemRefId": bom["ItemRefId"], "PlannedQuantity": HUGE}


# Fields that no order may have, to be sent with a create or with an update.
_CONTENT: dict[str, Fields] = {
    "unknown_reference": lambda floor: {"ItemRefId": UNKNOWN},
    "inactive_item": lambda floor: {"ItemRefId": floor.item(IsActive=False)},
    "wrong_bom_type": _job_bom,
    "bom_not_active": _archived_bom,
    "recipe_not_active": _archived_recipe,
    "fractional_quantity": lambda floor: {"PlannedQuantity": 1.5},
    "date_not_allowed": lambda floor: {"PlannedStartDate": "2026-06-02", "DueDate": "2026-06-01"},
    "batch_size_out_of_range": _small_batch,
    "explosion_too_large": _too_much,
}


def _register() -> None:
    def create(fields: Fields) -> Callable[[Floor], Request]:
        return lambda floor: {"body": floor.order_body(**fields(floor))}

    def update(fields: Fields) -> Callable[[Floor], Request]:
        return lambda floor: {"id": floor.order()["id"], "body": fields(floor)}

    register("createWorkOrder", 422, {code: create(fields) for code, fields in _CONTENT.items()})
    register("updateWorkOrder", 422, {code: update(fields) for code, fields in _CONTENT.items()})


_register()
_DONE = {"CompletedQuantity": 10}
ready("listWorkOrders", lambda floor: {})
ready("createWorkOrder", lambda floor: {"body": floor.order_body()})
ready("getWorkOrder", lambda floor: {"id": floor.order()["id"]})
ready("updateWorkOrder", lambda floor: {"id": floor.order()["id"], "body": {"Notes": floor.label()}})
ready("archiveWorkOrders", lambda floor: {"body": {"ids": [floor.order()["id"]]}})
ready("restoreWorkOrders", lambda floor: {"body": {"ids": [floor.order()["id"]]}})
ready("releaseWorkOrder", lambda floor: {"id": floor.order()["id"]})
ready("completeWorkOrder", lambda floor: {"id": floor.released()["id"], "body": _DONE})
ready("cancelWorkOrder", lambda floor: {"id": floor.released()["id"], "body": {}})
register(
    "createWorkOrder",
    409,
    {
        "duplicate_number": lambda floor: {
            "body": floor.order_body(WorkOrderNumber=floor.order()["WorkOrderNumber"])
        }
    },
)
register(
    "updateWorkOrder",
    409,
    {
        "duplicate_number": lambda floor: {
            "id": floor.order()["id"],
            "body": {"WorkOrderNumber": floor.order()["WorkOrderNumber"]},
        },
        "invalid_state_transition": lambda floor: {
            "id": floor.released()["id"],
            "body": {"PlannedQuantity": 9},
        },
    },
)
register(
    "archiveWorkOrders",
    409,
    {
        "invalid_state_transition": lambda floor: {
            "body": {"ids": [floor.order()["id"], floor.released()["id"]]}
        }
    },
)
register(
    "cancelWorkOrder",
    409,
    {"invalid_state_transition": lambda floor: {"id": floor.completed()["id"], "body": {}}},
)


def _changed_since(floor: Floor) -> Request:
    bom = floor.bom([line(floor.item())])
    order = floor.order(ItemRefId=bom["ItemRefId"], PlannedQuantity=HUGE // 10)
    floor.do("updateBom", {"Lines": [line(floor.item(), 100)]}, id=bom["id"])
    return {"id": order["id"]}


def _draft_bom(floor: Floor) -> Request:
    bom = floor.bom(Status="Draft")
    return {"id": floor.order(ItemRefId=bom["ItemRefId"], BomRefId=bom["id"])["id"]}


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
    return lambda floor: {"id": floor.released()["id"], "body": {**_DONE, **fields}}


@reaches(("completeWorkOrder", 409, "insufficient_stock"))
def _use_what_others_have_reserved(floor: Floor) -> Request:
    bom = floor.bom([line(item := floor.stocked(25))])
    order = floor.released(ItemRefId=bom["ItemRefId"])
    floor.released(ItemRefId=bom["ItemRefId"])
    return {"id": order["id"], "body": {**_DONE, "Materials": [{"ItemRefId": item, "ConsumedQuantity": 16}]}}


@reaches(("completeWorkOrder", 422, "explosion_too_large"))
def _pay_too_much(floor: Floor) -> Request:
    work = {"Sequence": 10, "Name": "Weld", "CostPerHour": 1, "RunMinutesPerUnit": 1}
    order = floor.released(ItemRefId=floor.bom(Operations=[work])["ItemRefId"])
    paid = {"Sequence": 10, "ActualMinutes": 9_999_999, "ActualCostPerHour": HUGE}
    return {"id": order["id"], "body": {**_DONE, "Operations": [paid]}}


@reaches(("completeWorkOrder", 422, "quantity_exceeds_accepted"))
def _complete_more_than_was_accepted(floor: Floor) -> Request:
    order = floor.released(InspectionRequired=True)
    rejected: Record = {"RejectedQuantity": 1, "Disposition": "Scrap", "DispositionReason": "Bent"}
    floor.inspected(order, AcceptedQuantity=9, **rejected)
    return {"id": order["id"], "body": _DONE}


@reaches(("completeWorkOrder", 409, "quality_pending"))
def _complete_without_an_inspection(floor: Floor) -> Request:
    order = floor.released(InspectionRequired=True)
    floor.inspection(order)
    return {"id": order["id"], "body": _DONE}


@reaches(("completeWorkOrder", 409, "quality_failed"))
def _complete_what_has_failed(floor: Floor) -> Request:
    order = floor.released(InspectionRequired=True)
    floor.inspected(order, value="8")
    return {"id": order["id"], "body": _DONE}


register(
    "completeWorkOrder",
    409,
    {"invalid_state_transition": lambda floor: {"id": floor.order()["id"], "body": _DONE}},
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
