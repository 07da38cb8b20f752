"""A book of inspections in memory; its stock can be read and must never be written by an inspection."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mock_server.manufacturing import Item
from mock_server.manufacturing.stock import Stock
from tests.manufacturing.book import MemoryBook


@dataclass
class Order:
    """A work order or a subcontract order, as far as an inspection looks at it."""

    id: str
    item_ref_id: str
    status: str = "InProgress"

    @property
    def number(self) -> str:
        return self.id


class InspectionMemory(MemoryBook):
    """A book with two work orders and a subcontract order."""

    # The orders are no more than an inspection looks at.
    work_orders: Any
    subcontract_orders: Any

    def __init__(self) -> None:
        super().__init__()
        for code, name, uom in (("BIKE", "Bicycle", "NOS"), ("PANEER", "Paneer", "kg")):
            self.items[code] = Item(code, code, name, uom)
            self.stock[code] = Stock(on_hand=Decimal(10), value=Decimal(50))
        self.work_orders.update({"WO-1": Order("WO-1", "BIKE"), "WO-2": Order("WO-2", "PANEER")})
        self.subcontract_orders["SC-1"] = Order("SC-1", "BIKE", "MaterialsIssued")

    def picture(self) -> Any:
        """A deep copy of all inspections, to compare with later."""
        return deepcopy(dict(self.inspections))


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
