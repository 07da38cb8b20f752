"""A book of inspections in memory; its stock can be read and must never be written by an inspection."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from mock_server.manufacturing import Item, Refused
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.stock import Stock

Answer = TypeVar("Answer")


@dataclass
class Order:
    """A work order or a subcontract order, as far as an inspection looks at it."""

    id: str
    item_ref_id: str
    status: str = "InProgress"

    @property
    def work_order_number(self) -> str:
        return self.id

    @property
    def order_number(self) -> str:
        return self.id


class InspectionMemory:
    """Inspections of one entity with one order of each kind; each transaction is a millisecond later."""

    def __init__(self) -> None:
        self.user_ref_id = "user-of-the-tests"
        self.items = {
            "BIKE": Item("BIKE", "BIKE", "Bicycle", "NOS"),
            "PANEER": Item("PANEER", "PANEER", "Paneer", "kg"),
        }
        self.stocks = {code: Stock(on_hand=Decimal(10), value=Decimal(50)) for code in self.items}
        self.orders = {"WO-1": Order("WO-1", "BIKE"), "WO-2": Order("WO-2", "PANEER")}
        self.jobs = {"SC-1": Order("SC-1", "BIKE", "MaterialsIssued")}
        self.inspections: dict[str, Inspection] = {}
        self.events: list[tuple[str, str, int]] = []
        self._ids = 0
        self._numbers = 0
        self._now = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)

    @property
    def now(self) -> datetime:
        return self._now

    def new_id(self) -> str:
        self._ids += 1
        return f"00000000-0000-7000-8000-{self._ids:012d}"

    def item(self, item_id: str) -> Item | None:
        return self.items.get(item_id)

    def work_order(self, order_id: str) -> Order | None:
        return self.orders.get(order_id)

    def subcontract_order(self, order_id: str) -> Order | None:
        return self.jobs.get(order_id)

    def inspection(self, inspection_id: str) -> Inspection | None:
        return self.inspections.get(inspection_id)

    def open_inspections(self, order_id: str, lot_number: str | None) -> list[Inspection]:
        return [
            each
            for each in self.inspections.values()
            if (each.order_ref_id, each.lot_number, each.status) == (order_id, lot_number, "Open")
        ]

    def next_inspection_number(self) -> str:
        self._numbers += 1
        return f"QI-{self._numbers:04d}"

    def inspection_number_taken(self, number: str) -> bool:
        return any(each.inspection_number == number for each in self.inspections.values())

    def inspection_reference_taken(self, reference: str, except_id: str | None) -> bool:
        return any(
            each.external_reference == reference and each.id != except_id
            for each in self.inspections.values()
        )

    def put_inspection(self, inspection: Inspection, event: str | None) -> None:
        self.inspections[inspection.id] = inspection
        if event is not None:
            self.events.append((inspection.id, event, inspection.revision))

    def attempt(self, command: Callable[[], Answer]) -> Answer:
        """Runs a command as a transaction: a refusal leaves nothing behind."""
        self._now += timedelta(milliseconds=1)
        before = dict(self.inspections), list(self.events)
        try:
            return command()
        except Refused:
            self.inspections, self.events = before
            raise

    def picture(self) -> dict[str, Inspection]:
        """A deep copy of all inspections, to compare with later."""
        return deepcopy(self.inspections)


def body(order: str = "WO-1", *criteria: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A create body for a lot of 5 with 2 samples."""
    kind = "SubcontractReceipt" if order.startswith("SC") else "Final"
    reference = "SubcontractOrderRefId" if order.startswith("SC") else "WorkOrderRefId"
    return {
        "Type": kind,
        reference: order,
        "LotQuantity": 5,
        "SampleSize": 2,
        "Criteria": list(criteria) or [numeric("Torque", 5, 7)],
        **members,
    }


def numeric(name: str, low: Any = None, high: Any = None, **members: Any) -> dict[str, Any]:
    """A numeric criterion."""
    return {"Name": name, "Type": "Numeric", "MinValue": low, "MaxValue": high, **members}
