"""A book in memory with stock, vendors and subcontract orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from mock_server.manufacturing import Vendor
from mock_server.manufacturing.inspections import Inspection, InspectionStatus
from mock_server.manufacturing.stock import Ledger
from mock_server.manufacturing.subcontract_orders import SubcontractOrder
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.demo import pune

Answer = TypeVar("Answer")
_DAY = datetime(2025, 1, 1, tzinfo=UTC)


class JobWorkBook(MemoryBook):
    """Takes over the items and BOMs of another book."""

    def __init__(self, master: MemoryBook | None = None) -> None:
        super().__init__()
        if master is not None:
            self.items.update(master.items)
            self.boms.update(master.boms)

    def open_with(self, item_id: str, quantity: str, unit_cost: str) -> None:
        """Opening stock of an item."""
        Ledger(self).opening(self.items[item_id], Decimal(quantity), Decimal(unit_cost))

    def add_vendor(self, code: str, **fields: Any) -> Vendor:
        """Adds a subcontractor whose id is its code."""
        names = (code, code, f"{code} works", f"{code} Ltd")
        made = Vendor(*names, "Supplier", "Active", "INR", True, None, False, self.now, self.now)
        self.vendors[code] = replace(made, **fields)
        return self.vendors[code]

    def add_inspection(self, order: SubcontractOrder, accepted: str, **fields: Any) -> Inspection:
        """Adds a completed inspection that passed a quantity of an order's goods."""
        number = f"QI-{len(self.inspections) + 1:04d}"
        self.inspections[number] = Inspection(
            id=number,
            inspection_number=number,
            type="SubcontractReceipt",
            work_order_ref_id=None,
            subcontract_order_ref_id=order.id,
            item_ref_id=order.item_ref_id,
            item_code=order.item_code,
            item_name=order.item_name,
            lot_number=None,
            lot_quantity=Decimal(accepted),
            uom=order.uom,
            sample_size=1,
            criteria=[],
            revision=1,
            is_archived=False,
            remarks=None,
            notes=None,
            external_reference=None,
            created_at=self.now,
            updated_at=self.now,
            readings=[],
            defects=[],
            accepted_quantity=Decimal(accepted),
            **{"status": InspectionStatus.COMPLETED, "result": "Passed", **fields},
        )
        return self.inspections[number]


def pune_job_work() -> JobWorkBook:
    """Entity E1 with its subcontractors, before any stock."""
    book = JobWorkBook(pune()[0])
    for code in ("SUP-PCOAT", "SUP-CNC", "SUP-UNREG"):
        book.add_vendor(code)
    book.add_vendor("SUP-RIMS", is_subcontractor=False)
    return book
