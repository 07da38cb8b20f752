"""What the state machine does with work orders, from their creation to the archive."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from hypothesis import strategies as st

from contract_tests.factory.api import Record
from contract_tests.factory.exact import ZERO, half_up
from contract_tests.factory.invariants import ORDER
from contract_tests.factory.machine.draws import COSTS, MINUTES, RATES, part_of, pick, quantities
from contract_tests.factory.machine.inspections import InspectionActions
from contract_tests.factory.machine.steps import Steps
from contract_tests.factory.machine.stock import StockActions
from contract_tests.factory.model import Formula, ModelBom, ModelRecipe, ModelWorkOrder

# The last two are more, and less, than a recipe of the machine allows.
BATCHES = [Fraction(1), Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(21), Fraction(1, 100)]
DATES = ("2026-06-01", "2026-06-15", "2026-07-01")


@dataclass
class OrderActions:
    """Work orders, drawn and moved."""

    steps: Steps
    stock: StockActions
    inspections: InspectionActions

    def draw(self, data: st.DataObject, largest: int = 20) -> Record | None:
        """A work order to create."""
        made = [formula for formula in self.steps.model.formulas.values() if _is_made_here(formula)]
        if not made:
            return None
        formula = pick(data, made)
        planned = self.draw_planned(data, formula, largest)
        body: Record = {"ItemRefId": formula.item_id, "PlannedQuantity": planned, "Notes": "As drawn"}
        if data.draw(st.booleans()):
            body["BomRefId" if isinstance(formula, ModelBom) else "RecipeRefId"] = formula.id
        if data.draw(st.integers(0, 9)) == 1:
            body["PlannedStartDate"], body["DueDate"] = data.draw(st.sampled_from(DATES)), DATES[1]
        return body

    def draw_planned(self, data: st.DataObject, formula: ModelBom | ModelRecipe, largest: int) -> Fraction:
        """A quantity to make; of a recipe, a part or a multiple of what a batch gives."""
        if isinstance(formula, ModelBom):
            return data.draw(quantities(self.steps.model.stock.items[formula.item_id].uom, largest))
        return half_up(formula.output * data.draw(st.sampled_from(BATCHES)), 3)

    def draw_completion(self, data: st.DataObject, order: ModelWorkOrder) -> Record:
        """What was made: all of it, or a part with scrap, more started, and actuals."""
        if data.draw(st.integers(0, 2)) == 0:
            return {"CompletedQuantity": order.planned}

        def part(left: Fraction) -> Fraction:
            return data.draw(part_of(left, order.uom)) if left > 0 else ZERO

        good = data.draw(part_of(order.planned, order.uom))
        scrap = part(order.planned - good)
        body: Record = {"CompletedQuantity": good, "ScrappedQuantity": scrap}
        if data.draw(st.booleans()) and good + scrap:
            body["StartedQuantity"] = good + scrap + part(order.planned - good - scrap)
        if data.draw(st.booleans()):
            self.draw_actuals(data, order, body)
        return body

    def draw_actuals(self, data: st.DataObject, order: ModelWorkOrder, body: Record) -> None:
        """Actual use, time and by-products."""
        model = self.steps.model
        made = model.orders.plan(order)
        if made.materials:
            material = pick(data, list(made.materials.values()))
            most = material.required + model.stock.holdings[material.item_id].available
            used = data.draw(st.one_of(part_of(material.required, material.uom), st.just(most)))
            body["Materials"] = [{"ItemRefId": material.item_id, "ConsumedQuantity": used}]
        if made.work:
            entry: Record = {"Sequence": pick(data, list(made.work)), "ActualMinutes": data.draw(MINUTES)}
            if data.draw(st.booleans()):
                entry["ActualCostPerHour"] = data.draw(RATES)
            body["Operations"] = [entry]
        if made.outputs:
            output = made.outputs[0][0]
            quantity = data.draw(st.one_of(st.just(ZERO), quantities(made.units[output.item_id], 5)))
            body["ByProducts"] = [{"ItemRefId": output.item_id, "ActualQuantity": quantity}]

    def create(self, body: Record, **options: Any) -> ModelWorkOrder | None:
        """Creates a work order."""
        model = self.steps.model
        return self.steps.create(ORDER, lambda: model.orders.written(body, model.formulas), body, **options)

    def begin(self, data: st.DataObject) -> ModelWorkOrder | None:
        """An order that is released, with what it is short of bought first."""
        model = self.steps.model
        active = [formula for formula in model.structure.active.values() if _is_made_here(formula)]
        if not active:
            return None
        formula = model.formulas[pick(data, active).id]
        planned = self.draw_planned(data, formula, 8)
        order = self.create({"ItemRefId": formula.item_id, "PlannedQuantity": planned, "Notes": "To make"})
        if order is not None:
            for item_id, (required, available) in model.orders.shortages(order).items():
                self.stock.adjust(model.stock.items[item_id], required - available, data.draw(COSTS))
            self.release(order)
        return order

    def make(self, data: st.DataObject) -> None:
        """An order from its beginning to its end."""
        order = self.begin(data)
        if order is not None and order.status == "InProgress":
            if order.inspection_required:
                self.inspections.inspect(data, order)
            self.complete(order, self.draw_completion(data, order))

    def release(self, order: ModelWorkOrder) -> None:
        """INV-D18: it fails on stock exactly where a requirement is more than what is available."""
        orders = self.steps.model.orders
        answer = self.steps.act(ORDER, "release", lambda: orders.release(order), id=order.id)
        if answer.status != 200 and answer.code == "insufficient_stock":
            told = {
                each["ItemRefId"]: (Fraction(each["Required"]), Fraction(each["Available"]))
                for each in answer.body["shortages"]
            }
            assert told == orders.shortages(order)
            assert all(e["Short"] == e["Required"] - e["Available"] for e in answer.body["shortages"])

    def complete(self, order: ModelWorkOrder, body: Record) -> None:
        """Completes an order."""
        model = self.steps.model
        made = model.orders.plan(order)
        self.steps.act(
            ORDER,
            "complete",
            lambda: model.orders.complete(order, body, list(model.inspections.values())),
            body,
            id=order.id,
            fixed_items=frozenset(item_id for item_id, each in made.materials.items() if each.fixed),
        )

    def cancel(self, order: ModelWorkOrder, body: Record | None) -> None:
        """Cancels an order."""
        self.steps.act(ORDER, "cancel", lambda: self.steps.model.orders.cancel(order), body, id=order.id)

    def update(self, order: ModelWorkOrder, body: Record) -> None:
        """Changes an order."""
        model = self.steps.model
        predict = partial(model.orders.written, body, model.formulas, of=order)
        self.steps.act(ORDER, "update", predict, body, id=order.id)

    def archive(self, ids: list[str]) -> None:
        """Archives a set."""
        self.steps.bulk(ORDER, "archive", ids, self.steps.model.orders.archive)

    def restore(self, ids: list[str]) -> None:
        """Restores a set."""
        self.steps.bulk(ORDER, "restore", ids, self.steps.model.orders.restore)


def _is_made_here(formula: Formula) -> bool:
    return not formula.is_phantom and not (isinstance(formula, ModelBom) and formula.type == "Subcontract")
