"""The paths to the events of work orders."""

from __future__ import annotations

from mock_server.triggers import inspections, supplies
from mock_server.triggers.desk import Desk, Record
from mock_server.triggers.orders import work_order
from mock_server.triggers.values import less, number

_DRAFT, _IN_PROGRESS = "Draft", "InProgress"


async def released(desk: Desk, name: str | None) -> Record:
    """Draft → InProgress."""
    return await _release(desk, await work_order(desk, name), is_last=True)


async def completed(desk: Desk, name: str | None) -> Record:
    """InProgress → Completed, with the inspection that it may need."""
    found = await work_order(desk, name)
    if found["Status"] == _DRAFT:
        found = await _release(desk, found)
    if found["Status"] == _IN_PROGRESS and found["InspectionRequired"]:
        await inspections.decided(desk, found)
    quantity = less(found["PlannedQuantity"], desk.values, "ScrappedQuantity")
    body = {"CompletedQuantity": quantity}
    return await desk.finish(
        "completeWorkOrder", body, of=found, after={"Status": "Completed"}, when={_IN_PROGRESS}
    )


async def cancelled(desk: Desk, name: str | None) -> Record:
    """Draft or InProgress → Cancelled."""
    found = await work_order(desk, name)
    return await desk.finish(
        "cancelWorkOrder", {}, of=found, after={"Status": "Cancelled"}, when={_DRAFT, _IN_PROGRESS}
    )


async def _release(desk: Desk, found: Record, *, is_last: bool = False) -> Record:
    act = desk.finish if is_last else desk.step

    async def attempt() -> Record:
        return await act("releaseWorkOrder", of=found, after={"Status": _IN_PROGRESS}, when={_DRAFT})

    async def remedy() -> None:
        if found["Status"] == _DRAFT:
            needs = [
                (each["ItemRefId"], each["ItemCode"], number(each["RequiredQuantity"]))
                for each in found["Materials"]
            ]
            await supplies.bring_in(desk, needs)

    return await desk.remedied("insufficient_stock", remedy, attempt)
