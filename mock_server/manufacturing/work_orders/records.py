"""Work orders as records; field names become wire names mechanically (`due_date`, `DueDate`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.documents import Document

NORMAL = "Normal"


class WorkOrderStatus(StrEnum):
    """The states of a work order."""

    DRAFT = "Draft"
    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    CANCELLED = "Cancelled"


@dataclass(slots=True)
class WorkOrderMaterial:
    """Need and use of one item, in its stock unit; costs are standard until Completed, then actual."""

    item_ref_id: str
    item_code: str
    item_name: str
    uom: str
    required_quantity: Decimal
    allocated_quantity: Decimal
    consumed_quantity: Decimal
    standard_unit_cost: Decimal
    unit_cost: Decimal
    cost: Decimal


@dataclass(slots=True)
class WorkOrderOperation:
    """Work of one step, planned and actual; rates are per hour."""

    sequence: int
    name: str
    planned_minutes: Decimal
    actual_minutes: Decimal | None
    cost_per_hour: Decimal
    actual_cost_per_hour: Decimal | None


@dataclass(slots=True)
class WorkOrderByProduct:
    """An output beside the main one, in its stock unit. Only the figure of its method counts."""

    item_ref_id: str
    item_code: str
    uom: str
    kind: str
    cost_method: str
    rate: Decimal | None
    cost_share_percent: Decimal | None
    sales_price: Decimal | None
    expected_quantity: Decimal
    actual_quantity: Decimal | None
    expected_credit: Decimal
    actual_credit: Decimal | None


@dataclass(slots=True)
class WorkOrderAllocation:
    """Stock of one item that is reserved for the order."""

    id: str
    item_ref_id: str
    item_code: str
    quantity: Decimal
    uom: str
    allocated_at: datetime


@dataclass(slots=True)
class WorkOrderMovement:
    """What completion did to the store: quantity and value are negative where they went out."""

    id: str
    type: str
    item_ref_id: str
    item_code: str
    quantity: Decimal
    uom: str
    unit_cost: Decimal
    value: Decimal
    posting_date: date
    posted_at: datetime
    lot_number: str | None
    reverses_movement_ref_id: str | None


@dataclass(slots=True)
class WorkOrderPlannedCost:
    """Cost of the planned quantity at standard: each element rounded once, the total their sum."""

    material: Decimal = ZERO
    labour: Decimal = ZERO
    overhead: Decimal = ZERO
    other_overhead: Decimal = ZERO
    by_product_credit: Decimal = ZERO
    total: Decimal = ZERO
    standard_unit_cost: Decimal = ZERO


@dataclass(slots=True)
class WorkOrderActualCost:
    """What was spent. The total is the value of the good units, or the scrap loss where there are none."""

    material: Decimal
    labour: Decimal
    overhead: Decimal
    other_overhead: Decimal
    by_product_credit: Decimal
    scrap_loss: Decimal
    total: Decimal
    actual_unit_cost: Decimal | None


@dataclass(slots=True)
class WorkOrderVariance:
    """Actual less standard cost of the good units; positive is adverse. The elements add up to the total."""

    material_price: Decimal
    material_usage: Decimal
    labour_rate: Decimal
    labour_efficiency: Decimal
    overhead: Decimal
    by_product: Decimal
    yield_: Decimal
    total: Decimal


@dataclass(slots=True)
class SnapshotNeed:
    """The part of a material's need that does not scale, an exact fraction as text."""

    item_ref_id: str
    fixed: str


@dataclass(slots=True)
class SnapshotWork:
    """Minutes of one operation of the planned quantity, exact fractions as text."""

    sequence: int
    setup_minutes: str
    run_minutes: str
    overhead_percent: Decimal


@dataclass(slots=True)
class WorkOrderSnapshot:
    """What completion needs of the BOM or recipe as it was, beyond what the order itself shows.

    `other_overhead` is for the planned quantity; `shares` are the parts of the net cost that by-products
    take, in their order, by the outputs that were expected (DEC-20). All are exact fractions as text.
    """

    other_overhead: str
    shares: list[str]
    needs: list[SnapshotNeed]
    work: list[SnapshotWork]


@dataclass(slots=True, kw_only=True)
class WorkOrder(Document):
    """An order to make an item from a BOM or a recipe; quantities are in the item's stock unit.

    A record that a book has handed out is never changed in place: every write puts a new one. What a Draft
    stores of its materials, work, by-products and planned cost is as of its last write; `shown_work_order`
    has them as of now.
    """

    KIND = "work order"
    NUMBER = "work_order_number"
    INTERNAL = frozenset({"repository_version", "created_by_user_ref_id", "posted_on", "snapshot"})

    id: str
    work_order_number: str = ""
    revision: int = 1
    item_ref_id: str
    item_code: str
    item_name: str
    bom_ref_id: str | None = None
    bom_version: str | None = None
    recipe_ref_id: str | None = None
    recipe_version: str | None = None
    uom: str
    status: WorkOrderStatus = WorkOrderStatus.DRAFT
    is_archived: bool = False
    inspection_required: bool
    priority: str = NORMAL
    due_date: date | None = None
    planned_start_date: date | None = None
    planned_end_date: date | None = None
    lot_number: str | None = None
    planned_quantity: Decimal = ZERO
    started_quantity: Decimal = ZERO
    completed_quantity: Decimal = ZERO
    scrapped_quantity: Decimal = ZERO
    remaining_quantity: Decimal = ZERO
    released_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    materials: list[WorkOrderMaterial] = field(default_factory=list)
    operations: list[WorkOrderOperation] = field(default_factory=list)
    by_products: list[WorkOrderByProduct] = field(default_factory=list)
    allocations: list[WorkOrderAllocation] = field(default_factory=list)
    stock_movements: list[WorkOrderMovement] = field(default_factory=list)
    planned_cost: WorkOrderPlannedCost = field(default_factory=WorkOrderPlannedCost)
    actual_cost: WorkOrderActualCost | None = None
    variance: WorkOrderVariance | None = None
    notes: str | None = None
    external_reference: str | None = None
    created_at: datetime
    updated_at: datetime
    repository_version: int = 1
    created_by_user_ref_id: str = ""
    # The business day of the completion, whether or not anything moved.
    posted_on: date | None = None
    snapshot: WorkOrderSnapshot | None = field(default=None)


class ShownWorkOrder(NamedTuple):
    """A work order as it is read now, with what depends on the day."""

    order: WorkOrder
    overdue: bool
