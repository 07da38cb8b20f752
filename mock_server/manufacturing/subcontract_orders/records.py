"""Subcontract orders as records; field names become wire names mechanically."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.documents import Document


class SubcontractStatus(StrEnum):
    """The states of a subcontract order."""

    DRAFT = "Draft"
    MATERIALS_ISSUED = "MaterialsIssued"
    PARTIALLY_RECEIVED = "PartiallyReceived"
    RECEIVED = "Received"
    COMPLETED = "Completed"
    CANCELLED = "Cancelled"


@dataclass(slots=True)
class SubcontractMaterial:
    """One material in its stock unit; issued is the sum of consumed, returned, loss and balance.

    `balance_value` is what the balance was issued at.
    """

    item_ref_id: str
    item_code: str
    item_name: str
    uom: str
    required_quantity: Decimal
    issued_quantity: Decimal = ZERO
    consumed_quantity: Decimal = ZERO
    returned_quantity: Decimal = ZERO
    loss_quantity: Decimal = ZERO
    balance_quantity: Decimal = ZERO
    balance_value: Decimal = ZERO


@dataclass(slots=True)
class FixedNeed:
    """The part of a material's requirement that the first receipt uses whole, however small it is."""

    item_ref_id: str
    quantity: Decimal


@dataclass(slots=True)
class ChallanLine:
    """One material of a challan; pending is what is not accounted for yet."""

    item_ref_id: str
    item_code: str
    quantity: Decimal
    value: Decimal
    pending_quantity: Decimal


@dataclass(slots=True)
class Challan:
    """A delivery challan, the paper under which one issue went out."""

    challan_number: str
    challan_date: date
    return_due_date: date
    lines: list[ChallanLine]


@dataclass(slots=True)
class MaterialMoved:
    """A quantity of one material, and what it was issued at."""

    item_ref_id: str
    item_code: str
    quantity: Decimal
    value: Decimal


@dataclass(slots=True)
class SubcontractReceipt:
    """Goods that came back at one time, and what they cost.

    Material, service and additional cost are of the accepted goods. Rejected ones carry their material only.
    """

    id: str
    receipt_date: date
    supplier_document: str | None
    accepted_quantity: Decimal
    rejected_quantity: Decimal
    materials: list[MaterialMoved]
    challan_numbers: list[str]
    inspection_ref_id: str | None
    material_cost: Decimal
    service_cost: Decimal
    additional_cost: Decimal
    rejected_material_cost: Decimal
    unit_cost: Decimal | None
    posted_at: datetime


@dataclass(slots=True)
class MaterialReturn:
    """Unused material that came back at one time."""

    id: str
    return_date: date
    supplier_document: str | None
    materials: list[MaterialMoved]
    challan_numbers: list[str]
    posted_at: datetime


@dataclass(slots=True)
class SubcontractCost:
    """Cost of the goods accepted so far; rejected material and loss stand beside the total, not in it."""

    material: Decimal = ZERO
    service: Decimal = ZERO
    additional: Decimal = ZERO
    total: Decimal = ZERO
    unit: Decimal | None = None
    rejected_material: Decimal = ZERO
    loss: Decimal = ZERO


@dataclass(slots=True, kw_only=True)
class SubcontractOrder(Document):
    """An order for job work.

    A Draft has no materials of its own: it shows what its BOM says when it is read.
    """

    KIND = "subcontract order"
    NUMBER = "order_number"
    INTERNAL = frozenset({"fixed_needs", "repository_version", "created_by_user_ref_id"})

    id: str
    order_number: str = ""
    subcontractor_ref_id: str
    subcontractor_name: str
    item_ref_id: str
    item_code: str
    item_name: str
    bom_ref_id: str
    bom_version: str | None
    ordered_quantity: Decimal
    uom: str
    rate_per_unit: Decimal
    expected_date: date | None = None
    inspection_required: bool
    status: SubcontractStatus = SubcontractStatus.DRAFT
    revision: int = 1
    is_archived: bool = False
    notes: str | None = None
    external_reference: str | None = None
    created_at: datetime
    updated_at: datetime
    materials: list[SubcontractMaterial] = field(default_factory=list)
    challans: list[Challan] = field(default_factory=list)
    receipts: list[SubcontractReceipt] = field(default_factory=list)
    returns: list[MaterialReturn] = field(default_factory=list)
    cost: SubcontractCost = field(default_factory=SubcontractCost)
    accepted_quantity: Decimal = ZERO
    rejected_quantity: Decimal = ZERO
    pending_quantity: Decimal = ZERO
    issued_at: datetime | None = None
    completed_at: datetime | None = None
    completion_reason: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    fixed_needs: list[FixedNeed] = field(default_factory=list)
    repository_version: int = 1
    created_by_user_ref_id: str = ""

    @property
    def received_quantity(self) -> Decimal:
        """Accepted and rejected so far."""
        return self.accepted_quantity + self.rejected_quantity

    @property
    def is_frozen(self) -> bool:
        """Whether the materials stand in the record, and no longer follow the BOM."""
        return self.status != SubcontractStatus.DRAFT

    @property
    def material_due_date(self) -> date | None:
        """The earliest return date of a challan with anything pending; the order is Overdue after it."""
        pending = (each for each in self.challans if any(line.pending_quantity > 0 for line in each.lines))
        return min((each.return_due_date for each in pending), default=None)

    @property
    def delivery_due_date(self) -> date | None:
        """The expected date of an open order with goods pending; it is DeliveryOverdue after it."""
        is_open = self.status not in (SubcontractStatus.COMPLETED, SubcontractStatus.CANCELLED)
        return self.expected_date if is_open and self.pending_quantity > 0 else None
