"""The book of one entity: what the manufacturing rules read and write, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.util import memoized_property

from mock_server.clock import Clock, Ids
from mock_server.manufacturing.formulas import Bom, Moved, Recipe
from mock_server.storage.database import Session
from mock_server.storage.rows import (
    BOMS,
    INSPECTIONS,
    ITEMS,
    RECIPES,
    SUBCONTRACT_ORDERS,
    VENDORS,
    WORK_ORDERS,
    ChallanNumbers,
    FormulaRows,
    InspectionRows,
    ItemRows,
    ProductionRows,
    StockRows,
    SubcontractRows,
    VendorRows,
    WorkOrderRows,
    move_drafts,
)
from mock_server.storage.tenancy import Tenant


def _costs(members: Mapping[str, Any], path: str) -> Iterator[tuple[str, Decimal]]:
    """The costs among a record's members, lists aside, by their pointers."""
    for name, value in members.items():
        if isinstance(value, Mapping):
            yield from _costs(value, f"{path}/{name}")
        elif isinstance(value, Decimal) and "Cost" in f"{path}/{name}":
            yield f"{path}/{name}", value


class SqlBook:
    """Implements the ports of the rules; a record is read once, and every write goes to its row at once."""

    def __init__(self, session: Session, tenant: Tenant, clock: Clock, ids: Ids, user: str) -> None:
        self.session = session
        self.tenant = tenant
        self.now: datetime = clock.now()
        self._clock = clock
        self.overhead_percent: Decimal = tenant.overhead_percent
        self.user_ref_id = user
        self.moved = Moved()
        self.new_id = ids.uuid
        self.nonce = ids.nonce

    def cost_changes(self) -> Iterator[tuple[str, str, str, Any, Any]]:
        """The costs that it has changed: kind and id of the record, pointer, before and after."""
        stock = self.__dict__.get("stock")
        for item_id, first, last in () if stock is None else stock.changes():
            for pointer, name in (("/AverageUnitCost", "average"), ("/StockValue", "value")):
                before, after = getattr(first, name), getattr(last, name)
                if before != after:
                    yield "items", item_id, pointer, before, after
        for kind in ("items", "boms", "recipes", "work_orders", "subcontract_orders"):
            rows = self.__dict__.get(kind)
            for record_id, before, after in () if rows is None else rows.changes():
                had = {} if before is None else dict(_costs(before, ""))
                has = dict(_costs(after, ""))
                for pointer in {**had, **has}:
                    if had.get(pointer) != has.get(pointer):
                        yield kind, record_id, pointer, had.get(pointer), has.get(pointer)

    def move_drafts(self) -> None:
        """Moves the Draft orders that show what was written to items and formulas since the last call."""
        moved, self.moved = self.moved, Moved()
        move_drafts(self, moved)

    @memoized_property
    def today(self) -> date:
        """The business day of the entity."""
        return self._clock.today(self.tenant.time_zone)

    @memoized_property
    def items(self) -> ItemRows:
        """The items of the entity."""
        return ItemRows(ITEMS, self)

    @memoized_property
    def vendors(self) -> VendorRows:
        """The vendors of the entity."""
        return VendorRows(VENDORS, self)

    @memoized_property
    def stock(self) -> StockRows:
        """Stock and movements; an item shows each change of its stock."""
        return StockRows(self, self.items.refresh)

    @memoized_property
    def boms(self) -> FormulaRows[Bom]:
        """The BOMs of the entity."""
        return FormulaRows(BOMS, self)

    @memoized_property
    def recipes(self) -> FormulaRows[Recipe]:
        """The recipes of the entity."""
        return FormulaRows(RECIPES, self)

    @memoized_property
    def work_orders(self) -> WorkOrderRows:
        """The work orders of the entity."""
        return WorkOrderRows(WORK_ORDERS, self)

    @memoized_property
    def inspections(self) -> InspectionRows:
        """The quality inspections of the entity."""
        return InspectionRows(INSPECTIONS, self)

    @memoized_property
    def subcontract_orders(self) -> SubcontractRows:
        """The subcontract orders of the entity."""
        return SubcontractRows(SUBCONTRACT_ORDERS, self)

    @memoized_property
    def challans(self) -> ChallanNumbers:
        """The numbers of the entity's challans."""
        return ChallanNumbers(self)

    @memoized_property
    def production(self) -> ProductionRows:
        """What reports know of the entity's completed orders."""
        return ProductionRows(self)
