"""The paths to the events of subcontract orders."""

from __future__ import annotations

from decimal import Decimal

from mock_server.triggers import inspections, supplies
from mock_server.triggers.desk import Desk, Record
from mock_server.triggers.orders import job
from mock_server.triggers.values import less, number, sent

_DRAFT, _ISSUED, _PARTLY, _RECEIVED = "Draft", "MaterialsIssued", "PartiallyReceived", "Received"
_OPEN, _OUT = {_ISSUED, _PARTLY}, {_ISSUED, _PARTLY, _RECEIVED}


async def materials_issued(desk: Desk, name: str | None) -> Record:
    """What is still to be issued, on one challan."""
    return await _issue(desk, await job(desk, name), is_last=True)


async def goods_received(desk: Desk, name: str | None) -> Record:
    """What is still pending, in one receipt."""
    return await _receive(desk, await job(desk, name), is_last=True)


async def completed(desk: Desk, name: str | None) -> Record:
    """All received, and what is left with the subcontractor returned; with a reason it may end short."""
    found = await job(desk, name)
    is_short = found["Status"] == _PARTLY and desk.values.get("Reason")
    if found["Status"] in {_DRAFT, _ISSUED, _PARTLY} and not is_short:
        found = await _receive(desk, found)
    left = [each for each in found["Materials"] if number(each["BalanceQuantity"]) > 0]
    if found["Status"] in {_PARTLY, _RECEIVED} and left and "Losses" not in desk.values:
        back = [_moved(each, number(each["BalanceQuantity"])) for each in left]
        found = await desk.step("returnSubcontractMaterials", {"Materials": back}, of=found, when=_OUT)
    return await desk.finish(
        "completeSubcontractOrder", {}, of=found, after={"Status": "Completed"}, when={_PARTLY, _RECEIVED}
    )


async def _issue(desk: Desk, found: Record, *, is_last: bool = False) -> Record:
    act, outstanding = desk.finish if is_last else desk.step, _outstanding(found)
    # Of an order that has everything it is the server that says so.
    wanted = outstanding or [(each, number(each["RequiredQuantity"])) for each in found["Materials"]]
    body = {"Materials": [_moved(each, quantity) for each, quantity in wanted]}

    async def attempt() -> Record:
        after = {"Status": _ISSUED if found["Status"] == _DRAFT else found["Status"]}
        all_out = [{**each, "IssuedQuantity": each["RequiredQuantity"]} for each in found["Materials"]]
        return await act(
            "issueSubcontractMaterials",
            body,
            of=found,
            after={**after, "Materials": all_out},
            when={_DRAFT, *_OPEN},
        )

    async def remedy() -> None:
        needs = [(each["ItemRefId"], each["ItemCode"], quantity) for each, quantity in outstanding]
        await supplies.bring_in(desk, needs)

    return await desk.remedied("insufficient_stock", remedy, attempt)


async def _receive(desk: Desk, found: Record, *, is_last: bool = False) -> Record:
    if found["Status"] == _DRAFT:
        found = await _issue(desk, found)
    values = desk.values if is_last else {}
    accepted = number(
        values.get("AcceptedQuantity", less(found["PendingQuantity"], values, "RejectedQuantity"))
    )
    body: Record = {"AcceptedQuantity": sent(accepted)}
    is_open = found["Status"] in _OPEN
    if is_open and found["InspectionRequired"] and accepted and "InspectionRefId" not in values:
        body["InspectionRefId"] = (await inspections.accepted(desk, found, accepted))["id"]
    act = desk.finish if is_last else desk.step

    async def attempt() -> Record:
        used = [{**each, "BalanceQuantity": 0} for each in found["Materials"]]
        after = {"Status": _RECEIVED, "PendingQuantity": 0, "Materials": used}
        return await act("receiveSubcontractGoods", body, of=found, after=after, when=_OPEN)

    async def remedy() -> None:
        if is_open and _outstanding(found):
            await _issue(desk, found)

    return await desk.remedied("insufficient_material_at_subcontractor", remedy, attempt)


def _outstanding(order: Record) -> list[tuple[Record, Decimal]]:
    """The materials of which something is still to be issued, and how much."""
    found = []
    for each in order["Materials"]:
        out = number(each["IssuedQuantity"]) - number(each["ReturnedQuantity"])
        if (rest := number(each["RequiredQuantity"]) - out) > 0:
            found.append((each, rest))
    return found


def _moved(material: Record, quantity: Decimal) -> Record:
    return {"ItemRefId": material["ItemRefId"], "Quantity": sent(quantity)}
