"""The paths to the events of inspections, and the inspection that another path needs."""

from __future__ import annotations

from decimal import Decimal

from mock_server.forwarding import ForwardingError
from mock_server.triggers.desk import NEW, Desk, Record
from mock_server.triggers.orders import is_job, work_order
from mock_server.triggers.records import INSPECTION, JOB, WORK_ORDER, every, find, look_for
from mock_server.triggers.values import less, number

_JOB_TYPE = "SubcontractReceipt"
_OPEN, _COMPLETED = "Open", "Completed"
_CRITERION = {"Name": "Looks", "Type": "PassFail"}


async def created(desk: Desk, name: str | None) -> Record:
    """A new inspection, of the order that is named."""
    if name is None:
        return await _open(desk, await work_order(desk, None), is_last=True)
    found = await look_for(desk, WORK_ORDER, name) or await look_for(desk, JOB, name)
    if found is None:
        raise ForwardingError(f"There is no work order and no subcontract order {name}.")
    return await _open(desk, found, is_last=True)


async def completed(desk: Desk, name: str | None) -> Record:
    """Open → Completed, read before."""
    if name is None:
        found = await _open(desk, await work_order(desk, None))
    else:
        found = await find(desk, INSPECTION, name)
    return await _complete(desk, found, is_last=True)


async def decided(desk: Desk, order: Record) -> None:
    """Sees that a work order has a completed inspection; one that failed is the order's own affair."""
    listed = await of_order(desk, order)
    if not any(each["Status"] == _COMPLETED for each in listed):
        await _passed(desk, order, listed)


async def accepted(desk: Desk, order: Record, quantity: Decimal) -> Record:
    """A completed inspection on which so much of a subcontract order can be received."""
    listed = await of_order(desk, order)
    for each in reversed(listed):
        if each["Status"] == _COMPLETED:
            used = [
                number(receipt["AcceptedQuantity"])
                for receipt in order["Receipts"]
                if receipt["InspectionRefId"] == each["id"]
            ]
            if number(each["AcceptedQuantity"]) - sum(used, Decimal(0)) >= quantity:
                return each
    return await _passed(desk, order, listed, quantity)


async def of_order(desk: Desk, order: Record) -> list[Record]:
    """The inspections of an order, oldest first."""
    if order["id"] == NEW:
        return []
    name = "subcontractOrderRefId" if is_job(order) else "workOrderRefId"
    return await every(desk, INSPECTION, **{name: order["id"]})


async def _passed(desk: Desk, order: Record, listed: list[Record], quantity: Decimal | None = None) -> Record:
    waiting = [each["id"] for each in listed if each["Status"] == _OPEN]
    found = await desk.read(INSPECTION.get, waiting[0]) if waiting else await _open(desk, order, quantity)
    return await _complete(desk, found)


async def _open(
    desk: Desk, order: Record, quantity: Decimal | None = None, *, is_last: bool = False
) -> Record:
    is_of_job = is_job(order)
    whole = order["OrderedQuantity" if is_of_job else "PlannedQuantity"] if quantity is None else quantity
    body = {
        "Type": _JOB_TYPE if is_of_job else "Final",
        "SubcontractOrderRefId" if is_of_job else "WorkOrderRefId": order["id"],
        "LotQuantity": less(whole, {}),
        "SampleSize": 1,
        "Criteria": [_CRITERION],
    }
    criteria = [{**_CRITERION, "id": NEW, "IsMandatory": True}]
    after = {**body, "Status": _OPEN, "Criteria": criteria, "Readings": []}
    act = desk.finish if is_last else desk.step
    return await act("createQualityInspection", body, after=after)


async def _complete(desk: Desk, found: Record, *, is_last: bool = False) -> Record:
    act = desk.finish if is_last else desk.step
    missing = _missing(found)
    if found["Status"] == _OPEN and missing:
        readings = [*(_kept(each) for each in found["Readings"]), *missing]
        found = await desk.step("updateQualityInspection", {"Readings": readings}, of=found, when={_OPEN})
    stated = {**found, **desk.values} if is_last else found
    body = {"AcceptedQuantity": less(found["LotQuantity"], stated, "RejectedQuantity", "OnHoldQuantity")}
    return await act(
        "completeQualityInspection", body, of=found, after={"Status": _COMPLETED, **body}, when={_OPEN}
    )


def _missing(inspection: Record) -> list[Record]:
    """A good reading for every sample of a mandatory criterion that has none yet."""
    read = {(each["CriterionId"], each["SampleNumber"]) for each in inspection["Readings"]}
    return [
        {"CriterionId": criterion["id"], "SampleNumber": sample, "Value": _good(criterion)}
        for criterion in inspection["Criteria"]
        if criterion["IsMandatory"]
        for sample in range(1, int(inspection["SampleSize"]) + 1)
        if (criterion["id"], sample) not in read
    ]


def _good(criterion: Record) -> str:
    if criterion["Type"] == "PassFail":
        return "Pass"
    if criterion["Type"] == "Choice":
        return str(criterion["ExpectedText"])
    limits = [criterion[name] for name in ("MinValue", "MaxValue") if criterion[name] is not None]
    return f"{number(limits[0] if limits else 1):f}"


def _kept(reading: Record) -> Record:
    return {name: reading[name] for name in ("CriterionId", "SampleNumber", "Value")}
