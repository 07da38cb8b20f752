"""Turns a request body into a Draft work order, and checks what it refers to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mock_server.manufacturing.documents import begun
from mock_server.manufacturing.formulas import AnyFormula, Bom, BomType, Lookup, Recipe, check_batch
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import (
    KEEP,
    Body,
    Day,
    Flag,
    Number,
    Reference,
    Text,
    changed,
    first_difference,
)
from mock_server.manufacturing.refusals import unknown_item
from mock_server.manufacturing.units import check_precision
from mock_server.manufacturing.work_orders.ports import OrderBook
from mock_server.manufacturing.work_orders.records import NORMAL, WorkOrder
from mock_server.refused import Refused

# What may still change once the order is released, and what may not.
PLAIN_MEMBERS = (
    Text("Priority", NORMAL),
    Day("DueDate"),
    Day("PlannedStartDate"),
    Day("PlannedEndDate"),
    Text("Notes"),
    Text("ExternalReference"),
)
_NUMBER = Text("WorkOrderNumber", KEEP)
_REFERENCES = (Reference("ItemRefId"), Reference("BomRefId"), Reference("RecipeRefId"))
_FIGURES = (Flag("InspectionRequired"), Text("LotNumber"), Number("PlannedQuantity"))
FROZEN_MEMBERS = (_NUMBER, *_REFERENCES, *_FIGURES)


def new_order(book: OrderBook, body: Body, item: Item, source: AnyFormula) -> WorkOrder:
    """The order that a create body describes, without contents; its number is empty where none is given."""
    blank = WorkOrder(
        **begun(book),
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        uom=item.uom,
        inspection_required=source.inspection_required,
    )
    members = (*PLAIN_MEMBERS, _NUMBER, *_FIGURES)
    order = changed(blank, body, members, inspection_required=source.inspection_required)
    order.remaining_quantity = order.planned_quantity
    return made_from(order, source)


def made_from(order: WorkOrder, source: AnyFormula) -> WorkOrder:
    """A copy of the order that names its BOM or recipe."""
    is_bom = isinstance(source, Bom)
    return replace(
        order,
        bom_ref_id=source.id if is_bom else None,
        bom_version=source.version if is_bom else None,
        recipe_ref_id=None if is_bom else source.id,
        recipe_version=None if is_bom else source.version,
    )


def changed_draft(lookup: Lookup, order: WorkOrder, body: Body) -> tuple[WorkOrder, AnyFormula | None]:
    """A copy of a Draft with what an update body gives, and its formula where the body chooses another one.

    Another item takes its own Active formula, unless the body names one.
    """
    after = changed(order, body, (*PLAIN_MEMBERS, _NUMBER, *_FIGURES))
    after.remaining_quantity = after.planned_quantity
    item_id = body.get("ItemRefId") or order.item_ref_id
    # Null for the one that is not there clears nothing, and must not choose another formula.
    is_chosen = first_difference(order, body, _REFERENCES[1:]) is not None
    if item_id == order.item_ref_id and not is_chosen:
        return after, None
    item = usable_item(lookup, item_id)
    source = chosen_formula(lookup, item, body.get("BomRefId"), body.get("RecipeRefId"))
    of_item = replace(after, item_ref_id=item.id, item_code=item.item_code, item_name=item.name, uom=item.uom)
    return made_from(of_item, source), source


def usable_item(lookup: Lookup, item_id: str) -> Item:
    """The item to make, which must exist and be active."""
    item = lookup.item(item_id)
    if item is None:
        raise unknown_item(item_id, "/ItemRefId")
    if not item.is_usable:
        raise Refused(
            "inactive_item", f"{item.item_code} is inactive and cannot be made.", pointer="/ItemRefId"
        )
    return item


def chosen_formula(lookup: Lookup, item: Item, bom_id: str | None, recipe_id: str | None) -> AnyFormula:
    """The BOM or recipe named, else the item's Active BOM, else its Active recipe."""
    if bom_id is not None:
        bom = lookup.bom(bom_id)
        if bom is None:
            raise _refused("unknown_reference", f"There is no BOM {bom_id} in this entity.", "BomRefId")
        return _checked(bom, item, "BomRefId", "bom_not_active")
    if recipe_id is not None:
        recipe = lookup.recipes.get(recipe_id)
        if recipe is None:
            raise _refused(
                "unknown_reference", f"There is no recipe {recipe_id} in this entity.", "RecipeRefId"
            )
        return _checked(recipe, item, "RecipeRefId", "recipe_not_active")
    active = lookup.active_bom(item.id)
    if active is not None:
        return _checked(active, item, "ItemRefId", "bom_not_active")
    active_recipe = lookup.active_recipe(item.id)
    if active_recipe is None:
        raise _refused(
            "bom_not_active", f"{item.item_code} has no Active BOM and no Active recipe.", "ItemRefId"
        )
    return active_recipe


def _checked(source: AnyFormula, item: Item, member: str, code: str) -> AnyFormula:
    if source.item_ref_id != item.id:
        raise _refused(
            "unknown_reference", f"{source.label} makes {source.item_code}, not {item.item_code}.", member
        )
    if isinstance(source, Bom) and source.type != BomType.MANUFACTURE:
        raise _refused(
            "wrong_bom_type",
            f"{source.label} is of type {source.type}; a work order needs {BomType.MANUFACTURE}.",
            member,
        )
    if source.is_archived:
        raise _refused(code, f"{member} names {source.label}, which is {source.status}.", member)
    return source


def check_batch_size(source: AnyFormula, planned: Decimal) -> None:
    """Refuses a quantity that the batch limits of a recipe do not allow (`batch_size_out_of_range`)."""
    if isinstance(source, Recipe):
        check_batch(source, planned)


def check_quantity(order: WorkOrder) -> None:
    """Refuses a planned quantity that is a fraction of a whole unit."""
    check_precision(order.item_code, order.uom, order.planned_quantity, "/PlannedQuantity")


def check_dates(order: WorkOrder) -> None:
    """Refuses a due date or a planned end before the planned start."""
    start = order.planned_start_date
    for name, day in (("DueDate", order.due_date), ("PlannedEndDate", order.planned_end_date)):
        if start is not None and day is not None and day < start:
            raise _refused("date_not_allowed", f"{name} {day} is before PlannedStartDate {start}.", name)


def _refused(code: str, message: str, member: str) -> Refused:
    return Refused(code, message, pointer=f"/{member}")
