"""A shop floor: items with stock, BOMs, recipes, orders and inspections in any state, in one call."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from contract_tests.factory import Answer, Api, Record

# Where stock may be, and the member of an item that says how much of it is there.
PLACES = {
    "Store": "OnHandQuantity",
    "Subcontractor": "AtSubcontractorQuantity",
    "Quarantine": "QuarantineQuantity",
}


class Floor:
    """Makes what a test needs; every request must succeed."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._count = itertools.count(1)
        self.prefix = f"T{secrets.token_hex(3)}"
        vendors = api.every("listVendor")
        self.vendor = next(each["id"] for each in vendors if each["IsSubcontractor"])
        self.other_vendor = next(each["id"] for each in vendors if not each["IsSubcontractor"])

    def label(self, word: str = "X") -> str:
        """A text that no other record has."""
        return f"{self.prefix}-{word}{next(self._count)}"

    def do(self, operation: str, body: Any = None, **path: str) -> Record:
        """A request that succeeds; returns the record."""
        answer = self.send(operation, body, **path)
        assert answer.status in (200, 201), f"{operation}: {answer.status} {answer.raw[:600]!r}"
        found: Record = answer.body
        return found

    def send(self, operation: str, body: Any = None, headers: Any = None, **path: str) -> Answer:
        """Any request."""
        return self.api.call(operation, body, query=None, headers=headers, **path)

    # Items and stock.

    def item(self, **fields: Any) -> str:
        """A new item; its id."""
        made: str = self.api.new_item(self.label("ITEM"), **{"StandardCost": 10, **fields})["id"]
        return made

    def change_item(self, item: str, **fields: Any) -> None:
        """Changes an item."""
        answer = self.api.control("PATCH", f"/items/{item}", fields)
        assert answer.status == 200, answer.raw

    def stocked(self, quantity: Any = 100, cost: Any = 10, **fields: Any) -> str:
        """A new item with stock; its id."""
        made = self.item(**fields)
        self.bring_in(made, quantity, cost)
        return made

    def bring_in(self, item: str, quantity: Any, cost: Any = None) -> None:
        """A stock adjustment."""
        answer = self.api.adjust(item, quantity, cost)
        assert answer.status == 201, answer.raw

    def stock(self, item: str) -> Record:
        """An item as it is now."""
        return self.do("getItem", id=item)

    # BOMs and recipes.

    def bom(self, lines: list[Record] | None = None, **fields: Any) -> Record:
        """An Active BOM, by default of one new item that has stock."""
        if lines is None:
            lines = [line(self.stocked())]
        body = {"Name": self.label("BOM"), "Status": "Active", "Lines": lines, **fields}
        return self.do("createBom", {"ItemRefId": self.item(), **body})

    def job_bom(self, lines: list[Record] | None = None, **fields: Any) -> Record:
        """An Active Subcontract BOM."""
        return self.bom(lines, **{"Type": "Subcontract", "ServiceCostPerUnit": 5, **fields})

    def recipe_body(self, **fields: Any) -> Record:
        """A recipe to create: 100 kg from 50 kg of one item."""
        if "ItemRefId" not in fields:
            fields["ItemRefId"] = self.item(Uom="kg")
        if "Ingredients" not in fields:
            fields["Ingredients"] = [ingredient(self.stocked(500, Uom="kg"), 50)]
        return {"Name": self.label("RCP"), "BatchSize": 100, "Status": "Active", **fields}

    def recipe(self, **fields: Any) -> Record:
        """An Active recipe."""
        return self.do("createRecipe", self.recipe_body(**fields))

    def archived(self, formula: Record) -> Record:
        """A BOM or a recipe that is archived by then; what it was before."""
        word = "Bom" if "BomNumber" in formula else "Recipe"
        self.do(f"archive{word}s", {"ids": [formula["id"]]})
        return formula

    # Work orders.

    def order_body(self, **fields: Any) -> Record:
        """A work order to create, of 10."""
        if "ItemRefId" not in fields:
            fields["ItemRefId"] = self.bom()["ItemRefId"]
        return {"PlannedQuantity": 10, **fields}

    def order(self, **fields: Any) -> Record:
        """A Draft work order."""
        return self.do("createWorkOrder", self.order_body(**fields))

    def released(self, **fields: Any) -> Record:
        """A work order in progress."""
        return self.do("releaseWorkOrder", id=self.order(**fields)["id"])

    def completed(self, **fields: Any) -> Record:
        """A completed work order."""
        return self.do("completeWorkOrder", {"CompletedQuantity": 10}, id=self.released(**fields)["id"])

    def recipe_order(self, **fields: Any) -> Record:
        """A Draft work order from a recipe, of one batch."""
        recipe = self.recipe(**fields)
        return self.order(ItemRefId=recipe["ItemRefId"], RecipeRefId=recipe["id"], PlannedQuantity=100)

    # Inspections.

    def inspection_body(self, order: Record | None = None, **fields: Any) -> Record:
        """An inspection to create, by default of a new work order in progress."""
        order = order or self.released()
        is_job = "SubcontractorRefId" in order
        named = "SubcontractOrderRefId" if is_job else "WorkOrderRefId"
        criterion = {"Name": "Weight", "Type": "Numeric", "MinValue": 5, "MaxValue": 7}
        return {
            "Type": "SubcontractReceipt" if is_job else "Final",
            named: order["id"],
            "LotQuantity": 10,
            "SampleSize": 1,
            "Criteria": [criterion],
            **fields,
        }

    def inspection(self, order: Record | None = None, **fields: Any) -> Record:
        """An Open inspection."""
        return self.do("createQualityInspection", self.inspection_body(order, **fields))

    def read(self, order: Record | None = None, value: str = "6") -> Record:
        """An Open inspection that is read."""
        made = self.inspection(order)
        reading = {"CriterionId": made["Criteria"][0]["id"], "SampleNumber": 1, "Value": value}
        return self.do("updateQualityInspection", {"Readings": [reading]}, id=made["id"])

    def inspected(self, order: Record | None = None, value: str = "6", **fields: Any) -> Record:
        """A Completed inspection."""
        body = {"AcceptedQuantity": 10, **fields}
        if value != "6":
            body = {"Disposition": "Rework", "DispositionReason": "Too light", **body}
        return self.do("completeQualityInspection", body, id=self.read(order, value)["id"])

    # Subcontract orders.

    def job_body(self, **fields: Any) -> Record:
        """A subcontract order to create, of 10."""
        if "ItemRefId" not in fields:
            fields["ItemRefId"] = self.job_bom()["ItemRefId"]
        return {"SubcontractorRefId": self.vendor, "OrderedQuantity": 10, **fields}

    def job(self, **fields: Any) -> Record:
        """A Draft subcontract order."""
        return self.do("createSubcontractOrder", self.job_body(**fields))

    def issued(self, **fields: Any) -> Record:
        """A subcontract order with all its materials issued."""
        order = self.job(**fields)
        materials = [moved(each["ItemRefId"], each["RequiredQuantity"]) for each in order["Materials"]]
        return self.do("issueSubcontractMaterials", {"Materials": materials}, id=order["id"])

    def received(self, accepted: Any = 10, **fields: Any) -> Record:
        """A subcontract order with goods received."""
        body = {"AcceptedQuantity": accepted}
        return self.do("receiveSubcontractGoods", body, id=self.issued(**fields)["id"])


def line(item: str, quantity: Any = 1, **fields: Any) -> Record:
    """A line of a BOM."""
    return {"ItemRefId": item, "Quantity": quantity, **fields}


def ingredient(item: str, quantity: Any, **fields: Any) -> Record:
    """An ingredient of a recipe."""
    return {"ItemRefId": item, "Basis": "PerBatch", "Quantity": quantity, **fields}


def moved(item: str, quantity: Any) -> Record:
    """A quantity of a material."""
    return {"ItemRefId": item, "Quantity": quantity}


def named(formula: Record) -> Record:
    """A BOM or a recipe, as an order names it."""
    reference = "BomRefId" if "BomNumber" in formula else "RecipeRefId"
    return {"ItemRefId": formula["ItemRefId"], reference: formula["id"]}


def held(movements: Iterable[Record], place: str, member: str = "Quantity") -> Decimal:
    """What a place holds by the movements."""
    return sum(
        (each[member] * ((each["To"] == place) - (each["From"] == place)) for each in movements), Decimal()
    )
