"""Quality inspections as records; field names become wire names mechanically."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.documents import Document

PENDING = "Pending"
PASSED = "Passed"
FAILED = "Failed"

IN_PROCESS = "InProcess"
FINAL = "Final"
SUBCONTRACT_RECEIPT = "SubcontractReceipt"

NUMERIC = "Numeric"
PASS_FAIL = "PassFail"
CHOICE = "Choice"

USE_AS_IS = "UseAsIs"


class InspectionStatus(StrEnum):
    """The states of an inspection."""

    OPEN = "Open"
    COMPLETED = "Completed"
    CANCELLED = "Cancelled"


@dataclass(slots=True)
class InspectionCriterion:
    """One thing that is measured on each sample; limits are in `unit` and are themselves allowed.

    `choices` are the texts that may be read; without them any may.
    """

    id: str
    name: str
    type: str
    unit: str | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    expected_text: str | None = None
    is_mandatory: bool = True
    choices: list[str] | None = None


@dataclass(slots=True)
class InspectionReading:
    """One value as it was read; an empty one is Pending."""

    criterion_id: str
    sample_number: int
    value: str
    result: str = PENDING


@dataclass(slots=True)
class InspectionDefect:
    """A defect and the quantity that has it, for information."""

    code: str
    quantity: Decimal
    severity: str


@dataclass(slots=True, kw_only=True)
class Inspection(Document):
    """An inspection of one lot of an order; quantities are in `uom`, the stock unit of the item.

    A record that a book has handed out is never changed in place: every write puts a new one.
    """

    KIND = "inspection"
    NUMBER = "inspection_number"
    INTERNAL = frozenset({"repository_version", "created_by_user_ref_id"})

    id: str
    inspection_number: str = ""
    type: str
    work_order_ref_id: str | None = None
    subcontract_order_ref_id: str | None = None
    item_ref_id: str
    item_code: str
    item_name: str
    lot_number: str | None = None
    lot_quantity: Decimal
    uom: str
    sample_size: int
    criteria: list[InspectionCriterion] = field(default_factory=list)
    status: InspectionStatus = InspectionStatus.OPEN
    revision: int = 1
    is_archived: bool = False
    remarks: str | None = None
    notes: str | None = None
    external_reference: str | None = None
    created_at: datetime
    updated_at: datetime
    readings: list[InspectionReading] = field(default_factory=list)
    defects: list[InspectionDefect] = field(default_factory=list)
    accepted_quantity: Decimal = ZERO
    rejected_quantity: Decimal = ZERO
    on_hold_quantity: Decimal = ZERO
    result: str = PENDING
    disposition: str | None = None
    disposition_reason: str | None = None
    completed_at: datetime | None = None
    repository_version: int = 1
    created_by_user_ref_id: str = ""

    @property
    def order_ref_id(self) -> str:
        """The order whose lot is inspected."""
        return self.work_order_ref_id or self.subcontract_order_ref_id or ""

    @property
    def opens_gate(self) -> bool:
        """Whether this inspection, where it decides, lets its order go on."""
        return self.status == InspectionStatus.COMPLETED and (
            self.result == PASSED or self.disposition == USE_AS_IS
        )
