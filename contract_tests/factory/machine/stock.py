"""Items, stock and prices: what the state machine does with them, and what no quantity may be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import WHOLE_UNITS
from contract_tests.factory.invariants import BOM
from contract_tests.factory.machine.draws import (
    BAD_QUANTITIES,
    BAD_TEXTS,
    COSTS,
    PRICES,
    UOMS,
    pick,
    smallest,
    stock_quantities,
)
from contract_tests.factory.machine.steps import Steps
from contract_tests.factory.model import Model, ModelItem, invalid

MOST_ITEMS = 14


@dataclass
class StockActions:
    """Items and their stock."""

    steps: Steps

    def new_item(self, word: str, uom: str, cost: Fraction | None, **fields: Any) -> ModelItem:
        """Creates an item."""
        with self.steps.step("create item"):
            is_stocked = word != "KIT"
            record = self.steps.api.new_item(
                self.steps.walk.label(word), Uom=uom, StandardCost=cost, TrackInventory=is_stocked, **fields
            )
            price = fields.get("SellingPrice")
            item = ModelItem(record["id"], record["ItemCode"], uom, cost, price, is_stocked=is_stocked)
            return self.steps.model.add_item(item)

    def adjust(self, item: ModelItem, quantity: Fraction, cost: Fraction | None = None) -> None:
        """A stock adjustment."""
        with self.steps.step("adjust") as step:
            expected, answer = self.steps.exchange(
                step,
                lambda: self.steps.model.stock.adjust(item.id, quantity, cost),
                lambda: self.steps.api.adjust(item.id, quantity, cost),
            )
            assert expected is None or answer.body["Quantity"] == expected.quantity, answer.raw

    def change_cost(self, item: ModelItem, cost: Fraction) -> None:
        """Another standard cost, which every BOM follows that is made of the item."""
        model = self.steps.model
        raised = cost - (item.standard_cost or 0)
        before = {id: model.structure.cost(bom).unit for id, bom in model.boms.known.items()}
        with self.steps.step("change cost"):
            answer = self.steps.api.control("PATCH", f"/items/{item.id}", {"StandardCost": cost})
            assert answer.status == 200, answer.raw
            item.standard_cost = cost
            model.price(item)
            for id, bom in model.boms.known.items():
                self.steps.walk.touch(BOM, id)
                # INV-C3: a cost reaches what is made of the item, in its own direction, and nothing else.
                risen = model.structure.cost(bom).unit - before[id]
                is_made = item.id in model.structure.active
                is_above = not is_made and model.structure.reaches(bom, item.id)
                assert risen * raised >= 0 and (is_above or not risen), f"{bom.number} moved by {risen}"


class StockRules(RuleBasedStateMachine):
    """Items and their stock."""

    model: Model
    steps: Steps
    stock: StockActions

    def stocked(self) -> list[ModelItem]:
        """Items that stock is kept of."""
        return [item for item in self.model.stock.items.values() if item.is_stocked]

    @rule(data=st.data())
    def add_an_item(self, data: st.DataObject) -> None:
        if len(self.model.stock.items) < MOST_ITEMS:
            uom = pick(data, UOMS)
            price = data.draw(st.one_of(st.none(), PRICES))
            priced = {} if price is None else {"SellingPrice": price}
            self.stock.new_item("ADD", uom, data.draw(COSTS), **priced)

    @rule(data=st.data())
    def adjust_up(self, data: st.DataObject) -> None:
        item = pick(data, self.stocked())
        cost = data.draw(st.one_of(st.none(), COSTS))
        self.stock.adjust(item, data.draw(stock_quantities(item.uom)), cost)

    @rule(data=st.data())
    def stock_everything(self, data: st.DataObject) -> None:
        for item in self.stocked():
            if self.model.stock.holdings[item.id].available < 100:
                self.stock.adjust(item, Fraction(data.draw(st.integers(100, 900))))

    @rule(data=st.data())
    def adjust_down(self, data: st.DataObject) -> None:
        item = pick(data, self.stocked())
        available = self.model.stock.holdings[item.id].available
        if available:
            percent = data.draw(st.sampled_from([100, 50, 7, 101]))
            least = smallest(item.uom)
            self.stock.adjust(item, -least * max(1, int(available * percent / 100 / least)))

    @rule(data=st.data())
    def adjust_a_fraction_of_a_whole_unit(self, data: st.DataObject) -> None:
        item = pick(data, [item for item in self.stocked() if item.uom in WHOLE_UNITS])
        self.stock.adjust(item, Fraction(3, 2))

    @rule(data=st.data())
    def change_a_standard_cost(self, data: st.DataObject) -> None:
        self.stock.change_cost(pick(data, list(self.model.stock.items.values())), data.draw(COSTS))

    @rule(data=st.data())
    def send_a_quantity_that_is_none(self, data: st.DataObject) -> None:
        named: Record = {"ItemRefId": pick(data, self.stocked()).id}
        bodies: list[tuple[str, str, Record]] = [
            ("createWorkOrder", "PlannedQuantity", {}),
            (
                "createSubcontractOrder",
                "OrderedQuantity",
                {"SubcontractorRefId": self.steps.walk.run.vendors[0]},
            ),
            ("createBom", "OutputQuantity", {"Name": "Bad", "Lines": [{**named, "Quantity": 1}]}),
        ]
        operation, member, others = pick(data, bodies)
        fields = {**named, **others}
        if data.draw(st.booleans()):
            body: Any = {**fields, member: data.draw(st.sampled_from(BAD_QUANTITIES))}
        else:
            text = data.draw(st.sampled_from(BAD_TEXTS))
            body = json.dumps({**fields, member: "@"}).encode().replace(b'"@"', text)
        with self.steps.step("send a bad quantity") as step:
            self.steps.exchange(step, invalid, lambda: self.steps.api.call(operation, body))
