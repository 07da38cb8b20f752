"""Releasing a work order: every material is reserved, or none, and the BOM or recipe is frozen."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.documents import write
from mock_server.manufacturing.formulas import AnyFormula, Bom, BomType, Lookup
from mock_server.manufacturing.members import Body
from mock_server.manufacturing.stock import Ledger, Shortage, insufficient_stock
from mock_server.manufacturing.work_orders.contents import with_contents
from mock_server.manufacturing.work_orders.ports import OrderBook
from mock_server.manufacturing.work_orders.records import (
    WorkOrder,
    WorkOrderAllocation,
    WorkOrderMaterial,
    WorkOrderStatus,
)
from mock_server.manufacturing.work_orders.states import CANCEL, RELEASE, check_action
from mock_server.manufacturing.work_orders.view import followed, source_of
from mock_server.refused import Refused

RELEASED = "work_order.released"


def release(book: OrderBook, order: WorkOrder) -> WorkOrder:
    """Draft → InProgress: freezes contents and planned cost, reserves every material; stock does not move.

    The BOM or recipe must be Active, a BOM also effective today. A shortage refuses all of it and names
    every item that is short (`insufficient_stock`).
    """
    check_action(order, RELEASE)
    lookup = Lookup(book)
    source = _usable_source(book, order, source_of(lookup, order))
    frozen = with_contents(lookup, order, source)
    needed = [material for material in frozen.materials if material.required_quantity]
    ledger = Ledger(book)
    ledger.load(material.item_ref_id for material in needed)
    _check_available(book, frozen, needed)
    allocations: list[WorkOrderAllocation] = []
    for material in needed:
        quantity = material.required_quantity
        ledger.allocate(material.item_ref_id, quantity)
        allocations.append(
            WorkOrderAllocation(
                book.new_id(),
                material.item_ref_id,
                material.item_code,
                quantity,
                material.uom,
                book.now,
            )
        )
    after = replace(
        frozen,
        status=WorkOrderStatus.IN_PROGRESS,
        released_at=book.now,
        materials=[replace(each, allocated_quantity=each.required_quantity) for each in frozen.materials],
        allocations=allocations,
    )
    return write(book, book.work_orders, after, RELEASED)


def _usable_source(book: OrderBook, order: WorkOrder, source: AnyFormula | None) -> AnyFormula:
    if source is None:
        raise LookupError(f"{order.work_order_number} has no BOM and no recipe")
    made_from = f"{order.work_order_number} is made from {source.label}, which"
    code = "bom_not_active" if isinstance(source, Bom) else "recipe_not_active"
    if not source.is_active:
        raise Refused(code, f"{made_from} is {source.status}.")
    if source.item_ref_id != order.item_ref_id:
        raise Refused(code, f"{made_from} makes {source.item_code} now.")
    if not isinstance(source, Bom):
        return source
    if source.type != BomType.MANUFACTURE:
        raise Refused(code, f"{made_from} is of type {source.type} now.")
    start, end = source.effective_from, source.effective_to
    if start is not None and book.today < start:
        raise Refused("no_effective_bom", f"{source.label} is effective from {start}; today is {book.today}.")
    if end is not None and book.today >= end:
        raise Refused("no_effective_bom", f"{source.label} was effective until {end}; today is {book.today}.")
    return source


def _check_available(book: OrderBook, order: WorkOrder, needed: list[WorkOrderMaterial]) -> None:
    shortages: list[Shortage] = []
    for material in needed:
        available = book.stock.get(material.item_ref_id).available
        if material.required_quantity > available:
            shortages.append(
                Shortage(material.item_ref_id, material.item_code, material.required_quantity, available)
            )
    if shortages:
        materials = "1 material" if len(shortages) == 1 else f"{len(shortages)} materials"
        raise insufficient_stock(
            f"{order.work_order_number} lacks {materials}. Nothing was allocated.", shortages
        )


CANCELLED = "work_order.cancelled"


def cancel(book: OrderBook, order: WorkOrder, body: Body | None) -> WorkOrder:
    """Draft or InProgress → Cancelled, with the reason where one is given; what the order shows is frozen."""
    check_action(order, CANCEL)
    frozen = followed(Lookup(book), order) if order.status == WorkOrderStatus.DRAFT else order
    ledger = Ledger(book)
    ledger.load(allocation.item_ref_id for allocation in order.allocations)
    for allocation in order.allocations:
        ledger.release(allocation.item_ref_id, allocation.quantity)
    after = replace(
        frozen,
        status=WorkOrderStatus.CANCELLED,
        cancelled_at=book.now,
        cancel_reason=(body or {}).get("Reason"),
        materials=[replace(each, allocated_quantity=ZERO) for each in frozen.materials],
        allocations=[],
    )
    return write(book, book.work_orders, after, CANCELLED)
