"""The book of one entity: what the manufacturing rules read and write, inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from mock_server.clock import Clock, Ids
from mock_server.manufacturing import Item, Vendor
from mock_server.manufacturing.formulas import Bom, Formula, Recipe
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.stock import Movement, Stock
from mock_server.manufacturing.subcontract_orders import SubcontractOrder, financial_year, generated_number
from mock_server.manufacturing.work_orders import COMPLETED, WorkOrder
from mock_server.storage.database import Session
from mock_server.storage.documents import Rows
from mock_server.storage.rows import (
    BOMS,
    INSPECTIONS,
    ITEMS,
    RECIPES,
    SUBCONTRACT_ORDERS,
    VENDORS,
    WORK_ORDERS,
    FormulaRows,
    InspectionRows,
    add_event,
    add_movement,
    challan_taken,
    keep_challan,
    keep_completed,
    read_stock,
    subcontract_order_body,
    work_order_body,
    write_stock,
)
from mock_server.storage.sequences import next_value
from mock_server.storage.tenancy import Tenant


class SqlBook:
    """Implements the ports of the rules; a record is read once, and every write goes to its row at once."""

    def __init__(self, session: Session, tenant: Tenant, clock: Clock, ids: Ids, user: str) -> None:
        self.session = session
        self.tenant = tenant
        self.now: datetime = clock.now()
        self._clock = clock
        self.overhead_percent: Decimal = tenant.overhead_percent
        self.user_ref_id = user
        self.new_id = ids.uuid
        self._items: dict[str, Item | None] = {}
        self._stock: dict[str, Stock] = {}

    @cached_property
    def today(self) -> date:
        """The business day of the entity."""
        return self._clock.today(self.tenant.time_zone)

    @cached_property
    def boms(self) -> FormulaRows[Bom]:
        """The BOMs of the entity."""
        return FormulaRows(BOMS, self.session, self.tenant)

    @cached_property
    def recipes(self) -> FormulaRows[Recipe]:
        """The recipes of the entity."""
        return FormulaRows(RECIPES, self.session, self.tenant)

    @cached_property
    def work_orders(self) -> Rows[WorkOrder]:
        """The work orders of the entity."""
        return Rows(WORK_ORDERS, self.session, self.tenant)

    @cached_property
    def inspections(self) -> InspectionRows:
        """The quality inspections of the entity."""
        return InspectionRows(INSPECTIONS, self.session, self.tenant)

    @cached_property
    def subcontract_orders(self) -> Rows[SubcontractOrder]:
        """The subcontract orders of the entity."""
        return Rows(SUBCONTRACT_ORDERS, self.session, self.tenant)

    # Items, vendors, stock

    def item(self, item_id: str) -> Item | None:
        """The item, inactive and archived ones included."""
        if item_id not in self._items:
            self._items[item_id] = ITEMS.get(self.session, self.tenant, item_id)
        return self._items[item_id]

    def put_item(self, item: Item) -> bytes:
        """Inserts or replaces the item; its rendered body."""
        body, _ = ITEMS.put(self.session, self.tenant, item, is_new=self.item(item.id) is None)
        self._items[item.id] = item
        return body

    def vendor(self, vendor_id: str) -> Vendor | None:
        """The vendor, archived ones included."""
        return VENDORS.get(self.session, self.tenant, vendor_id)

    def stock(self, item_id: str) -> Stock:
        """The item's stock."""
        if item_id not in self._stock:
            self._stock[item_id] = read_stock(self.session, self.tenant, item_id)
        return self._stock[item_id]

    def put_stock(self, item_id: str, stock: Stock) -> None:
        """Replaces the item's stock figures, and shows them on the item."""
        self._stock[item_id] = stock
        write_stock(self.session, self.tenant, item_id, stock)
        item = self.item(item_id)
        if item is not None:
            self.put_item(item)

    def post(self, movement: Movement) -> None:
        """Appends the movement."""
        add_movement(self.session, self.tenant, movement)

    # BOMs and recipes

    def bom(self, bom_id: str) -> Bom | None:
        """The BOM, archived ones included."""
        return self.boms.get(bom_id)

    def active_bom(self, item_id: str) -> Bom | None:
        """The one Active BOM of the item."""
        return self.boms.active(item_id)

    def recipe(self, recipe_id: str) -> Recipe | None:
        """The recipe, archived ones included."""
        return self.recipes.get(recipe_id)

    def active_recipe(self, item_id: str) -> Recipe | None:
        """The one Active recipe of the item."""
        return self.recipes.active(item_id)

    def active_formula(self, item_id: str) -> Formula | None:
        """The Active BOM of the item, else its Active recipe."""
        return self.boms.active(item_id) or self.recipes.active(item_id)

    def boms_with_line(self, item_id: str) -> Sequence[Bom]:
        """Unarchived BOMs with a direct line of the item."""
        return self.boms.using(item_id)

    def boms_pinning(self, bom_id: str) -> Sequence[Bom]:
        """Unarchived BOMs with a line that pins the BOM."""
        return self.boms.pinning(bom_id)

    def recipes_with_ingredient(self, item_id: str) -> Sequence[Recipe]:
        """Unarchived recipes with an ingredient of the item."""
        return self.recipes.using(item_id)

    def next_bom_number(self) -> str:
        """The next number of the form BOM-0001."""
        return self._next("BOM-")

    def number_taken(self, number: str, version: str) -> bool:
        """Whether a BOM has this number and version."""
        return self.boms.number_taken(number, version)

    def external_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another BOM carries the reference."""
        return self.boms.reference_taken(reference, except_id)

    def put_bom(self, bom: Bom, event: str | None) -> None:
        """Inserts or replaces the BOM."""
        body, _ = self.boms.put(bom)
        self._tell(event, bom.id, bom.revision, body)

    def next_recipe_number(self) -> str:
        """The next number of the form RCP-0001."""
        return self._next("RCP-")

    def recipe_number_taken(self, number: str, version: str) -> bool:
        """Whether a recipe has this number and version."""
        return self.recipes.number_taken(number, version)

    def recipe_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another recipe carries the reference."""
        return self.recipes.reference_taken(reference, except_id)

    def put_recipe(self, recipe: Recipe) -> None:
        """Inserts or replaces the recipe."""
        self.recipes.put(recipe)

    # Orders and inspections

    def work_order(self, order_id: str) -> WorkOrder | None:
        """The work order, archived ones included."""
        return self.work_orders.get(order_id)

    def next_work_order_number(self) -> str:
        """The next number of the form WO-0001."""
        return self._next("WO-")

    def work_order_number_taken(self, number: str) -> bool:
        """Whether a work order has this number."""
        return self.work_orders.number_taken(number)

    def work_order_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another work order carries the reference."""
        return self.work_orders.reference_taken(reference, except_id)

    def put_work_order(self, order: WorkOrder, event: str | None) -> None:
        """Inserts or replaces the order."""
        self.work_orders.put(order)
        if order.status == COMPLETED:
            keep_completed(self.session, self.tenant, order)
        if event is not None:
            self._tell(event, order.id, order.revision, work_order_body(self, order))

    def inspection(self, inspection_id: str) -> Inspection | None:
        """The inspection, archived ones included."""
        return self.inspections.get(inspection_id)

    def deciding_inspection(self, order_id: str) -> Inspection | None:
        """The order's latest Completed inspection."""
        return self.inspections.deciding(order_id)

    def open_inspections(self, order_id: str, lot_number: str | None) -> Sequence[Inspection]:
        """The Open inspections of the order and lot."""
        return self.inspections.open(order_id, lot_number)

    def next_inspection_number(self) -> str:
        """The next number of the form QI-0001."""
        return self._next("QI-")

    def inspection_number_taken(self, number: str) -> bool:
        """Whether an inspection has this number."""
        return self.inspections.number_taken(number)

    def inspection_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another inspection carries the reference."""
        return self.inspections.reference_taken(reference, except_id)

    def put_inspection(self, inspection: Inspection, event: str | None) -> None:
        """Inserts or replaces the inspection."""
        body, _ = self.inspections.put(inspection)
        self._tell(event, inspection.id, inspection.revision, body)

    def subcontract_order(self, order_id: str) -> SubcontractOrder | None:
        """The subcontract order, archived ones included."""
        return self.subcontract_orders.get(order_id)

    def next_subcontract_number(self) -> str:
        """The next number of the form SC-0001."""
        return self._next("SC-")

    def subcontract_number_taken(self, number: str) -> bool:
        """Whether a subcontract order has this number."""
        return self.subcontract_orders.number_taken(number)

    def subcontract_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another subcontract order carries the reference."""
        return self.subcontract_orders.reference_taken(reference, except_id)

    def challan_number_taken(self, series_year: str, number: str) -> bool:
        """Whether a challan of the financial year has this number."""
        return challan_taken(self.session, self.tenant, series_year, number)

    def next_challan_number(self, series_year: str) -> str:
        """The next number of the series in the financial year."""
        return generated_number(series_year, next_value(self.session, self.tenant.key, f"DC-{series_year}"))

    def put_subcontract_order(self, order: SubcontractOrder, event: str | None) -> None:
        """Inserts or replaces the order, and keeps its challan numbers."""
        self.subcontract_orders.put(order)
        for challan in order.challans:
            year = financial_year(challan.challan_date)
            keep_challan(self.session, self.tenant, year, challan.challan_number)
        if event is not None:
            self._tell(event, order.id, order.revision, subcontract_order_body(self, order))

    def _next(self, prefix: str) -> str:
        return f"{prefix}{next_value(self.session, self.tenant.key, prefix):04d}"

    def _tell(self, event: str | None, record_id: str, revision: int, body: bytes) -> None:
        if event is not None:
            record = (record_id, revision, body)
            add_event(self.session, self.tenant, event, self.new_id(), self.now, record)
