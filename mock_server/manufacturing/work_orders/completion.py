"""Completing a work order: consumption, receipts, actual cost and variance, in one posting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.documents import write
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import Body
from mock_server.manufacturing.stock import (
    DocumentType,
    Ledger,
    Movement,
    MovementType,
    Place,
    Shortage,
    Source,
    insufficient_stock,
)
from mock_server.manufacturing.work_orders.actuals import Actuals, read_actuals
from mock_server.manufacturing.work_orders.costs import unit_of
from mock_server.manufacturing.work_orders.gate import check_quality
from mock_server.manufacturing.work_orders.ports import OrderBook
from mock_server.manufacturing.work_orders.records import (
    WorkOrder,
    WorkOrderByProduct,
    WorkOrderMaterial,
    WorkOrderMovement,
    WorkOrderSnapshot,
    WorkOrderStatus,
)
from mock_server.manufacturing.work_orders.results import settle
from mock_server.manufacturing.work_orders.states import COMPLETE, check_action

COMPLETED = "work_order.completed"

_CO_PRODUCT = "CoProduct"


def complete(book: OrderBook, order: WorkOrder, body: Body) -> WorkOrder:
    """InProgress → Completed, once: materials are used up, what came out is received at actual cost.

    An order that needs an inspection waits for one that passed, or says UseAsIs (`quality_pending`,
    `quality_failed`). No more is used than the order has reserved and what is available beside it
    (`insufficient_stock`).
    """
    check_action(order, COMPLETE)
    snapshot = order.snapshot
    if snapshot is None:
        raise LookupError(f"{order.work_order_number} has no snapshot")
    actuals = read_actuals(order, snapshot, body)
    check_quality(book, order, actuals.completed)
    ledger = Ledger(book)
    ledger.load(_item_ids(order))
    _check_available(book, order, actuals)
    after = replace(
        order,
        status=WorkOrderStatus.COMPLETED,
        completed_at=book.now,
        posted_on=book.today,
        started_quantity=actuals.started,
        completed_quantity=actuals.completed,
        scrapped_quantity=actuals.scrapped,
        remaining_quantity=max(ZERO, order.planned_quantity - actuals.completed - actuals.scrapped),
        lot_number=body["LotNumber"] if "LotNumber" in body else order.lot_number,
        operations=[
            replace(operation, actual_minutes=each.actual_minutes, actual_cost_per_hour=each.actual_rate)
            for operation, each in zip(order.operations, actuals.work, strict=True)
        ],
        by_products=[
            replace(product, actual_quantity=quantity)
            for product, quantity in zip(order.by_products, actuals.outputs, strict=True)
        ],
        allocations=[],
    )
    _post(ledger, book, after, actuals, snapshot)
    return write(book, book.work_orders, after, COMPLETED)


def _check_available(book: OrderBook, order: WorkOrder, actuals: Actuals) -> None:
    shortages: list[Shortage] = []
    for material, consumed in zip(order.materials, actuals.consumed, strict=True):
        if consumed <= material.allocated_quantity:
            continue
        available = book.stock.get(material.item_ref_id).available + material.allocated_quantity
        if consumed > available:
            shortages.append(Shortage(material.item_ref_id, material.item_code, consumed, available))
    if shortages:
        materials = "1 material" if len(shortages) == 1 else f"{len(shortages)} materials"
        raise insufficient_stock(f"{order.work_order_number} lacks {materials}.", shortages)


def _post(
    ledger: Ledger, book: OrderBook, order: WorkOrder, actuals: Actuals, snapshot: WorkOrderSnapshot
) -> None:
    """Posts to the ledger and fills in what follows from it; the order is not yet in the book."""
    source = Source(DocumentType.WORK_ORDER, order.id, order.work_order_number)
    order.materials, movements = _consume(book, ledger, order, actuals, source)
    actual = settle(order, snapshot, actuals.work)
    if actuals.completed:
        main = _item(book, order.item_ref_id)
        movements.append(
            ledger.receive(main, actuals.completed, actual.total, MovementType.PRODUCTION_RECEIPT, source)
        )
    for product in order.by_products:
        if product.actual_quantity:
            item = _item(book, product.item_ref_id)
            type = (
                MovementType.CO_PRODUCT_RECEIPT
                if product.kind == _CO_PRODUCT
                else MovementType.BY_PRODUCT_RECEIPT
            )
            value = product.actual_credit or ZERO
            movements.append(ledger.receive(item, product.actual_quantity, value, type, source))
    order.stock_movements = list(shown_movements(order, movements))


def _consume(
    book: OrderBook, ledger: Ledger, order: WorkOrder, actuals: Actuals, source: Source
) -> tuple[list[WorkOrderMaterial], list[Movement]]:
    """Ends every reservation and takes what was used at moving average."""
    materials: list[WorkOrderMaterial] = []
    movements: list[Movement] = []
    for material, consumed in zip(order.materials, actuals.consumed, strict=True):
        cost, unit = ZERO, material.standard_unit_cost
        allocated = material.allocated_quantity
        if consumed:
            item = _item(book, material.item_ref_id)
            moved = ledger.issue(
                item, consumed, MovementType.PRODUCTION_CONSUMPTION, source, allocated=allocated
            )
            movements.append(moved)
            cost, unit = moved.value, unit_of(moved.value, consumed)
        elif allocated:
            ledger.release(material.item_ref_id, allocated)
        materials.append(
            replace(material, allocated_quantity=ZERO, consumed_quantity=consumed, unit_cost=unit, cost=cost)
        )
    return materials, movements


def shown_movements(order: WorkOrder, movements: Iterable[Movement]) -> Iterator[WorkOrderMovement]:
    """Movements of the store as the order shows them, which is not yet in the book."""
    moved: list[WorkOrderMaterial | WorkOrderByProduct] = [*order.by_products, *order.materials]
    units = {each.item_ref_id: each.uom for each in moved}
    units[order.item_ref_id] = order.uom
    for movement in movements:
        sign = -1 if movement.from_place == Place.STORE else 1
        yield WorkOrderMovement(
            movement.id,
            movement.type,
            movement.item_ref_id,
            movement.item_code,
            sign * movement.quantity,
            units[movement.item_ref_id],
            unit_of(movement.value, movement.quantity),
            sign * movement.value,
            movement.posting_date,
            movement.created_at,
            order.lot_number if movement.type == MovementType.PRODUCTION_RECEIPT else None,
            movement.reverses_movement_ref_id,
        )


def _item_ids(order: WorkOrder) -> list[str]:
    """The items that an order moves."""
    moved = [order.item_ref_id]
    moved += [material.item_ref_id for material in order.materials]
    return moved + [product.item_ref_id for product in order.by_products]


def _item(book: OrderBook, item_id: str) -> Item:
    item = book.items.get(item_id)
    if item is None:
        raise LookupError(f"no item {item_id}")
    return item
