"""What a path needs and an entity may lack: items, stock, a BOM, a vendor; found again the next time."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from mock_server.triggers.desk import NEW, Desk, Record
from mock_server.triggers.records import ACTIVE, BOM, ITEM, every
from mock_server.triggers.values import number, sent

GOODS = "TRIGGER-GOODS"
JOB_GOODS = "TRIGGER-JOB-GOODS"
PART = "TRIGGER-PART"
VENDOR = "TRIGGER-JOB-WORKER"
_NAMES = {GOODS: "Goods of trigger", JOB_GOODS: "Job-work goods of trigger", PART: "Part of trigger"}
_COST = 10
_JOB_COST = 5
MANUFACTURE, SUBCONTRACT = "Manufacture", "Subcontract"


async def item(desk: Desk, code: str) -> Record:
    """One of the items that paths are walked with; the codes are theirs."""
    for is_archived in ("false", "true"):
        page = await desk.read(ITEM.list, itemCode=code, isArchived=is_archived)
        if page[ITEM.key]:
            found: Record = page[ITEM.key][0]
            return found
    body = {"ItemCode": code, "Name": _NAMES[code], "Uom": "NOS", "StandardCost": _COST}
    after = {**body, "Status": ACTIVE, "AvailableQuantity": 0}
    return await desk.step("createItem", body, after=after, told=code)


async def new_bom(desk: Desk, goods: Record, type: str, *, is_last: bool = False) -> Record:
    """A new BOM of an item: a Draft as a last step, else Active, for orders to be made from it."""
    part = await item(desk, PART)
    body: Record = {
        "Name": goods["Name"],
        "ItemRefId": goods["id"],
        "Type": type,
        "Lines": [{"ItemRefId": part["id"], "Quantity": 1}],
    }
    if type == SUBCONTRACT:
        body["ServiceCostPerUnit"] = _JOB_COST
    line = {"ItemRefId": part["id"], "ItemCode": PART, "Quantity": 1}
    after = {**body, "OutputQuantity": 1, "Lines": [line], "Status": "Draft", "InspectionRequired": False}
    if is_last:
        return await desk.finish("createBom", body, after=after)
    body |= {"Status": ACTIVE, "ReplaceActive": True}
    return await desk.step("createBom", body, after={**after, "Status": ACTIVE})


async def boms(desk: Desk, goods: Record, *, is_archived: bool = False) -> list[Record]:
    """The BOMs of an item of ours, the Active one first."""
    if goods["id"] == NEW:
        return []
    flag = "true" if is_archived else "false"
    listed = await every(desk, BOM, itemRefId=goods["id"], isArchived=flag)
    return sorted(listed, key=lambda bom: bom["Status"] != ACTIVE)


async def bom(desk: Desk, code: str, type: str) -> Record:
    """An Active BOM of an item of ours."""
    goods = await item(desk, code)
    for found in await boms(desk, goods):
        if found["Status"] == ACTIVE and found["Type"] == type:
            read: Record = await desk.read(BOM.get, found["id"])
            return read
    return await new_bom(desk, goods, type)


async def vendor(desk: Desk) -> Record:
    """A vendor who does job work: whoever is there, or one of ours."""
    page = await desk.read("listVendor", isSubcontractor="true", isArchived="false", limit="1")
    if page["vendors"]:
        found: Record = page["vendors"][0]
        return found
    body = {"VendorCode": VENDOR, "DisplayName": "Job worker of trigger", "IsSubcontractor": True}
    return await desk.step("createVendor", body, after=body, told=VENDOR)


async def bring_in(desk: Desk, needs: Iterable[tuple[str, str, Decimal]]) -> None:
    """Counts up what is short of materials that are needed: id, code and quantity of each."""
    for item_id, code, quantity in needs:
        held: Record = {"AvailableQuantity": 0}
        if item_id != NEW:
            held = await desk.read(ITEM.get, item_id)
        lacking = quantity - number(held["AvailableQuantity"])
        if lacking > 0:
            body = {"ItemRefId": item_id, "Quantity": sent(lacking)}
            told = f"{code} +{sent(lacking)}"
            await desk.step("createStockAdjustment", body, told=told)


def planned(materials: Record, quantity: Decimal) -> list[Record]:
    """What an order that a dry run does not make would need by its BOM."""
    return [
        {
            "ItemRefId": line["ItemRefId"],
            "ItemCode": line["ItemCode"],
            "RequiredQuantity": sent(
                number(line["Quantity"]) * quantity / number(materials["OutputQuantity"])
            ),
        }
        for line in materials["Lines"]
    ]
