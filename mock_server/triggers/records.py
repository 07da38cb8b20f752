"""Finds the record that `--for` names, by its id or its number."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from mock_server.forwarding import ForwardingError
from mock_server.triggers.desk import Desk, Record

ACTIVE = "Active"


class Kind(NamedTuple):
    """A kind of record: what it is called, how it is read and listed, and which member is its number."""

    word: str
    get: str
    list: str
    key: str
    number: str


ITEM = Kind("item", "getItem", "listItem", "items", "ItemCode")
BOM = Kind("BOM", "getBom", "listBoms", "boms", "BomNumber")
WORK_ORDER = Kind("work order", "getWorkOrder", "listWorkOrders", "work_orders", "WorkOrderNumber")
JOB = Kind(
    "subcontract order",
    "getSubcontractOrder",
    "listSubcontractOrders",
    "subcontract_orders",
    "OrderNumber",
)
INSPECTION = Kind(
    "quality inspection",
    "getQualityInspection",
    "listQualityInspections",
    "quality_inspections",
    "InspectionNumber",
)


async def find(desk: Desk, kind: Kind, name: str) -> Record:
    """The record with this id or number, archived or not."""
    found = await look_for(desk, kind, name)
    if found is None:
        raise ForwardingError(f"There is no {kind.word} {name}.")
    return found


async def look_for(desk: Desk, kind: Kind, name: str) -> Record | None:
    """The same, or None; of a BOM with several versions the Active one is meant."""
    if _is_id(name):
        record: Record | None = await desk.read(kind.get, name)
        return record
    listed: list[Record] = []
    for is_archived in ("false", "true"):
        listed += await every(desk, kind, search=name, isArchived=is_archived)
    fitting = [each for each in listed if str(each[kind.number]).casefold() == name.casefold()]
    if len(fitting) > 1:
        active = [each for each in fitting if each.get("Status") == ACTIVE]
        if len(active) != 1:
            ids = ", ".join(f"{each['id']} (version {each.get('Version')})" for each in fitting)
            raise ForwardingError(f"{name} names {len(fitting)} records; name one by its id: {ids}.")
        fitting = active
    if not fitting:
        return None
    # A list may show less of a record than reading it does.
    record = await desk.read(kind.get, fitting[0]["id"])
    return record


async def every(desk: Desk, kind: Kind, **query: str) -> list[Record]:
    """All records that a list has for a query."""
    found: list[Record] = []
    while True:
        page = await desk.read(kind.list, limit="100", **query)
        found += page[kind.key]
        if not page.get("has_more"):
            return found
        query["after"] = page["next_cursor"]


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
