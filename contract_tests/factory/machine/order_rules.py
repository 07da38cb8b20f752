"""Rules of the state machine: work orders, legal and illegal in every state."""

from __future__ import annotations

import re
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import ZERO
from contract_tests.factory.machine.draws import pick, smallest
from contract_tests.factory.machine.orders import DATES, OrderActions
from contract_tests.factory.machine.walk import Walk
from contract_tests.factory.model import Model, ModelWorkOrder, in_state

_TIME = re.compile(rb'"UpdatedAt":"[^"]*"')


class OrderRules(RuleBasedStateMachine):
    """Work orders."""

    walk: Walk
    model: Model
    orders: OrderActions

    def pool(self, *states: str) -> list[ModelWorkOrder]:
        """Unarchived orders in these states, all where none is named."""
        return in_state(self.model.orders.known, *states)

    @rule(data=st.data())
    def create_an_order(self, data: st.DataObject) -> None:
        if (body := self.orders.draw(data)) is not None:
            self.orders.create(body)

    @rule(data=st.data())
    def create_and_release_an_order(self, data: st.DataObject) -> None:
        self.orders.begin(data)

    @rule(data=st.data())
    def make_something(self, data: st.DataObject) -> None:
        self.orders.make(data)

    @rule(data=st.data())
    def make_something_else(self, data: st.DataObject) -> None:
        """The same again: whole orders are what the ledger lives from."""
        self.orders.make(data)

    @rule(data=st.data())
    def release_an_order(self, data: st.DataObject) -> None:
        if pool := self.pool("Draft"):
            self.orders.release(pick(data, pool))

    @rule(data=st.data())
    def release_what_is_short(self, data: st.DataObject) -> None:
        if (body := self.orders.draw(data)) is not None:
            order = self.orders.create({**body, "PlannedQuantity": Fraction(10**4)})
            if order is not None:
                self.orders.release(order)

    @rule(data=st.data())
    def release_and_cancel(self, data: st.DataObject) -> None:
        """INV-A10: it leaves the stock list as it was but for its times, byte by byte (DEC-21)."""
        if pool := self.pool("Draft"):
            order = pick(data, pool)
            before = _TIME.sub(b"", self.walk.raw_items)
            self.orders.release(order)
            if order.status == "InProgress":
                self.orders.cancel(order, {"Reason": "Released by mistake"})
                assert _TIME.sub(b"", self.walk.raw_items) == before

    @rule(data=st.data())
    def complete_an_order(self, data: st.DataObject) -> None:
        if pool := self.pool("InProgress"):
            order = pick(data, pool)
            if order.inspection_required and data.draw(st.integers(0, 3)):
                self.orders.inspections.inspect(data, order)
            self.orders.complete(order, self.orders.draw_completion(data, order))

    @rule(data=st.data())
    def complete_too_much(self, data: st.DataObject) -> None:
        if pool := self.pool("InProgress"):
            order = pick(data, pool)
            least = smallest(order.uom)
            bodies: list[Record] = [
                {"CompletedQuantity": order.planned + least},
                {"CompletedQuantity": order.planned, "ScrappedQuantity": least},
                {"CompletedQuantity": 0, "ScrappedQuantity": 0},
                {"CompletedQuantity": least, "StartedQuantity": order.planned + least},
                {"CompletedQuantity": order.planned, "Materials": [_used(order.item_id, ZERO)]},
            ]
            for item_id, each in self.model.orders.plan(order).materials.items():
                if not order.inspection_required:
                    most = each.required + self.model.stock.holdings[item_id].available
                    used = _used(item_id, most + smallest(each.uom))
                    bodies.append({"CompletedQuantity": order.planned, "Materials": [used]})
            self.orders.complete(order, pick(data, bodies))

    @rule(data=st.data())
    def cancel_an_order(self, data: st.DataObject) -> None:
        if pool := self.pool("Draft", "InProgress"):
            self.orders.cancel(pick(data, pool), pick(data, [None, {}, {"Reason": "No demand"}]))

    @rule(data=st.data())
    @precondition(lambda self: self.model.orders.known)
    def act_in_any_state(self, data: st.DataObject) -> None:
        order = pick(data, self.pool())
        action = data.draw(st.sampled_from(["release", "complete", "cancel", "update", "archive"]))
        if action == "release":
            self.orders.release(order)
        elif action == "complete":
            self.orders.complete(order, {"CompletedQuantity": order.planned})
        elif action == "cancel":
            self.orders.cancel(order, None)
        elif action == "update":
            self.orders.update(order, {"PlannedQuantity": order.planned + 1})
        else:
            self.orders.archive([order.id])

    @rule(data=st.data())
    @precondition(lambda self: self.model.orders.known)
    def edit_an_order(self, data: st.DataObject) -> None:
        order = pick(data, self.pool())
        bodies: list[Record] = [
            {"Notes": self.walk.label("NOTE")},
            {"Notes": None},
            {"Priority": "High"},
            {"DueDate": DATES[2]},
            {"ExternalReference": self.walk.label("REF")},
            {"PlannedQuantity": order.planned},
        ]
        self.orders.update(order, pick(data, bodies))

    @rule(data=st.data())
    @precondition(lambda self: self.model.orders.known)
    def archive_or_restore_orders(self, data: st.DataObject) -> None:
        pool = list(self.model.orders.known)
        ids = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True))
        change = self.orders.restore if data.draw(st.booleans()) else self.orders.archive
        change(ids)


def _used(item_id: str, quantity: Fraction) -> Record:
    return {"ItemRefId": item_id, "ConsumedQuantity": quantity}
