"""Turns a request body into a Draft work order, and checks what it refers to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mock_server.manufacturing.decimals import ZERO, number
from mock_server.manufacturing.formulas import MANUFACTURE, AnyFormula, Bom, Lookup, Recipe, check_batch
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.refusals import Refused, refuse_value, unknown_item
from mock_server.manufacturing.request_body import Body, calendar_day
from mock_server.manufacturing.units import check_whole
from mock_server.manufacturing.work_orders.ports import OrderBook
from mock_server.manufacturing.work_orders.records import DRAFT, WorkOrder, WorkOrderPlannedCost

NORMAL = "Normal"


def new_order(book: OrderBook, body: Body, item: Item, source: AnyFormula) -> WorkOrder:
    """The order that a create body describes, without contents; its number is empty where none is given."""
    now = book.now
    planned = number(body["PlannedQuantity"])
    inspection = body.get("InspectionRequired")
    return WorkOrder(
        id=book.new_id(),
        work_order_number=body.get("WorkOrderNumber") or "",
        revision=1,
        item_ref_id=item.id,
        item_code=item.item_code,
        item_name=item.name,
        bom_ref_id=source.id if isinstance(source, Bom) else None,
        bom_version=source.version if isinstance(source, Bom) else None,
        recipe_ref_id=source.id if isinstance(source, Recipe) else None,
        recipe_version=source.version if isinstance(source, Recipe) else None,
        uom=item.uom,
        status=DRAFT,
        is_archived=False,
        inspection_required=source.inspection_required if inspection is None else bool(inspection),
        priority=body.get("Priority") or NORMAL,
        due_date=calendar_day(body, "DueDate"),
        planned_start_date=calendar_day(body, "PlannedStartDate"),
        planned_end_date=calendar_day(body, "PlannedEndDate"),
        lot_number=body.get("LotNumber"),
        planned_quantity=planned,
        started_quantity=ZERO,
        completed_quantity=ZERO,
        scrapped_quantity=ZERO,
        remaining_quantity=planned,
        released_at=None,
        completed_at=None,
        cancelled_at=None,
        cancel_reason=None,
        materials=[],
        operations=[],
        by_products=[],
        allocations=[],
        stock_movements=[],
        planned_cost=WorkOrderPlannedCost(),
        actual_cost=None,
        variance=None,
        notes=body.get("Notes"),
        external_reference=body.get("ExternalReference"),
        created_at=now,
        updated_at=now,
        created_by_user_ref_id=book.user_ref_id,
    )


def with_plain_fields(order: WorkOrder, body: Body) -> WorkOrder:
    """A copy with the members that may still change once the order is released."""
    after = replace(order)
    if "Priority" in body:
        after.priority = body["Priority"] or NORMAL
    if "DueDate" in body:
        after.due_date = calendar_day(body, "DueDate")
    if "PlannedStartDate" in body:
        after.planned_start_date = calendar_day(body, "PlannedStartDate")
    if "PlannedEndDate" in body:
        after.planned_end_date = calendar_day(body, "PlannedEndDate")
    if "Notes" in body:
        after.notes = body["Notes"]
    if "ExternalReference" in body:
        after.external_reference = body["ExternalReference"]
    return after


def frozen_member(order: WorkOrder, body: Body) -> str | None:
    """The first member of a body that would change what release has fixed; none where none would."""
    present = {
        "WorkOrderNumber": order.work_order_number,
        "ItemRefId": order.item_ref_id,
        "BomRefId": order.bom_ref_id,
        "RecipeRefId": order.recipe_ref_id,
        "InspectionRequired": order.inspection_required,
        "LotNumber": order.lot_number,
    }
    for name, value in present.items():
        if name in body and body[name] != value:
            return name
    if "PlannedQuantity" in body and number(body["PlannedQuantity"]) != order.planned_quantity:
        return "PlannedQuantity"
    return None


def changed_draft(
    book: OrderBook, lookup: Lookup, order: WorkOrder, body: Body
) -> tuple[WorkOrder, AnyFormula | None]:
    """A copy of a Draft with what an update body gives, and its formula where the body chooses another one.

    Another item takes its own Active formula, unless the body names one.
    """
    after = with_plain_fields(order, body)
    item_id = body.get("ItemRefId") or order.item_ref_id
    bom_id, recipe_id = body.get("BomRefId"), body.get("RecipeRefId")
    is_other_item = item_id != order.item_ref_id
    # Null for the one that is not there clears nothing, and must not choose another formula.
    present = {"BomRefId": order.bom_ref_id, "RecipeRefId": order.recipe_ref_id}
    is_chosen = any(name in body and body[name] != value for name, value in present.items())
    source: AnyFormula | None = None
    if is_other_item or is_chosen:
        item = usable_item(lookup, item_id)
        source = chosen_formula(book, lookup, item, bom_id, recipe_id)
        after.item_ref_id, after.item_code, after.item_name = item.id, item.item_code, item.name
        after.uom = item.uom
        after.bom_ref_id = source.id if isinstance(source, Bom) else None
        after.bom_version = source.version if isinstance(source, Bom) else None
        after.recipe_ref_id = source.id if isinstance(source, Recipe) else None
        after.recipe_version = source.version if isinstance(source, Recipe) else None
    if "PlannedQuantity" in body:
        after.planned_quantity = after.remaining_quantity = number(body["PlannedQuantity"])
    if "WorkOrderNumber" in body:
        after.work_order_number = body["WorkOrderNumber"] or order.work_order_number
    if "InspectionRequired" in body:
        after.inspection_required = bool(body["InspectionRequired"])
    if "LotNumber" in body:
        after.lot_number = body["LotNumber"]
    return after, source


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


def chosen_formula(
    book: OrderBook, lookup: Lookup, item: Item, bom_id: str | None, recipe_id: str | None
) -> AnyFormula:
    """The BOM or recipe named, else the item's Active BOM, else its Active recipe."""
    if bom_id is not None and recipe_id is not None:
        refuse_value("/RecipeRefId", "cannot be given together with BomRefId")
    if bom_id is not None:
        bom = lookup.bom(bom_id)
        if bom is None:
            raise _refused("unknown_reference", f"There is no BOM {bom_id} in this entity.", "BomRefId")
        return _checked(bom, item, "BomRefId", "bom_not_active")
    if recipe_id is not None:
        recipe = book.recipe(recipe_id)
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
    if isinstance(source, Bom) and source.type != MANUFACTURE:
        raise _refused(
            "wrong_bom_type",
            f"{source.label} is of type {source.type}; a work order needs {MANUFACTURE}.",
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
    check_whole(order.item_code, order.uom, order.planned_quantity, "/PlannedQuantity")


def check_dates(order: WorkOrder) -> None:
    """Refuses a due date or a planned end before the planned start."""
    start = order.planned_start_date
    for name, day in (("DueDate", order.due_date), ("PlannedEndDate", order.planned_end_date)):
        if start is not None and day is not None and day < start:
            raise _refused("date_not_allowed", f"{name} {day} is before PlannedStartDate {start}.", name)


def _refused(code: str, message: str, member: str) -> Refused:
    return Refused(code, message, pointer=f"/{member}")
