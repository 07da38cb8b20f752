"""The twelve topics, each with the path to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from mock_server.forwarding import ForwardingError
from mock_server.triggers import boms, inspections, subcontract_orders, work_orders
from mock_server.triggers.desk import Desk, Record, name_of

_WIDTH = 34


class Path(NamedTuple):
    """How a topic is brought about: by which operations where nothing is there yet, and for which record."""

    walk: Callable[[Desk, str | None], Awaitable[Record]]
    of: str
    steps: tuple[str, ...]

    @property
    def last(self) -> str:
        """The operation that sends the event."""
        return self.steps[-1]


_ITEMS = ("createItem", "createItem")
_ORDER = (*_ITEMS, "createBom", "createWorkOrder")
_RELEASED = (*_ORDER, "createStockAdjustment", "releaseWorkOrder")
_ISSUED = (
    "createVendor",
    *_ITEMS,
    "createBom",
    "createSubcontractOrder",
    "createStockAdjustment",
    "issueSubcontractMaterials",
)
_RECEIVED = (*_ISSUED, "receiveSubcontractGoods")
_INSPECTED = (*_ORDER, "createQualityInspection")

PATHS = {
    "work_order.released": Path(work_orders.released, "work order", _RELEASED),
    "work_order.completed": Path(work_orders.completed, "work order", (*_RELEASED, "completeWorkOrder")),
    "work_order.cancelled": Path(work_orders.cancelled, "work order", (*_ORDER, "cancelWorkOrder")),
    "bom.created": Path(boms.created, "item", (*_ITEMS, "createBom")),
    "bom.updated": Path(boms.updated, "BOM", (*_ITEMS, "createBom", "updateBom")),
    "bom.archived": Path(boms.archived, "BOM", (*_ITEMS, "createBom", "archiveBoms")),
    "bom.restored": Path(boms.restored, "BOM", (*_ITEMS, "createBom", "archiveBoms", "restoreBoms")),
    "subcontract_order.materials_issued": Path(
        subcontract_orders.materials_issued, "subcontract order", _ISSUED
    ),
    "subcontract_order.goods_received": Path(
        subcontract_orders.goods_received, "subcontract order", _RECEIVED
    ),
    "subcontract_order.completed": Path(
        subcontract_orders.completed, "subcontract order", (*_RECEIVED, "completeSubcontractOrder")
    ),
    "quality_inspection.created": Path(inspections.created, "order", _INSPECTED),
    "quality_inspection.completed": Path(
        inspections.completed,
        "quality inspection",
        (*_INSPECTED, "updateQualityInspection", "completeQualityInspection"),
    ),
}


def path_lines() -> list[str]:
    """Each topic with its path, and what it can be brought about for."""
    found = ["The steps where nothing is there yet; what is there is not made again.", ""]
    for topic, path in PATHS.items():
        found.append(f"{topic:<{_WIDTH}}  --for {path.of}")
        found.append(f"  {' → '.join(path.steps)}")
    return found


async def trigger(desk: Desk, topic: str, name: str | None) -> str:
    """Walks the path to a topic; the event in a line: topic, record and id."""
    await desk.check_stage()
    record = await PATHS[topic].walk(desk, name)
    if desk.is_dry:
        return f"{topic} {name_of(record)}: not sent, this was a dry run"
    event = await desk.event_of(topic, record)
    if event is None:
        raise ForwardingError(f"Nothing of {name_of(record)} has changed: {topic} was not sent.")
    return f"{topic} {name_of(record)} {event}"
