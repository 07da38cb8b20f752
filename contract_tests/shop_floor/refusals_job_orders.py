"""Every refusal of subcontract orders: what they may hold, and how they end."""

from __future__ import annotations

from contract_tests.factory import Record
from contract_tests.kit import HUGE, Request
from contract_tests.shop_floor.floor import Floor, line, named
from contract_tests.shop_floor.refusals import (
    Fields,
    Reach,
    reaches,
    ready,
    register,
    register_content,
    register_document,
)


def _too_much(floor: Floor) -> Record:
    return {"ItemRefId": floor.job_bom([line(floor.item(), 2)])["ItemRefId"], "OrderedQuantity": HUGE}


# Fields that no order may have, to be sent with a create or with an update.
_CONTENT: dict[tuple[int, str], Fields] = {
    (422, "unknown_reference"): lambda floor: {"SubcontractorRefId": floor.other_vendor},
    (422, "inactive_item"): lambda floor: {"ItemRefId": floor.item(IsActive=False)},
    (422, "wrong_bom_type"): lambda floor: named(floor.bom()),
    (422, "bom_not_active"): lambda floor: named(floor.archived(floor.job_bom())),
    (422, "fractional_quantity"): lambda floor: {"OrderedQuantity": 1.5},
    (422, "explosion_too_large"): _too_much,
}


def _complete(lost: float | None = None) -> Reach:
    """Completes an order of which one is missing, with a loss or with none."""

    def request(floor: Floor) -> Request:
        order = floor.received(9)
        body: Record = {"Reason": "Enough"}
        if lost is not None:
            body["Losses"] = [{"ItemRefId": order["Materials"][0]["ItemRefId"], "LossQuantity": lost}]
        return {"id": order["id"], "json": body}

    return request


register_content("SubcontractOrder", _CONTENT, Floor.job_body, Floor.job)
register_document("SubcontractOrder", "OrderNumber", Floor.job_body, Floor.job)
ready("completeSubcontractOrder", lambda floor: {"id": floor.received()["id"], "json": {}})
ready("cancelSubcontractOrder", lambda floor: {"id": floor.job()["id"], "json": {}})
register(
    "archiveSubcontractOrders",
    409,
    {"invalid_state_transition": lambda floor: {"json": {"ids": [floor.job()["id"], floor.issued()["id"]]}}},
)
register(
    "completeSubcontractOrder",
    422,
    {
        "unknown_reference": lambda floor: {
            "id": floor.received()["id"],
            "json": {"Losses": [{"ItemRefId": floor.item(), "LossQuantity": 1}]},
        },
        "fractional_quantity": _complete(0.5),
        "quantity_exceeds_balance": _complete(2),
        "reason_required": lambda floor: {"id": floor.received(9)["id"], "json": {}},
    },
)
register(
    "completeSubcontractOrder",
    409,
    {
        "unreconciled_material": _complete(),
        "invalid_state_transition": lambda floor: {"id": floor.issued()["id"], "json": {}},
    },
)
register(
    "cancelSubcontractOrder",
    409,
    {
        "unreconciled_material": lambda floor: {"id": floor.issued()["id"], "json": {}},
        "invalid_state_transition": lambda floor: {"id": floor.received(9)["id"], "json": {}},
    },
)


@reaches(("updateSubcontractOrder", 409, "invalid_state_transition"))
def _change_what_is_out(floor: Floor) -> Request:
    return {"id": floor.issued()["id"], "json": {"OrderedQuantity": 9}}
