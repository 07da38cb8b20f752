"""What the state machine does with work orders, from their creation to the archive."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from contract_tests.factory.api import Record
from contract_tests.factory.exact import ZERO, half_up
from contract_tests.factory.invariants import ORDER
from contract_tests.factory.machine.draws import COSTS, MINUTES, RATES, part_of, quantities
from contract_tests.factory.machine.inspection_rules import InspectionRules
from contract_tests.factory.model import ModelBom, ModelRecipe, ModelWorkOrder, Refused

# The last two are more, and less, than a recipe of the machine allows.
BATCHES = [Fraction(1), Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(21), Fraction(1, 100)]
DATES = ("2026-06-01", "2026-06-15", "2026-07-01")


class OrderActions(InspectionRules):
    """Work orders, drawn and moved."""

    def draw_order(self, data: st.DataObject, largest: int = 20) -> Record | None:
        """A work order to create."""
        made = [f for f in self.model.formulas.values() if not f.is_phantom and not _is_job(f)]
        if not made:
            return None
        formula = self.pick(data, made)
        item = self.model.stock.items[formula.item_id]
        body: Record = {"ItemRefId": item.id, "PlannedQuantity": self.draw_planned(data, formula, largest)}
        if data.draw(st.booleans()):
            body["BomRefId" if isinstance(formula, ModelBom) else "RecipeRefId"] = formula.id
        if data.draw(st.integers(0, 9)) == 1:
            body["PlannedStartDate"], body["DueDate"] = data.draw(st.sampled_from(DATES)), DATES[1]
        return body

    def draw_planned(self, data: st.DataObject, formula: ModelBom | ModelRecipe, largest: int) -> Fraction:
        """A quantity to make; of a recipe, a part or a multiple of what a batch gives."""
        if isinstance(formula, ModelBom):
            return data.draw(quantities(self.model.stock.items[formula.item_id].uom, largest))
        return half_up(formula.output * data.draw(st.sampled_from(BATCHES)), 3)

    def draw_completion(self, data: st.DataObject, order: ModelWorkOrder) -> Record:
        """What was made: all of it, or a part with scrap, more started, and actuals."""
        planned = order.planned
        if data.draw(st.integers(0, 2)) == 0:
            return {"CompletedQuantity": planned}
        good = data.draw(part_of(planned, order.uom))
        scrap = data.draw(part_of(planned - good, order.uom)) if planned > good else ZERO
        body: Record = {"CompletedQuantity": good, "ScrappedQuantity": scrap}
        if data.draw(st.booleans()) and good + scrap:
            more = data.draw(part_of(planned - good - scrap, order.uom)) if planned > good + scrap else ZERO
            body["StartedQuantity"] = good + scrap + more
        if data.draw(st.booleans()):
            self.draw_actuals(data, order, body)
        return body

    def draw_actuals(self, data: st.DataObject, order: ModelWorkOrder, body: Record) -> None:
        """Actual use, time and by-products."""
        made = self.model.orders.plan(order)
        if made.materials:
            material = self.pick(data, list(made.materials.values()))
            most = material.required + self.model.stock.holdings[material.item_id].available
            used = data.draw(st.one_of(part_of(material.required, material.uom), st.just(most)))
            body["Materials"] = [{"ItemRefId": material.item_id, "ConsumedQuantity": used}]
        if made.work:
            sequence = self.pick(data, list(made.work))
            entry: Record = {"Sequence": sequence, "ActualMinutes": data.draw(MINUTES)}
            if data.draw(st.booleans()):
                entry["ActualCostPerHour"] = data.draw(RATES)
            body["Operations"] = [entry]
        if made.outputs:
            output = made.outputs[0][0]
            uom = self.model.stock.items[output.item_id].uom
            quantity = data.draw(st.one_of(st.just(ZERO), quantities(uom, 5)))
            body["ByProducts"] = [{"ItemRefId": output.item_id, "ActualQuantity": quantity}]

    def create_order(self, body: Record, headers: Record | None = None) -> ModelWorkOrder | None:
        """Creates a work order."""

        def keep(order: ModelWorkOrder, record: Record) -> None:
            order.id = record["id"]
            self.model.orders.known[order.id] = order

        answer = self.act(
            "createWorkOrder",
            "create",
            ORDER,
            lambda: self.model.orders.written(body, self.model.formulas),
            body,
            register=keep,
            headers=headers,
        )
        return self.model.orders.known[answer.body["id"]] if answer.status == 201 else None

    def begin_work(self, data: st.DataObject) -> ModelWorkOrder | None:
        """An order that is released, with what it is short of bought first."""
        active = [f for f in self.model.structure.active.values() if not f.is_phantom and not _is_job(f)]
        if not active:
            return None
        formula = self.model.formulas[self.pick(data, active).id]
        planned = self.draw_planned(data, formula, 8)
        order = self.create_order({"ItemRefId": formula.item_id, "PlannedQuantity": planned})
        if order is not None:
            for item_id, (required, available) in self.model.orders.shortages(order).items():
                self.bring_in(self.model.stock.items[item_id], required - available, data.draw(COSTS))
            self.release(order)
        return order

    def make(self, data: st.DataObject) -> None:
        """An order from its beginning to its end."""
        order = self.begin_work(data)
        if order is not None and order.status == "InProgress":
            if order.inspection_required:
                self.inspect(order, "Pass")
            self.complete(order, self.draw_completion(data, order))

    def release(self, order: ModelWorkOrder) -> None:
        """INV-D18: it fails on stock exactly where a requirement is more than what is available."""
        shortages: dict[str, tuple[Fraction, Fraction]] = {}

        def predict() -> None:
            shortages.update(self.model.orders.shortages(order))
            self.model.orders.release(order)

        answer = self.act("releaseWorkOrder", "release", ORDER, predict, id=order.id)
        if answer.status == 200:
            self.event("work_order.released", order.id)
        elif answer.code == "insufficient_stock":
            told = {
                each["ItemRefId"]: (Fraction(each["Required"]), Fraction(each["Available"]))
                for each in answer.body["shortages"]
            }
            assert told == shortages
            assert all(e["Short"] == e["Required"] - e["Available"] for e in answer.body["shortages"])

    def complete(self, order: ModelWorkOrder, body: Record) -> None:
        """Completes an order."""
        made = self.model.orders.plan(order)
        fixed = frozenset(item_id for item_id, each in made.materials.items() if each.fixed)
        answer = self.act(
            "completeWorkOrder",
            "complete",
            ORDER,
            lambda: self.model.orders.complete(order, body, list(self.model.inspections.values())),
            body,
            id=order.id,
            fixed_items=fixed,
        )
        if answer.status == 200:
            self.event("work_order.completed", order.id)

    def cancel(self, order: ModelWorkOrder, body: Record | None) -> None:
        """Cancels an order."""
        answer = self.act(
            "cancelWorkOrder", "cancel", ORDER, lambda: self.model.orders.cancel(order), body, id=order.id
        )
        if answer.status == 200:
            self.event("work_order.cancelled", order.id)

    def update(self, order: ModelWorkOrder, body: Record) -> None:
        """Changes an order; INV-G5: what is absent stays."""
        before = self.seen.one(ORDER, order.id) or {}

        def keep(new: ModelWorkOrder, record: Record) -> None:
            self.model.orders.known[order.id] = new

        answer = self.act(
            "updateWorkOrder",
            "update",
            ORDER,
            lambda: self.model.orders.written(body, self.model.formulas, of=order),
            body,
            id=order.id,
            register=keep,
        )
        if answer.status == 200 and "PlannedQuantity" not in body and order.status != "Draft":
            after = answer.body
            for name in set(before) - {*body, "Revision", "UpdatedAt", "Overdue"}:
                assert after[name] == before[name], name

    def archive_orders(self, ids: list[str], is_restore: bool = False) -> None:
        """A set of orders, all or none."""
        step = self.begin("restore" if is_restore else "archive", ORDER)
        orders = self.model.orders
        try:
            count = orders.restore(ids) if is_restore else orders.archive(ids)
        except Refused as refused:
            answer = self.api.call("archiveWorkOrders", {"ids": ids}, query=None, headers=None)
            assert (answer.status, answer.code) == (refused.status, refused.code), answer.raw
            step.is_refused = True
        else:
            operation = "restoreWorkOrders" if is_restore else "archiveWorkOrders"
            answer = self.api.call(operation, {"ids": ids}, query=None, headers=None)
            assert answer.status == 200 and answer.body["modified"] == count, answer.raw
        for id in ids:
            self.touch(ORDER, id)
        self.end(step)


def _is_job(formula: object) -> bool:
    return isinstance(formula, ModelBom) and formula.type == "Subcontract"
