"""Rules of the state machine: items, stock, prices, and what no quantity may be."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from contract_tests.factory.exact import WHOLE_UNITS
from contract_tests.factory.invariants import BOM
from contract_tests.factory.machine.draws import (
    BAD_QUANTITIES,
    BAD_TEXTS,
    COSTS,
    PRICES,
    UOMS,
    stock_quantities,
)
from contract_tests.factory.machine.step import MachineBase
from contract_tests.factory.model import ModelItem

FIRST_ITEMS = (
    ("RAW", "kg", "5.25"),
    ("RAW", "NOS", "0.8"),
    ("RAW", "m", "12.345678"),
    ("SUB", "NOS", "33"),
    ("SUB", "L", "7.5"),
    ("TOP", "NOS", None),
    ("KIT", "SET", None),
    ("JOB", "NOS", "100"),
)
MOST_ITEMS = 14


class StockRules(MachineBase):
    """Items and their stock."""

    @initialize(data=st.data())
    def begin_with_some_items(self, data: st.DataObject) -> None:
        for word, uom, cost in FIRST_ITEMS:
            self.new_item(word, uom, None if cost is None else Fraction(cost))
        for item in list(self.model.stock.items.values())[:5]:
            self.bring_in(item, data.draw(stock_quantities(item.uom)), data.draw(COSTS))
        self.write_first_boms(data)

    def write_first_boms(self, data: st.DataObject) -> None:
        """A structure of three levels; the rules of BOMs know how."""
        raise NotImplementedError

    @rule(data=st.data())
    def add_an_item(self, data: st.DataObject) -> None:
        if len(self.model.stock.items) < MOST_ITEMS:
            uom = self.pick(data, list(UOMS))
            price = data.draw(st.one_of(st.none(), PRICES))
            self.new_item("ADD", uom, data.draw(COSTS), **({} if price is None else {"SellingPrice": price}))

    @rule(data=st.data())
    def adjust_up(self, data: st.DataObject) -> None:
        item = self.pick(data, self.stocked())
        cost = data.draw(st.one_of(st.none(), COSTS))
        self.bring_in(item, data.draw(stock_quantities(item.uom)), cost)

    @rule(data=st.data())
    def stock_everything(self, data: st.DataObject) -> None:
        for item in self.stocked():
            if self.model.stock.holdings[item.id].available < 100:
                self.bring_in(item, Fraction(data.draw(st.integers(100, 900))), None)

    @rule(data=st.data())
    def adjust_down(self, data: st.DataObject) -> None:
        item = self.pick(data, self.stocked())
        available = self.model.stock.holdings[item.id].available
        if available:
            percent = data.draw(st.sampled_from([100, 50, 7, 101]))
            quantity = available * percent / 100
            places = 1 if item.uom in WHOLE_UNITS else 1000
            self.bring_in(item, -Fraction(max(1, int(quantity * places)), places), None)

    @rule(data=st.data())
    def adjust_a_fraction_of_a_whole_unit(self, data: st.DataObject) -> None:
        item = self.pick(data, [item for item in self.stocked() if item.uom in WHOLE_UNITS])
        self.bring_in(item, Fraction(3, 2), None)

    @rule(data=st.data())
    def change_a_standard_cost(self, data: st.DataObject) -> None:
        item = self.pick(data, list(self.model.stock.items.values()))
        cost = data.draw(COSTS)
        step = self.begin("change cost")
        before = {id: self.model.structure.cost(bom).unit for id, bom in self.model.boms.known.items()}
        old = item.standard_cost or Fraction(0)
        answer = self.api.control("PATCH", f"/items/{item.id}", {"StandardCost": cost})
        assert answer.status == 200, answer.raw
        item.standard_cost = cost
        self.model.price(item)
        for id, bom in self.model.boms.known.items():
            self.touch(BOM, id)
            self.check_monotone(id, item, cost - old, self.model.structure.cost(bom).unit - before[id])
        self.end(step)

    def check_monotone(self, id: str, item: ModelItem, raised: Fraction, risen: Fraction) -> None:
        """INV-C3: a component's cost reaches what is made of it, in its own direction, and nothing else."""
        bom = self.model.boms.known[id]
        is_made = item.id in self.model.structure.active
        is_above = not is_made and self.model.structure.reaches(bom, item.id)
        assert risen * raised >= 0 and (is_above or not risen), f"{bom.number} moved by {risen}"

    @rule(data=st.data())
    def send_a_quantity_that_is_none(self, data: st.DataObject) -> None:
        item = self.pick(data, self.stocked())
        named = {"ItemRefId": item.id}
        bodies: dict[tuple[str, str], dict[str, Any]] = {
            ("createWorkOrder", "PlannedQuantity"): named,
            ("createSubcontractOrder", "OrderedQuantity"): {
                **named,
                "SubcontractorRefId": self.run.vendors[0],
            },
            ("createBom", "OutputQuantity"): {**named, "Name": "Bad", "Lines": [_line(item)]},
        }
        operation, member = self.pick(data, list(bodies))
        fields = bodies[operation, member]
        step = self.begin("send a bad quantity")
        if data.draw(st.booleans()):
            body: Any = {**fields, member: data.draw(st.sampled_from(BAD_QUANTITIES))}
        else:
            text = data.draw(st.sampled_from(BAD_TEXTS))
            body = json.dumps({**fields, member: "@"}).encode().replace(b'"@"', text)
        answer = self.api.call(operation, body, query=None, headers=None)
        assert (answer.status, answer.code) == (400, "invalid_request"), (body, answer.raw)
        step.is_refused = True
        self.end(step)


def _line(item: ModelItem) -> dict[str, Any]:
    return {"ItemRefId": item.id, "Quantity": 1}
