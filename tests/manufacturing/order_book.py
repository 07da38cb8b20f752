"""A book in memory that also keeps stock and work orders, and the ledger's invariants as checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from mock_server.manufacturing import Refused, work_orders
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.stock import Ledger
from mock_server.manufacturing.stock.records import QUARANTINE, STORE, SUBCONTRACTOR, Movement, Stock
from mock_server.manufacturing.work_orders import IN_PROGRESS, WorkOrder
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
    """Keeps stock, movements, work orders and their inspections in dictionaries and lists."""

    def __init__(self, overhead_percent: Decimal = Decimal(0)) -> None:
        super().__init__(overhead_percent)
        self.stocks: dict[str, Stock] = {}
        self.movements: list[Movement] = []
        self.orders: dict[str, WorkOrder] = {}
        self.inspections: list[Inspection] = []
        self.today = date(2026, 6, 15)
        self._order_numbers = 0

    @classmethod
    def of(cls, book: MemoryBook) -> OrderMemoryBook:
        """A book with the items, BOMs and recipes of another."""
        made = cls(book.overhead_percent)
        vars(made).update(vars(book))
        return made

    def stock(self, item_id: str) -> Stock:
        return self.stocks.get(item_id, Stock())

    def put_stock(self, item_id: str, stock: Stock) -> None:
        self.stocks[item_id] = stock

    def post(self, movement: Movement) -> None:
        self.movements.append(movement)

    def work_order(self, order_id: str) -> WorkOrder | None:
        return self.orders.get(order_id)

    def next_work_order_number(self) -> str:
        self._order_numbers += 1
        return f"WO-{self._order_numbers:04d}"

    def work_order_number_taken(self, number: str) -> bool:
        return any(order.work_order_number == number for order in self.orders.values())

    def work_order_reference_taken(self, reference: str, except_id: str | None) -> bool:
        return any(
            order.external_reference == reference and order.id != except_id for order in self.orders.values()
        )

    def deciding_inspection(self, order_id: str) -> Inspection | None:
        done = [
            (each.completed_at, each.id, each)
            for each in self.inspections
            if each.work_order_ref_id == order_id and each.completed_at is not None
        ]
        return max(done, key=lambda row: row[:2])[2] if done else None

    def put_work_order(self, order: WorkOrder, event: str | None) -> None:
        self.orders[order.id] = order
        self.writes.append(order.id)
        if event is not None:
            self.events.append((order.id, event, order.revision))

    def attempt(self, command: Callable[[], Answer]) -> Answer:
        before = dict(self.stocks), list(self.movements), dict(self.orders)
        seen = deepcopy(before)
        try:
            return super().attempt(command)
        except Refused:
            self.stocks, self.movements, self.orders = before
            raise
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
        return self.attempt(lambda: work_orders.update(self, self.orders[order.id], members))

    def release(self, order: WorkOrder) -> WorkOrder:
        return self.attempt(lambda: work_orders.release(self, self.orders[order.id]))

    def complete(self, order: WorkOrder, completed: Any, **members: Any) -> WorkOrder:
        body = {"CompletedQuantity": completed, **members}
        return self.attempt(lambda: work_orders.complete(self, self.orders[order.id], body))

    def cancel(self, order: WorkOrder, **members: Any) -> WorkOrder:
        return self.attempt(lambda: work_orders.cancel(self, self.orders[order.id], members or None))

    def inspect(self, order: WorkOrder, result: str, accepted: Any, disposition: str | None = None) -> None:
        """A Completed inspection of the order."""
        self.inspections.append(inspection(self, order, result, Decimal(accepted), disposition))

    def view(self) -> tuple[object, ...]:
        """A deep copy of everything, to compare with later."""
        return deepcopy((self.stocks, self.movements, self.orders, self.boms, self.events))


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
        status="Completed",
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
        assert movement.document_type != "WorkOrder" or movement.document_ref_id in book.orders, "INV-A7"
        for place, sign in ((movement.from_place, -1), (movement.to_place, 1)):
            quantities[place, movement.item_ref_id] += sign * movement.quantity
            values[place, movement.item_ref_id] += sign * movement.value
    reserved: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in book.orders.values():
        assert not order.allocations or order.status == IN_PROGRESS
        for allocation in order.allocations:
            reserved[allocation.item_ref_id] += allocation.quantity
    for code in book.items:
        stock = book.stock(code)
        assert stock.available == stock.on_hand - stock.allocated, "INV-A1"
        assert stock.allocated == reserved[code], "INV-A2"
        assert 0 <= stock.allocated <= stock.on_hand, "INV-A3"
        assert stock.on_hand == quantities[STORE, code], "INV-A4"
        assert stock.at_subcontractor == quantities[SUBCONTRACTOR, code], "INV-A4"
        assert stock.quarantine == quantities[QUARANTINE, code], "INV-A4"
        assert stock.value == values[STORE, code], "INV-A5"
        assert stock.at_subcontractor_value == values[SUBCONTRACTOR, code], "INV-A5"
        assert stock.quarantine_value == values[QUARANTINE, code], "INV-A5"
        assert stock.value >= 0, "INV-A5"
        assert stock.on_hand or not stock.value, "INV-A5"


def half_up(value: Fraction | Decimal | int, places: int) -> Decimal:
    """Half-up rounding once more, independent of the rules' own."""
    scaled = Fraction(value) * 10**places
    whole = int(abs(scaled) + Fraction(1, 2))
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places)


def rounded_need(value: Fraction, uom: str) -> Decimal:
    """DEC-3 once more: whole units up, all others half-up at 3 decimals."""
    return Decimal(-(-value.numerator // value.denominator)) if uom == "NOS" else half_up(value, 3)


def without_revision(order: WorkOrder) -> WorkOrder:
    """The order without what every write changes."""
    return replace(order, revision=0, repository_version=0, updated_at=order.created_at)


def figures(*values: Decimal | int | str) -> tuple[Decimal, ...]:
    """Numbers to compare with."""
    return tuple(map(Decimal, values))
