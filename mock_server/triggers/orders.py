"""The orders that paths are walked with: the one that is named, or a new one."""

from __future__ import annotations

from decimal import Decimal

from mock_server.triggers import supplies
from mock_server.triggers.desk import Desk, Record
from mock_server.triggers.records import JOB, WORK_ORDER, find

_QUANTITY = 10


def is_job(order: Record) -> bool:
    """Whether an order is a subcontract order."""
    return "SubcontractorRefId" in order


async def work_order(desk: Desk, name: str | None) -> Record:
    """The order that is named, or a new one."""
    if name is not None:
        return await find(desk, WORK_ORDER, name)
    bom = await supplies.bom(desk, supplies.GOODS, supplies.MANUFACTURE)
    body = {"ItemRefId": bom["ItemRefId"], "BomRefId": bom["id"], "PlannedQuantity": _QUANTITY}
    after = {
        **body,
        "Status": "Draft",
        "InspectionRequired": bom["InspectionRequired"],
        "Materials": supplies.planned(bom, Decimal(_QUANTITY)),
    }
    return await desk.step("createWorkOrder", body, after=after)


async def job(desk: Desk, name: str | None) -> Record:
    """The order that is named, or a new one."""
    if name is not None:
        return await find(desk, JOB, name)
    vendor = await supplies.vendor(desk)
    bom = await supplies.bom(desk, supplies.JOB_GOODS, supplies.SUBCONTRACT)
    body = {
        "SubcontractorRefId": vendor["id"],
        "ItemRefId": bom["ItemRefId"],
        "BomRefId": bom["id"],
        "OrderedQuantity": _QUANTITY,
    }
    nothing = {"IssuedQuantity": 0, "ReturnedQuantity": 0, "BalanceQuantity": 0}
    after = {
        **body,
        "Status": "Draft",
        "InspectionRequired": bom["InspectionRequired"],
        "PendingQuantity": _QUANTITY,
        "Receipts": [],
        "Materials": [{**each, **nothing} for each in supplies.planned(bom, Decimal(_QUANTITY))],
    }
    return await desk.step("createSubcontractOrder", body, after=after)
