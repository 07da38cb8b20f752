"""Every refusal of what moves with job work: materials out, goods in, materials back."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.factory import Record
from contract_tests.kit import HUGE, Request
from contract_tests.shop_floor.floor import Floor, line, moved
from contract_tests.shop_floor.refusals import TOMORROW, Reach, reaches, ready, register


def _moving(order: Record, quantity: object = 1, **fields: object) -> Request:
    """A request that moves a quantity of an order's material."""
    return {"id": order["id"], "json": {"Materials": [moved(_material(order), quantity)], **fields}}


def _material(order: Record) -> str:
    found: str = order["Materials"][0]["ItemRefId"]
    return found


def _issue(quantity: object = 1, **fields: object) -> Reach:
    return lambda floor: _moving(floor.job(), quantity, **fields)


def _back(quantity: object = 1, **fields: object) -> Reach:
    return lambda floor: _moving(floor.issued(), quantity, **fields)


def _receive(**fields: object) -> Reach:
    return lambda floor: {"id": floor.issued()["id"], "json": {"AcceptedQuantity": 10, **fields}}


def _of_another_material(order: Callable[[Floor], Record]) -> Reach:
    return lambda floor: {"id": order(floor)["id"], "json": {"Materials": [moved(floor.stocked(), 1)]}}


ready("issueSubcontractMaterials", _issue())
ready("receiveSubcontractGoods", _receive())
ready("returnSubcontractMaterials", _back())
register(
    "issueSubcontractMaterials",
    422,
    {
        "unknown_reference": _of_another_material(Floor.job),
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
        "unknown_reference": _of_another_material(Floor.issued),
        "fractional_quantity": _back(0.5),
        "quantity_exceeds_balance": _back(11),
        "date_not_allowed": _back(1, ReturnDate=TOMORROW),
    },
)
register("issueSubcontractMaterials", 409, {"invalid_state_transition": lambda f: _moving(f.received())})
register("returnSubcontractMaterials", 409, {"invalid_state_transition": lambda f: _moving(f.job())})


@reaches(("issueSubcontractMaterials", 409, "insufficient_stock"))
def _issue_what_is_not_there(floor: Floor) -> Request:
    order = floor.job(ItemRefId=floor.job_bom([line(floor.stocked(9))])["ItemRefId"])
    return _moving(order, 10)


@reaches(("issueSubcontractMaterials", 409, "duplicate_number"))
def _use_a_challan_twice(floor: Floor) -> Request:
    number = floor.issued()["Challans"][0]["ChallanNumber"]
    return _issue(1, ChallanNumber=number)(floor)


def _since(floor: Floor, changes: Record, **fields: object) -> Request:
    """A Draft order whose BOM has changed since."""
    bom = floor.job_bom()
    order = floor.job(ItemRefId=bom["ItemRefId"], **fields)
    floor.do("updateBom", changes, id=bom["id"])
    return _moving(order)


@reaches(("issueSubcontractMaterials", 422, "wrong_bom_type"))
def _issue_for_another_kind_of_bom(floor: Floor) -> Request:
    return _since(floor, {"Type": "Manufacture", "ServiceCostPerUnit": 0})


@reaches(("issueSubcontractMaterials", 422, "explosion_too_large"))
def _issue_for_a_bom_that_needs_too_much(floor: Floor) -> Request:
    return _since(floor, {"Lines": [line(floor.item(), 100)]}, OrderedQuantity=HUGE // 10)


@reaches(("receiveSubcontractGoods", 409, "invalid_state_transition"))
def _receive_before_anything_is_out(floor: Floor) -> Request:
    return {"id": floor.job()["id"], "json": {"AcceptedQuantity": 1}}


@reaches(("receiveSubcontractGoods", 409, "insufficient_material_at_subcontractor"))
def _receive_what_nothing_was_sent_for(floor: Floor) -> Request:
    order = floor.job()
    floor.do("issueSubcontractMaterials", {"Materials": [moved(_material(order), 1)]}, id=order["id"])
    return {"id": order["id"], "json": {"AcceptedQuantity": 2}}


@reaches(("receiveSubcontractGoods", 409, "quality_pending"))
def _receive_without_an_inspection(floor: Floor) -> Request:
    return {"id": floor.issued(InspectionRequired=True)["id"], "json": {"AcceptedQuantity": 10}}


@reaches(("receiveSubcontractGoods", 409, "quality_failed"))
def _receive_what_has_failed(floor: Floor) -> Request:
    order = floor.issued(InspectionRequired=True)
    named = {"InspectionRefId": floor.inspected(order, value="8")["id"]}
    return {"id": order["id"], "json": {"AcceptedQuantity": 10, **named}}


@reaches(("receiveSubcontractGoods", 422, "quantity_exceeds_accepted"))
def _receive_more_than_was_accepted(floor: Floor) -> Request:
    order = floor.issued(InspectionRequired=True)
    rejected: Record = {"RejectedQuantity": 1, "Disposition": "Scrap", "DispositionReason": "Thin"}
    named = {"InspectionRefId": floor.inspected(order, AcceptedQuantity=9, **rejected)["id"]}
    return {"id": order["id"], "json": {"AcceptedQuantity": 10, **named}}


@reaches(("returnSubcontractMaterials", 422, "explosion_too_large"))
def _return_to_a_full_store(floor: Floor) -> Request:
    order = floor.issued()
    item = _material(order)
    floor.bring_in(item, HUGE - int(floor.stock(item)["OnHandQuantity"]), 0)
    return _moving(order, 10)
