"""The paths to the events of BOMs."""

from __future__ import annotations

from mock_server.triggers import supplies
from mock_server.triggers.desk import Desk, Record, name_of
from mock_server.triggers.records import ACTIVE, BOM, ITEM, find

_ARCHIVED = "IsArchived"


async def created(desk: Desk, name: str | None) -> Record:
    """A new Draft BOM, of the item that is named."""
    goods = await _goods(desk) if name is None else await find(desk, ITEM, name)
    return await supplies.new_bom(desk, goods, supplies.MANUFACTURE, is_last=True)


async def updated(desk: Desk, name: str | None) -> Record:
    """Notes that differ, or whatever was set."""
    bom = await _bom(desk, name)
    body = {} if desk.values else {"Notes": f"Changed by trigger, after revision {bom.get('Revision', 1)}."}
    return await desk.finish("updateBom", body, of=bom, when={ACTIVE, "Draft"})


async def archived(desk: Desk, name: str | None) -> Record:
    """A BOM that is in the archive is taken out before."""
    bom = await _bom(desk, name)
    if bom.get(_ARCHIVED):
        bom = await _moved(desk, "restoreBoms", bom, is_last=False)
    return await _moved(desk, "archiveBoms", bom)


async def restored(desk: Desk, name: str | None) -> Record:
    """A BOM that is not in the archive is put there before."""
    bom = await _bom(desk, name, is_archived=True)
    if not bom.get(_ARCHIVED):
        bom = await _moved(desk, "archiveBoms", bom, is_last=False)
    return await _moved(desk, "restoreBoms", bom)


async def _goods(desk: Desk) -> Record:
    return await supplies.item(desk, supplies.GOODS)


async def _bom(desk: Desk, name: str | None, *, is_archived: bool = False) -> Record:
    """The BOM that is named, else one of ours, an archived one where there is one and it is wanted."""
    if name is not None:
        return await find(desk, BOM, name)
    goods = await _goods(desk)
    found = await supplies.boms(desk, goods, is_archived=True) if is_archived else []
    found = found or await supplies.boms(desk, goods)
    return found[0] if found else await supplies.new_bom(desk, goods, supplies.MANUFACTURE)


async def _moved(desk: Desk, operation: str, bom: Record, *, is_last: bool = True) -> Record:
    """The BOM after it was put into the archive or taken out."""
    is_archived = operation == "archiveBoms"
    told = f"{name_of(bom)} {'Archived' if is_archived else 'Restored'}"
    act = desk.finish if is_last else desk.step
    await act(operation, {"ids": [bom["id"]]}, told=told)
    if desk.is_dry:
        return {**bom, _ARCHIVED: is_archived}
    read: Record = await desk.read(BOM.get, bom["id"])
    return read
