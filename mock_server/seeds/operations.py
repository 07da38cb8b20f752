"""What the steps of a pack may do: operations of the contract, and the commands that they come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mock_server.manufacturing import boms, inspections, recipes, subcontract_orders, work_orders
from mock_server.manufacturing.catalogue import adjust_stock, update_item, update_vendor
from mock_server.manufacturing.reports import log_completion
from mock_server.manufacturing.work_orders import WorkOrder
from mock_server.storage import SqlBook

Body = dict[str, Any]

ITEM, VENDOR, BOM, RECIPE = "item", "vendor", "BOM", "recipe"
WORK_ORDER, INSPECTION, SUBCONTRACT_ORDER = "work order", "inspection", "subcontract order"
CRITERION = "criterion"

# The collection of a book that holds the records of a kind.
COLLECTIONS = {
    ITEM: "items",
    VENDOR: "vendors",
    BOM: "boms",
    RECIPE: "recipes",
    WORK_ORDER: "work_orders",
    INSPECTION: "inspections",
    SUBCONTRACT_ORDER: "subcontract_orders",
}
# What the members of a body refer to.
REFERENCES = {
    "ItemRefId": ITEM,
    "SubcontractorRefId": VENDOR,
    "BomRefId": BOM,
    "SubBomRefId": BOM,
    "RecipeRefId": RECIPE,
    "WorkOrderRefId": WORK_ORDER,
    "SubcontractOrderRefId": SUBCONTRACT_ORDER,
    "InspectionRefId": INSPECTION,
    "CriterionId": CRITERION,
}
# The member that names a record of a kind.
NUMBERS = {
    BOM: "BomNumber",
    RECIPE: "RecipeNumber",
    WORK_ORDER: "WorkOrderNumber",
    INSPECTION: "InspectionNumber",
    SUBCONTRACT_ORDER: "OrderNumber",
}
VERSIONED = frozenset({BOM, RECIPE})


class Step(NamedTuple):
    """What one operation does: it makes a record of the kind, or is done `on` one of them."""

    kind: str
    run: Callable[..., Any]
    is_on: bool = True
    # Takes a list of ids, and no body beside.
    is_bulk: bool = False


def _complete(book: SqlBook, order: WorkOrder, body: Body) -> WorkOrder:
    return log_completion(book, work_orders.complete(book, order, body))


def _release(book: SqlBook, order: WorkOrder, body: Body) -> WorkOrder:
    return work_orders.release(book, order)


def _of(kind: str, plural: str, package: Any) -> dict[str, Step]:
    """What every kind of document can do."""
    singular = plural.removesuffix("s")
    return {
        f"create{singular}": Step(kind, package.create, is_on=False),
        f"update{singular}": Step(kind, package.update),
        f"archive{plural}": Step(kind, package.archive, is_bulk=True),
        f"restore{plural}": Step(kind, package.restore, is_bulk=True),
    }


STEPS: dict[str, Step] = {
    "updateItem": Step(ITEM, update_item),
    "updateVendor": Step(VENDOR, update_vendor),
    "createStockAdjustment": Step("", adjust_stock, is_on=False),
    **_of(BOM, "Boms", boms),
    **_of(RECIPE, "Recipes", recipes),
    **_of(WORK_ORDER, "WorkOrders", work_orders),
    "releaseWorkOrder": Step(WORK_ORDER, _release),
    "completeWorkOrder": Step(WORK_ORDER, _complete),
    "cancelWorkOrder": Step(WORK_ORDER, work_orders.cancel),
    **_of(INSPECTION, "QualityInspections", inspections),
    "completeQualityInspection": Step(INSPECTION, inspections.complete),
    **_of(SUBCONTRACT_ORDER, "SubcontractOrders", subcontract_orders),
    "issueSubcontractMaterials": Step(SUBCONTRACT_ORDER, subcontract_orders.issue_materials),
    "receiveSubcontractGoods": Step(SUBCONTRACT_ORDER, subcontract_orders.receive_goods),
    "returnSubcontractMaterials": Step(SUBCONTRACT_ORDER, subcontract_orders.return_materials),
    "completeSubcontractOrder": Step(SUBCONTRACT_ORDER, subcontract_orders.complete),
    "cancelSubcontractOrder": Step(SUBCONTRACT_ORDER, subcontract_orders.cancel),
}


def criterion_names(names: list[str]) -> list[str]:
    """How the criteria of an inspection are told apart: of one name, the second is `NAME#2`."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return told
