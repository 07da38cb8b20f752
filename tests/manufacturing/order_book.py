"""A book in memory that also keeps stock and work orders, and the ledger's invariants as checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from mock_server.manufacturing import work_orders
from mock_server.manufacturing.inspections import Inspection, InspectionStatus
from mock_server.manufacturing.stock import Ledger
from mock_server.manufacturing.stock.records import Place
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderStatus
from tests.manufacturing.book import MemoryBook

Answer = TypeVar("Answer")

_TYPES = {
    "Opening": {"Opening"},
    "Adjustment": {"Adjustment"},
    "WorkOrder": {
        "ProductionConsumption",
        "ProductionReceipt",
        "ByProductReceipt",
        "CoProductReceipt",
    },
}


class OrderMemoryBook(MemoryBook):
    """Commands on work orders, each as a transaction of its own."""

    @classmethod
    def of(cls, book: MemoryBook) -> OrderMemoryBook:
        """A book with the items, BOMs and recipes of another."""
        made = cls(book.overhead_percent)
        made.items.update(book.items)
        made.boms.update(book.boms)
        made.recipes.update(book.recipes)
        made._ids, made._now = book._ids, book._now
        return made

    def attempt(self, command: Callable[[], Answer]) -> Answer:
        """As ever; no record of stock or orders that was handed out is changed in place."""
        before = dict(self.stock), list(self.movements), dict(self.work_orders)
        seen = deepcopy(before)
        try:
            return super().attempt(command)
        finally:
            assert before == seen, "a record that was handed out was changed in place"

    def fill(self, code: str, quantity: str | int | Decimal, unit_cost: str | int | Decimal) -> None:
        """Opening stock."""
        self.attempt(lambda: Ledger(self).opening(self.items[code], Decimal(quantity), Decimal(unit_cost)))

    def order(self, code: str, planned: Any, **members: Any) -> WorkOrder:
        """A new Draft."""
        body = {"ItemRefId": code, "PlannedQuantity": planned, **members}
        return self.attempt(lambda: work_orders.create(self, body))

    def change_order(self, order: WorkOrder, **members: Any) -> WorkOrder:
        return self.attempt(lambda: work_orders.update(self, self.work_orders[order.id], members))

    def release(self, order: WorkOrder) -> WorkOrder:
        return self.attempt(lambda: work_orders.release(self, self.work_orders[order.id]))

    def complete(self, order: WorkOrder, completed: Any, **members: Any) -> WorkOrder:
        body = {"CompletedQuantity": completed, **members}
        return self.attempt(lambda: work_orders.complete(self, self.work_orders[order.id], body))

    def cancel(self, order: WorkOrder, **members: Any) -> WorkOrder:
        return self.attempt(lambda: work_orders.cancel(self, self.work_orders[order.id], members or None))

    def inspect(self, order: WorkOrder, result: str, accepted: Any, disposition: str | None = None) -> None:
        """A Completed inspection of the order."""
        made = inspection(self, order, result, Decimal(accepted), disposition)
        self.inspections[made.id] = made


def inspection(
    book: OrderMemoryBook, order: WorkOrder, result: str, accepted: Decimal, disposition: str | None
) -> Inspection:
    """An inspection as completion sees it."""
    number = len(book.inspections) + 1
    return Inspection(
        id=f"inspection-{number:04d}",
        inspection_number=f"QI-{number:04d}",
        type="Final",
        work_order_ref_id=order.id,
        subcontract_order_ref_id=None,
        item_ref_id=order.item_ref_id,
        item_code=order.item_code,
        item_name=order.item_name,
        lot_number=None,
        lot_quantity=accepted,
        uom=order.uom,
        sample_size=1,
        criteria=[],
        status=InspectionStatus.COMPLETED,
        revision=2,
        is_archived=False,
        remarks=None,
        notes=None,
        external_reference=None,
        created_at=book.now,
        updated_at=book.now,
        readings=[],
        defects=[],
        accepted_quantity=accepted,
        result=result,
        disposition=disposition,
        completed_at=datetime(2026, 6, 15, 6, number, tzinfo=UTC),
    )


def check_ledger(book: OrderMemoryBook) -> None:
    """INV-A1 to INV-A5 and INV-A7, from the movements and the open allocations alone."""
    quantities: defaultdict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    values: defaultdict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    for movement in book.movements:
        assert movement.quantity > 0
        assert movement.value >= 0
        assert movement.from_place != movement.to_place
        assert movement.type in _TYPES[movement.document_type], "INV-A7"
        assert movement.document_type != "WorkOrder" or movement.document_ref_id in book.work_orders, "INV-A7"
        for place, sign in ((movement.from_place, -1), (movement.to_place, 1)):
            quantities[place, movement.item_ref_id] += sign * movement.quantity
            values[place, movement.item_ref_id] += sign * movement.value
    reserved: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in book.work_orders.values():
        assert not order.allocations or order.status == WorkOrderStatus.IN_PROGRESS
        for allocation in order.allocations:
            reserved[allocation.item_ref_id] += allocation.quantity
    for code in book.items:
        stock = book.stock.get(code)
        assert stock.available == stock.on_hand - stock.allocated, "INV-A1"
        assert stock.allocated == reserved[code], "INV-A2"
        assert 0 <= stock.allocated <= stock.on_hand, "INV-A3"
        assert stock.on_hand == quantities[Place.STORE, code], "INV-A4"
        assert stock.at_subcontractor == quantities[Place.SUBCONTRACTOR, code], "INV-A4"
        assert stock.quarantine == quantities[Place.QUARANTINE, code], "INV-A4"
        assert stock.value == values[Place.STORE, code], "INV-A5"
        assert stock.at_subcontractor_value == values[Place.SUBCONTRACTOR, code], "INV-A5"
        assert stock.quarantine_value == values[Place.QUARANTINE, code], "INV-A5"
        assert stock.value >= 0, "INV-A5"
        assert stock.on_hand or not stock.value, "INV-A5"


def half_up(value: Fraction | Decimal | int, places: int) -> Decimal:
    """Half-up rounding once more, independent of the rules' own."""
    scaled = Fraction(value) * 10**places
    whole = int(abs(scaled) + Fraction(1, 2))
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places)


def rounded_need(value: Fraction, uom: str) -> Decimal:
    """DEC-3 and DEC-18 once more: whole units up, all others half-up at 3 decimals, never to nothing."""
    if uom == "NOS":
        return Decimal(-(-value.numerator // value.denominator))
    return half_up(value, 3) or (Decimal("0.001") if value > 0 else Decimal(0))


def without_revision(order: WorkOrder) -> WorkOrder:
    """The order without what every write changes."""
    return replace(order, revision=0, repository_version=0, updated_at=order.created_at)


def figures(*values: Decimal | int | str) -> tuple[Decimal, ...]:
    """Numbers to compare with."""
    return tuple(map(Decimal, values))
