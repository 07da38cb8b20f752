"""Every refusal of subcontract orders."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.factory import Record
from contract_tests.shop_floor.floor import Floor, line, moved
from contract_tests.shop_floor.refusals import HUGE, TOMORROW, Request, reaches, ready, register

Fields = Callable[[Floor], Record]


def _archived_bom(floor: Floor) -> Record:
    bom = floor.job_bom()
    floor.do("archiveBoms", {"ids": [bom["id"]]})
    return {"ItemRefId": bom["ItemRefId"], "BomRefId": bom["id"]}


def _make_bom(floor: Floor) -> Record:
    bom = floor.bom()
    return {"ItemRefId": bom["ItemRefId"], "BomRefId": bom["id"]}


def _too_much(floor: Floor) -> Record:
    return {"ItemRefId": floor.job_bom([line(floor.item(), 2)])["ItemRefId"], "OrderedQuantity": HUGE}


# Fields that no order may have, to be sent with a create or with an update.
_CONTENT: dict[str, Fields] = {
    "unknown_reference": lambda floor: {"SubcontractorRefId": floor.other_vendor},
    "inactive_item": lambda floor: {"ItemRefId": floor.item(IsActive=False)},
    "wrong_bom_type": _make_bom,
    "bom_not_active": _archived_bom,
    "fractional_quantity": lambda floor: {"OrderedQuantity": 1.5},
    "explosion_too_large": _too_much,
}


def _register() -> None:
    def create(fields: Fields) -> Callable[[Floor], Request]:
        return lambda floor: {"body": floor.job_body(**fields(floor))}

    def update(fields: Fields) -> Callable[[Floor], Request]:
        return lambda floor: {"id": floor.job()["id"], "body": fields(floor)}

    register("createSubcontractOrder", 422, {code: create(fields) for code, fields in _CONTENT.items()})
    register("updateSubcontractOrder", 422, {code: update(fields) for code, fields in _CONTENT.items()})


_register()


def _material(order: Record) -> str:
    found: str = order["Materials"][0]["ItemRefId"]
    return found


def _issue(quantity: object = 1, **fields: object) -> Callable[[Floor], Request]:
    def request(floor: Floor) -> Request:
        order = floor.job()
        return {"id": order["id"], "body": {"Materials": [moved(_material(order), quantity)], **fields}}

    return request


def _back(quantity: object = 1, **fields: object) -> Callable[[Floor], Request]:
    def request(floor: Floor) -> Request:
        order = floor.issued()
        return {"id": order["id"], "body": {"Materials": [moved(_material(order), quantity)], **fields}}

    return request


def _receive(**fields: object) -> Callable[[Floor], Request]:
    return lambda floor: {"id": floor.issued()["id"], "body": {"AcceptedQuantity": 10, **fields}}


def _finish(lost: object = None, **fields: object) -> Callable[[Floor], Request]:
    def request(floor: Floor) -> Request:
        order = floor.received(9)
        body: Record = {"Reason": "Enough", **fields}
        if lost is not None:
            body["Losses"] = [{"ItemRefId": _material(order), "LossQuantity": lost}]
        return {"id": order["id"], "body": body}

    return request


ready("listSubcontractOrders", lambda floor: {})
ready("createSubcontractOrder", lambda floor: {"body": floor.job_body()})
ready("getSubcontractOrder", lambda floor: {"id": floor.job()["id"]})
ready("updateSubcontractOrder", lambda floor: {"id": floor.job()["id"], "body": {"Notes": floor.label()}})
ready("archiveSubcontractOrders", lambda floor: {"body": {"ids": [floor.job()["id"]]}})
ready("restoreSubcontractOrders", lambda floor: {"body": {"ids": [floor.job()["id"]]}})
ready("issueSubcontractMaterials", _issue())
ready("receiveSubcontractGoods", _receive())
ready("returnSubcontractMaterials", _back())
ready("completeSubcontractOrder", lambda floor: {"id": floor.received()["id"], "body": {}})
ready("cancelSubcontractOrder", lambda floor: {"id": floor.job()["id"], "body": {}})
register(
    "createSubcontractOrder",
    409,
    {"duplicate_number": lambda floor: {"body": floor.job_body(OrderNumber=floor.job()["OrderNumber"])}},
)
register(
    "archiveSubcontractOrders",
    409,
    {"invalid_state_transition": lambda floor: {"body": {"ids": [floor.job()["id"], floor.issued()["id"]]}}},
)
register(
    "issueSubcontractMaterials",
    422,
    {
        "unknown_reference": lambda floor: {
            "id": floor.job()["id"],
            "body": {"Materials": [moved(floor.stocked(), 1)]},
        },
        "fractional_quantity": _issue(0.5),
        "quantity_exceeds_required": _issue(11),
        "date_not_allowed": _issue(1, ChallanDate=TOMORROW),
    },
)
register(
    "receiveSubcontractGoods",
    422,
    {
        "unknown_reference": _receive(ChallanNumbers=["NONE/1"]),
        "fractional_quantity": _receive(AcceptedQuantity=9.5),
        "quantities_do_not_balance": _receive(AcceptedQuantity=0),
        "quantity_exceeds_ordered": _receive(RejectedQuantity=1),
        "date_not_allowed": _receive(ReceiptDate=TOMORROW),
        "explosion_too_large": _receive(AcceptedQuantity=1, AdditionalCost=9_999_999_999_999),
    },
)
register(
    "returnSubcontractMaterials",
    422,
    {
        "unknown_reference": lambda floor: {
            "id": floor.issued()["id"],
            "body": {"Materials": [moved(floor.stocked(), 1)]},
        },
        "fractional_quantity": _back(0.5),
        "quantity_exceeds_balance": _back(11),
        "date_not_allowed": _back(1, ReturnDate=TOMORROW),
    },
)
register(
    "completeSubcontractOrder",
    422,
    {
        "unknown_reference": lambda floor: {
            "id": floor.received()["id"],
            "body": {"Losses": [{"ItemRefId": floor.item(), "LossQuantity": 1}]},
        },
        "fractional_quantity": _finish(0.5),
        "quantity_exceeds_balance": _finish(2),
        "reason_required": lambda floor: {"id": floor.received(9)["id"], "body": {}},
    },
)
register(
    "completeSubcontractOrder",
    409,
    {
        "unreconciled_material": _finish(),
        "invalid_state_transition": lambda floor: {"id": floor.issued()["id"], "body": {}},
    },
)
register(
    "cancelSubcontractOrder",
    409,
    {
        "unreconciled_material": lambda floor: {"id": floor.issued()["id"], "body": {}},
        "invalid_state_transition": lambda floor: {"id": floor.received(9)["id"], "body": {}},
    },
)


@reaches(("updateSubcontractOrder", 409, "duplicate_number"))
def _take_a_reference(floor: Floor) -> Request:
    reference = floor.label("REF")
    floor.job(ExternalReference=reference)
    return {"id": floor.job()["id"], "body": {"ExternalReference": reference}}


@reaches(("updateSubcontractOrder", 409, "invalid_state_transition"))
def _change_what_is_out(floor: Floor) -> Request:
    return {"id": floor.issued()["id"], "body": {"OrderedQuantity": 9}}


@reaches(("issueSubcontractMaterials", 409, "invalid_state_transition"))
def _issue_when_all_is_there(floor: Floor) -> Request:
    order = floor.received()
    return {"id": order["id"], "body": {"Materials": [moved(_material(order), 1)]}}


@reaches(("issueSubcontractMaterials", 409, "insufficient_stock"))
def _issue_what_is_not_there(floor: Floor) -> Request:
    order = floor.job(ItemRefId=floor.job_bom([line(floor.stocked(9))])["ItemRefId"])
    return {"id": order["id"], "body": {"Materials": [moved(_material(order), 10)]}}


@reaches(("issueSubcontractMaterials", 409, "duplicate_number"))
def _use_a_challan_twice(floor: Floor) -> Request:
    number = floor.issued()["Challans"][0]["ChallanNumber"]
    return _issue(1, ChallanNumber=number)(floor)


def _since(floor: Floor, changes: Record, **fields: object) -> Request:
    """A Draft order whose BOM has changed since."""
    bom = floor.job_bom()
    order = floor.job(ItemRefId=bom["ItemRefId"], **fields)
    floor.do("updateBom", changes, id=bom["id"])
    return {"id": order["id"], "body": {"Materials": [moved(_material(order), 1)]}}


@reaches(("issueSubcontractMaterials", 422, "wrong_bom_type"))
def _issue_for_another_kind_of_bom(floor: Floor) -> Request:
    return _since(floor, {"Type": "Manufacture", "ServiceCostPerUnit": 0})


@reaches(("issueSubcontractMaterials", 422, "explosion_too_large"))
def _issue_for_a_bom_that_needs_too_much(floor: Floor) -> Request:
    return _since(floor, {"Lines": [line(floor.item(), 100)]}, OrderedQuantity=HUGE // 10)


@reaches(("receiveSubcontractGoods", 409, "invalid_state_transition"))
def _receive_before_anything_is_out(floor: Floor) -> Request:
    return {"id": floor.job()["id"], "body": {"AcceptedQuantity": 1}}


@reaches(("receiveSubcontractGoods", 409, "insufficient_material_at_subcontractor"))
def _receive_what_nothing_was_sent_for(floor: Floor) -> Request:
    order = floor.job()
    floor.do("issueSubcontractMaterials", {"Materials": [moved(_material(order), 1)]}, id=order["id"])
    return {"id": order["id"], "body": {"AcceptedQuantity": 2}}


@reaches(("receiveSubcontractGoods", 409, "quality_pending"))
def _receive_without_an_inspection(floor: Floor) -> Request:
    return {"id": floor.issued(InspectionRequired=True)["id"], "body": {"AcceptedQuantity": 10}}


@reaches(("receiveSubcontractGoods", 409, "quality_failed"))
def _receive_what_has_failed(floor: Floor) -> Request:
    order = floor.issued(InspectionRequired=True)
    named = {"InspectionRefId": floor.inspected(order, value="8")["id"]}
    return {"id": order["id"], "body": {"AcceptedQuantity": 10, **named}}


@reaches(("receiveSubcontractGoods", 422, "quantity_exceeds_accepted"))
def _receive_more_than_was_accepted(floor: Floor) -> Request:
    order = floor.issued(InspectionRequired=True)
    rejected: Record = {"RejectedQuantity": 1, "Disposition": "Scrap", "DispositionReason": "Thin"}
    named = {"InspectionRefId": floor.inspected(order, AcceptedQuantity=9, **rejected)["id"]}
    return {"id": order["id"], "body": {"AcceptedQuantity": 10, **named}}


@reaches(("returnSubcontractMaterials", 409, "invalid_state_transition"))
def _return_to_a_draft(floor: Floor) -> Request:
    order = floor.job()
    return {"id": order["id"], "body": {"Materials": [moved(_material(order), 1)]}}


@reaches(("returnSubcontractMaterials", 422, "explosion_too_large"))
def _return_to_a_full_store(floor: Floor) -> Request:
    order = floor.issued()
    item = _material(order)
    floor.bring_in(item, HUGE - int(floor.stock(item)["OnHandQuantity"]), 0)
    return {"id": order["id"], "body": {"Materials": [moved(item, 10)]}}
