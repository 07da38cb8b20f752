"""Work orders as the rules have them: guards in order, then what happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import MAX_AMOUNT, is_stockable
from contract_tests.factory.model.bom import ModelBom
from contract_tests.factory.model.documents import Document, archive, broken, conflict, restore
from contract_tests.factory.model.inspections import ModelInspection, check_gate
from contract_tests.factory.model.orders import Actuals, Outcome, Plan, outcome, plan
from contract_tests.factory.model.recipes import ModelRecipe
from contract_tests.factory.model.stock import Stock, check_cost
from contract_tests.factory.model.structure import Structure

Body = Mapping[str, Any]
RUNNING_MEMBERS = frozenset(
    {"Notes", "DueDate", "PlannedStartDate", "PlannedEndDate", "Priority", "ExternalReference"}
)


@dataclass
class ModelWorkOrder(Document):
    """A work order."""

    item_id: str
    uom: str
    formula: ModelBom | ModelRecipe
    body: dict[str, Any]
    inspection_required: bool
    kept: Plan | None = None
    actuals: Actuals | None = None
    outcome: Outcome | None = None
    values: dict[str, Fraction] = field(default_factory=dict)

    @property
    def planned(self) -> Fraction:
        """Planned quantity."""
        return Fraction(self.body["PlannedQuantity"])

    @property
    def is_from_recipe(self) -> bool:
        """Whether it is made from a recipe."""
        return isinstance(self.formula, ModelRecipe)

    @property
    def state(self) -> str:
        """What the order says it is when it refuses."""
        return "Archived" if self.is_archived else self.status


class WorkOrders:
    """The work orders of one entity."""

    def __init__(self, stock: Stock, structure: Structure, today: date) -> None:
        self.stock = stock
        self.structure = structure
        self.today = today
        self.known: dict[str, ModelWorkOrder] = {}

    def plan(self, order: ModelWorkOrder) -> Plan:
        """What the order shows: kept since its release or cancellation, else by its formula as it is now."""
        if order.kept is not None:
            return order.kept
        return plan(self.structure, order.formula, order.planned, self.stock.units)

    def written(
        self, body: Body, formulas: Mapping[str, ModelBom | ModelRecipe], *, of: ModelWorkOrder | None = None
    ) -> ModelWorkOrder:
        """The order that a create makes, or an update makes of a Draft."""
        if of is not None:
            self._check_editable(of, body)
        merged = {**(of.body if of is not None else {}), **body}
        item = self.stock.usable(merged["ItemRefId"])
        is_named = of is None or any(n in body for n in ("ItemRefId", "BomRefId", "RecipeRefId"))
        formula = self._formula(merged, formulas) if of is None or is_named else of.formula
        if not is_stockable(merged["PlannedQuantity"], item.uom):
            broken("fractional_quantity")
        self._check_dates(merged)
        if isinstance(formula, ModelRecipe):
            formula.check_batch(Fraction(merged["PlannedQuantity"]))
        inspected = merged.get("InspectionRequired", formula.inspection_required)
        if of is not None and "InspectionRequired" not in body:
            inspected = of.inspection_required
        new = ModelWorkOrder(item.id, item.uom, formula, merged, inspected)
        if of is not None:
            new.id, new.status, new.kept = of.id, of.status, of.kept
            is_changed = (_content(of), of.inspection_required) != (_content(new), inspected)
            new.revision = of.revision + is_changed
        return new

    def _check_editable(self, order: ModelWorkOrder, body: Body) -> None:
        changed = {name for name, value in body.items() if value != order.body.get(name)}
        if order.is_archived or order.status in ("Completed", "Cancelled"):
            conflict()
        if order.status == "InProgress" and changed - RUNNING_MEMBERS:
            conflict()

    def _formula(self, body: Body, formulas: Mapping[str, ModelBom | ModelRecipe]) -> ModelBom | ModelRecipe:
        item_id, named = body["ItemRefId"], body.get("BomRefId") or body.get("RecipeRefId")
        missing = "recipe_not_active" if body.get("RecipeRefId") else "bom_not_active"
        if named is None:
            made_by = self.structure.active.get(item_id)
            if not isinstance(made_by, (ModelBom, ModelRecipe)):
                broken("bom_not_active")
            formula = made_by
        else:
            formula = formulas.get(named) or broken("unknown_reference")
            if formula.item_id != item_id:
                broken("unknown_reference")
        if isinstance(formula, ModelBom) and formula.type != "Manufacture":
            broken("wrong_bom_type")
        if formula.is_archived:
            broken(missing)
        return formula

    def _check_dates(self, body: Body) -> None:
        start = body.get("PlannedStartDate")
        if start is not None and any((body.get(n) or start) < start for n in ("DueDate", "PlannedEndDate")):
            broken("date_not_allowed")

    def shortages(self, order: ModelWorkOrder) -> dict[str, tuple[Fraction, Fraction]]:
        """What is short for a release: required and available, by item."""
        held = self.stock.holdings
        return {
            item_id: (each.required, held[item_id].available)
            for item_id, each in self.plan(order).materials.items()
            if each.required > held[item_id].available
        }

    def release(self, order: ModelWorkOrder) -> None:
        """Draft → InProgress."""
        if order.is_archived or order.status != "Draft":
            conflict()
        if order.formula.status != "Active":
            broken("recipe_not_active" if order.is_from_recipe else "bom_not_active")
        if isinstance(order.formula, ModelBom) and not order.formula.is_effective(self.today):
            broken("no_effective_bom")
        if self.shortages(order):
            conflict("insufficient_stock")
        order.kept = self.plan(order)
        for item_id, each in order.kept.materials.items():
            self.stock.holdings[item_id].allocated += each.required
        order.status = "InProgress"
        order.revision += 1

    def complete(
        self, order: ModelWorkOrder, body: Body, inspections: Sequence[ModelInspection] = ()
    ) -> None:
        """InProgress → Completed."""
        if order.is_archived or order.status != "InProgress" or order.kept is None:
            conflict()
        made = order.kept
        self._check_quantities(order, made, body)
        actuals = Actuals.read(made, body, starts_whole=order.is_from_recipe)
        if order.inspection_required:
            check_gate(inspections, order.id, actuals.completed)
        for item_id, used in actuals.consumed.items():
            if used > made.materials[item_id].required + self.stock.holdings[item_id].available:
                conflict("insufficient_stock")
        store = {item_id: self.stock.holdings[item_id].store for item_id in made.materials}
        values = {item_id: store[item_id].share(used) for item_id, used in actuals.consumed.items() if used}
        order.outcome = self._checked(made, actuals, outcome(made, actuals, values))
        self._post(order, made, actuals, order.outcome)
        order.actuals, order.status = actuals, "Completed"
        order.revision += 1

    def _check_quantities(self, order: ModelWorkOrder, made: Plan, body: Body) -> None:
        good, scrap = body["CompletedQuantity"], body.get("ScrappedQuantity", 0)
        started = body.get("StartedQuantity")
        if not all(is_stockable(q, order.uom) for q in (good, scrap, started or 0)):
            broken("fractional_quantity")
        total = Fraction(good) + Fraction(scrap)
        if total > made.planned:
            broken("quantity_exceeds_planned")
        if not total:
            broken("quantities_do_not_balance")
        if started is not None:
            if Fraction(started) > made.planned:
                broken("quantity_exceeds_planned")
            if Fraction(started) < total:
                broken("quantities_do_not_balance")
        outputs = {output.item_id for output, _ in made.outputs}
        for name, key, known, member in (
            ("Materials", "ItemRefId", set(made.materials), "ConsumedQuantity"),
            ("Operations", "Sequence", set(made.work), None),
            ("ByProducts", "ItemRefId", outputs, "ActualQuantity"),
        ):
            for each in body.get(name, []):
                if each[key] not in known:
                    broken("unknown_reference")
                if member is not None and not is_stockable(each[member], made.units[each[key]]):
                    broken("fractional_quantity")

    def _checked(self, made: Plan, actuals: Actuals, result: Outcome) -> Outcome:
        if any(abs(value) > MAX_AMOUNT for value in result.variance.values()):
            broken("explosion_too_large")
        check_cost(result.total, actuals.completed)
        for (output, _), credit in zip(made.outputs, result.credits, strict=True):
            check_cost(credit, actuals.outputs[output.item_id])
        return result

    def _post(self, order: ModelWorkOrder, made: Plan, actuals: Actuals, result: Outcome) -> None:
        for item_id, each in made.materials.items():
            self.stock.holdings[item_id].allocated -= each.required
        for item_id, used in actuals.consumed.items():
            if used:
                order.values[item_id] = self.stock.issue(item_id, used, "ProductionConsumption", order.id)
        if actuals.completed:
            self.stock.receive(order.item_id, actuals.completed, result.total, "ProductionReceipt", order.id)
        for (output, _), credit in zip(made.outputs, result.credits, strict=True):
            if quantity := actuals.outputs[output.item_id]:
                kind = f"{output.kind}Receipt"
                self.stock.receive(output.item_id, quantity, credit, kind, order.id)

    def cancel(self, order: ModelWorkOrder) -> None:
        """Draft, InProgress → Cancelled."""
        if order.is_archived or order.status not in ("Draft", "InProgress"):
            conflict()
        order.kept = self.plan(order)
        if order.status == "InProgress":
            for item_id, each in order.kept.materials.items():
                self.stock.holdings[item_id].allocated -= each.required
        order.status = "Cancelled"
        order.revision += 1

    def archive(self, ids: Sequence[str]) -> int:
        """Archives all that are named, or none."""
        return archive(self.known, ids, barred=("InProgress",))

    def restore(self, ids: Sequence[str]) -> int:
        """Takes all that are named out of the archive."""
        return restore(self.known, ids)


def _content(order: ModelWorkOrder) -> dict[str, Any]:
    content = {name: value for name, value in order.body.items() if value is not None}
    return {**content, "Priority": content.get("Priority", "Normal"), "Formula": order.formula.id}
