"""A book in memory with stock, vendors and subcontract orders."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from mock_server.manufacturing import Refused, Vendor
from mock_server.manufacturing.inspections import COMPLETED, Inspection
from mock_server.manufacturing.stock import Ledger, Movement, Stock
from mock_server.manufacturing.subcontract_orders import SubcontractOrder, financial_year, generated_number
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.demo import pune

Answer = TypeVar("Answer")
_DAY = datetime(2025, 1, 1, tzinfo=UTC)


class JobWorkBook(MemoryBook):
    """Takes over the items and BOMs of another book; the day is set by `on`."""

    def __init__(self, master: MemoryBook | None = None) -> None:
        super().__init__()
        if master is not None:
            self.items, self.boms = dict(master.items), dict(master.boms)
        self.vendors: dict[str, Vendor] = {}
        self.inspections: dict[str, Inspection] = {}
        self.orders: dict[str, SubcontractOrder] = {}
        self.stocks: dict[str, Stock] = {}
        self.movements: list[Movement] = []
        self._subcontract_numbers = 0
        self._challan_numbers: dict[str, int] = {}

    @property
    def today(self) -> date:
        return self._now.date()

    def on(self, day: str) -> None:
        """Sets the clock to a day, 06:30 UTC."""
        self._now = datetime.combine(date.fromisoformat(day), _DAY.timetz()) + timedelta(hours=6, minutes=30)

    def stock(self, item_id: str) -> Stock:
        return self.stocks.get(item_id, Stock())

    def put_stock(self, item_id: str, stock: Stock) -> None:
        self.stocks[item_id] = stock

    def post(self, movement: Movement) -> None:
        self.movements.append(movement)

    def subcontract_order(self, order_id: str) -> SubcontractOrder | None:
        return self.orders.get(order_id)

    def vendor(self, vendor_id: str) -> Vendor | None:
        return self.vendors.get(vendor_id)

    def inspection(self, inspection_id: str) -> Inspection | None:
        return self.inspections.get(inspection_id)

    def next_subcontract_number(self) -> str:
        self._subcontract_numbers += 1
        return f"SC-{self._subcontract_numbers:04d}"

    def subcontract_number_taken(self, number: str) -> bool:
        return any(order.order_number == number for order in self.orders.values())

    def subcontract_reference_taken(self, reference: str, except_id: str | None) -> bool:
        return any(
            order.external_reference == reference and order.id != except_id for order in self.orders.values()
        )

    def challan_number_taken(self, series_year: str, number: str) -> bool:
        return any(
            challan.challan_number == number and financial_year(challan.challan_date) == series_year
            for order in self.orders.values()
            for challan in order.challans
        )

    def next_challan_number(self, series_year: str) -> str:
        count = self._challan_numbers[series_year] = self._challan_numbers.get(series_year, 0) + 1
        return generated_number(series_year, count)

    def put_subcontract_order(self, order: SubcontractOrder, event: str | None) -> None:
        self.orders[order.id] = order
        self.writes.append(order.id)
        if event is not None:
            self.events.append((order.id, event, order.revision))

    def attempt(self, command: Callable[[], Answer]) -> Answer:
        before = dict(self.orders), dict(self.stocks), list(self.movements)
        try:
            return super().attempt(command)
        except Refused:
            self.orders, self.stocks, self.movements = before
            raise

    def snapshot(self) -> Any:
        """A deep copy of everything that a refused command must leave as it was."""
        return deepcopy((self.orders, self.stocks, self.movements, self.events))

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
            **{"status": COMPLETED, "result": "Passed", **fields},
        )
        return self.inspections[number]


def pune_job_work() -> JobWorkBook:
    """Entity E1 with its subcontractors, before any stock."""
    book = JobWorkBook(pune()[0])
    for code in ("SUP-PCOAT", "SUP-CNC", "SUP-UNREG"):
        book.add_vendor(code)
    book.add_vendor("SUP-RIMS", is_subcontractor=False)
    return book
