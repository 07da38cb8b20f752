"""Bills of materials as records; field names become wire names mechanically (`item_ref_id`, `ItemRefId`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from mock_server.manufacturing.decimals import ONE, ZERO
from mock_server.manufacturing.documents import Document


class FormulaStatus(StrEnum):
    """The states of a BOM or recipe."""

    DRAFT = "Draft"
    ACTIVE = "Active"
    ARCHIVED = "Archived"


class BomType(StrEnum):
    """What a BOM is for: an order of its own, its consumers' orders, job work."""

    MANUFACTURE = "Manufacture"
    PHANTOM = "Phantom"
    SUBCONTRACT = "Subcontract"


@dataclass(slots=True)
class BomLine:
    """One component: `quantity` in `uom`, per output quantity of the BOM, or per order where it is fixed.

    Stock quantity is quantity times conversion factor. `unit_cost` is per stock unit, `line_cost` for the
    need of one output quantity, wastage included.
    """

    id: str
    line_number: int
    item_ref_id: str
    item_code: str
    item_name: str
    quantity: Decimal
    uom: str
    conversion_factor: Decimal = ONE
    wastage_percent: Decimal = ZERO
    is_fixed_quantity: bool = False
    sub_bom_ref_id: str | None = None
    unit_cost: Decimal = ZERO
    line_cost: Decimal = ZERO


@dataclass(slots=True)
class BomOperation:
    """One operation: set-up minutes once per order, run minutes per unit, a rate per hour."""

    sequence: int
    name: str
    setup_minutes: Decimal = ZERO
    run_minutes_per_unit: Decimal = ZERO
    cost_per_hour: Decimal = ZERO


@dataclass(slots=True)
class BomByProduct:
    """A second output, `quantity` per output quantity of the BOM. Only the figure of its method counts."""

    item_ref_id: str
    item_code: str
    quantity: Decimal
    uom: str
    kind: str = "ByProduct"
    cost_method: str = "None"
    rate: Decimal | None = None
    cost_share_percent: Decimal | None = None
    sales_price: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class Bom(Document):
    """One version of a bill of materials with its rolled-up standard cost.

    Costs are for `output_quantity`, `unit_cost` for one unit. A record that a book has handed out is never
    changed in place: every write puts a new one.
    """

    KIND = "BOM"
    NUMBER = "bom_number"
    INTERNAL = frozenset(
        {
            "repository_version",
            "created_by_user_ref_id",
            "cost_rollup_state",
            "exact_cost",
            "levels",
            "status_before_archive",
        }
    )

    id: str
    bom_number: str = ""
    version: str = "1"
    revision: int = 1
    name: str
    type: str = BomType.MANUFACTURE
    item_ref_id: str
    item_code: str
    item_name: str
    output_quantity: Decimal = ONE
    uom: str
    status: FormulaStatus = FormulaStatus.DRAFT
    is_archived: bool = False
    effective_from: date | None = None
    effective_to: date | None = None
    inspection_required: bool = False
    service_cost_per_unit: Decimal = ZERO
    overhead_percent: Decimal
    other_overhead: Decimal = ZERO
    lines: list[BomLine] = field(default_factory=list)
    operations: list[BomOperation] = field(default_factory=list)
    by_products: list[BomByProduct] = field(default_factory=list)
    notes: str | None = None
    external_reference: str | None = None
    created_at: datetime
    updated_at: datetime
    material_cost: Decimal = ZERO
    labour_cost: Decimal = ZERO
    overhead_cost: Decimal = ZERO
    service_cost: Decimal = ZERO
    by_product_credit: Decimal = ZERO
    total_cost: Decimal = ZERO
    unit_cost: Decimal = ZERO
    repository_version: int = 1
    created_by_user_ref_id: str = ""
    cost_rollup_state: str = ""
    exact_cost: str = "0/1"
    levels: int = 1
    status_before_archive: str | None = field(default=None)

    @property
    def key(self) -> tuple[str, ...]:
        """Number and version."""
        return self.number, self.version

    @property
    def is_active(self) -> bool:
        """Whether this is the formula by which its item is made now."""
        return self.status == FormulaStatus.ACTIVE

    @property
    def is_phantom(self) -> bool:
        """Whether the output is never stocked: consumers need its components instead."""
        return self.type == BomType.PHANTOM

    @property
    def label(self) -> str:
        """Number and version, as people name the BOM."""
        return f"{self.bom_number} version {self.version}" if self.bom_number else "the new BOM"
