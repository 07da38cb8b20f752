"""The record of a work order as the model expects it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from contract_tests.factory.comparison import keyed
from contract_tests.factory.exact import ZERO, money, unit_cost
from contract_tests.factory.model.orders import Plan
from contract_tests.factory.model.work_orders import ModelWorkOrder, WorkOrders


def work_order_record(orders: WorkOrders, order: ModelWorkOrder) -> dict[str, Any]:
    """The members that the model knows."""
    made, actuals = orders.plan(order), order.actuals
    good = actuals.completed if actuals is not None else ZERO
    scrap = actuals.scrapped if actuals is not None else ZERO
    return {
        "id": order.id,
        "ItemRefId": order.item_id,
        "BomRefId": None if order.is_from_recipe else order.formula.id,
        "RecipeRefId": order.formula.id if order.is_from_recipe else None,
        "Status": order.status,
        "IsArchived": order.is_archived,
        "Revision": order.revision,
        "InspectionRequired": order.inspection_required,
        "PlannedQuantity": order.planned,
        "StartedQuantity": actuals.started if actuals is not None else ZERO,
        "CompletedQuantity": good,
        "ScrappedQuantity": scrap,
        "RemainingQuantity": order.planned - good - scrap,
        "Priority": order.body.get("Priority", "Normal"),
        "DueDate": order.body.get("DueDate"),
        "Notes": order.body.get("Notes"),
        "ExternalReference": order.body.get("ExternalReference"),
        "Materials": keyed("ItemRefId", _materials(order, made)),
        "Operations": keyed("Sequence", _operations(order, made)),
        "ByProducts": keyed("ItemRefId", _outputs(order, made)),
        "Allocations": keyed(
            "ItemRefId",
            {
                item_id: {"Quantity": each.required}
                for item_id, each in made.materials.items()
                if order.status == "InProgress" and each.required
            },
        ),
        "PlannedCost": made.cost,
        "ActualCost": order.outcome.cost if order.outcome is not None else None,
        "Variance": order.outcome.variance if order.outcome is not None else None,
    }


def _materials(order: ModelWorkOrder, made: Plan) -> dict[str, Any]:
    found = {}
    for item_id, each in made.materials.items():
        used = order.actuals.consumed[item_id] if order.actuals is not None else ZERO
        value = order.values.get(item_id, ZERO)
        found[item_id] = {
            "RequiredQuantity": each.required,
            "AllocatedQuantity": each.required if order.status == "InProgress" else ZERO,
            "ConsumedQuantity": used,
            "StandardUnitCost": each.standard,
            "UnitCost": unit_cost(value / used) if used else each.standard,
            "Cost": value if order.actuals is not None else money(each.required * each.rate),
        }
    return found


def _operations(order: ModelWorkOrder, made: Plan) -> dict[int, Any]:
    actuals = order.actuals
    return {
        sequence: {
            "PlannedMinutes": each.minutes(Fraction(1)),
            "ActualMinutes": actuals.minutes[sequence] if actuals is not None else None,
            "CostPerHour": each.rate,
            "ActualCostPerHour": actuals.rates[sequence] if actuals is not None else None,
        }
        for sequence, each in made.work.items()
    }


def _outputs(order: ModelWorkOrder, made: Plan) -> dict[str, Any]:
    found = {}
    for place, (output, expected) in enumerate(made.outputs):
        is_done = order.actuals is not None and order.outcome is not None
        found[output.item_id] = {
            "Kind": output.kind,
            "CostMethod": output.method,
            "ExpectedQuantity": expected,
            "ExpectedCredit": made.credits[place],
            "ActualQuantity": order.actuals.outputs[output.item_id] if order.actuals and is_done else None,
            "ActualCredit": order.outcome.credits[place] if order.outcome and is_done else None,
        }
    return found
