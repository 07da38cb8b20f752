"""Items: what is bought, made, stocked and consumed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of one entity; prices and costs are per stock unit, with up to 6 decimals.

    Field names become wire names mechanically, except `hsn_sac`, which is `HSN_SAC`.
    Stock figures are not kept here: they belong to the ledger. Source: published-spec.
    """

    id: str
    item_code: str
    name: str
    uom: str
    description: str | None = None
    type: str = "Goods"
    status: str = "Active"
    is_active: bool = True
    is_archived: bool = False
    hsn_sac: str | None = None
    purchase_price: Decimal | None = None
    selling_price: Decimal | None = None
    standard_cost: Decimal | None = None
    reorder_level: Decimal | None = None
    min_order_qty: Decimal | None = None
    track_inventory: bool = True
    track_batch: bool = False
    track_lot: bool = False
    track_serial: bool = False
    mfg_lead_time_days: int | None = None
    procurement_type: str | None = None
    scrap_percentage: Decimal | None = None
    created_at: datetime = _EPOCH
    updated_at: datetime = _EPOCH

    @property
    def is_usable(self) -> bool:
        """Whether documents may still refer to the item: active and not archived."""
        return self.is_active and not self.is_archived
