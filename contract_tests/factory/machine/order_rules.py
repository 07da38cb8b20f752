"""Rules of the state machine: work orders, legal and illegal in every state."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import WHOLE_UNITS, ZERO
from contract_tests.factory.machine.order_actions import DATES, OrderActions


class OrderRules(OrderActions):
    """Work orders."""

    @rule(data=st.data())
    def create_an_order(self, data: st.DataObject) -> None:
        if (body := self.draw_order(data)) is not None:
            self.create_order(body)

    @rule(data=st.data())
    def create_and_release_an_order(self, data: st.DataObject) -> None:
        self.begin_work(data)

    @rule(data=st.data())
    def make_something(self, data: st.DataObject) -> None:
        self.make(data)

    @rule(data=st.data())
    def make_something_else(self, data: st.DataObject) -> None:
        """The same again: whole orders are what the ledger lives from."""
        self.make(data)

    @rule(data=st.data())
    def release_an_order(self, data: st.DataObject) -> None:
        if pool := self.orders("Draft"):
            self.release(self.pick(data, pool))

    @rule(data=st.data())
    def release_what_is_short(self, data: st.DataObject) -> None:
        if (body := self.draw_order(data)) is not None:
            order = self.create_order({**body, "PlannedQuantity": Fraction(10**4)})
            if order is not None:
                self.release(order)

    @rule(data=st.data())
    def release_and_cancel(self, data: st.DataObject) -> None:
        """INV-A10: it leaves the stock list as it was, byte by byte."""
        if pool := self.orders("Draft"):
            order = self.pick(data, pool)
            before = self.raw_items
            self.release(order)
            if order.status == "InProgress":
                self.cancel(order, {"Reason": "Released by mistake"})
                assert self.raw_items == before

    @rule(data=st.data())
    def complete_an_order(self, data: st.DataObject) -> None:
        if pool := self.orders("InProgress"):
            order = self.pick(data, pool)
            if order.inspection_required and data.draw(st.integers(0, 3)):
                self.inspect(order, "Pass")
            self.complete(order, self.draw_completion(data, order))

    @rule(data=st.data())
    def complete_too_much(self, data: st.DataObject) -> None:
        if pool := self.orders("InProgress"):
            order = self.pick(data, pool)
            smallest = Fraction(1) if order.uom in WHOLE_UNITS else Fraction(1, 1000)
            bodies: list[Record] = [
                {"CompletedQuantity": order.planned + smallest},
                {"CompletedQuantity": order.planned, "ScrappedQuantity": smallest},
                {"CompletedQuantity": 0, "ScrappedQuantity": 0},
                {"CompletedQuantity": smallest, "StartedQuantity": order.planned + smallest},
                {"CompletedQuantity": order.planned, "Materials": [_used(order.item_id, ZERO)]},
            ]
            for item_id, each in self.model.orders.plan(order).materials.items():
                if not order.inspection_required:
                    most = each.required + self.model.stock.holdings[item_id].available
                    more = most + (1 if each.uom in WHOLE_UNITS else Fraction(1, 1000))
                    bodies.append({"CompletedQuantity": order.planned, "Materials": [_used(item_id, more)]})
            self.complete(order, self.pick(data, bodies))

    @rule(data=st.data())
    def cancel_an_order(self, data: st.DataObject) -> None:
        if pool := self.orders("Draft", "InProgress"):
            self.cancel(self.pick(data, pool), self.pick(data, [None, {}, {"Reason": "No demand"}]))

    @rule(data=st.data())
    @precondition(lambda self: self.model.orders.known)
    def act_in_any_state(self, data: st.DataObject) -> None:
        order = self.pick(data, self.orders())
        action = data.draw(st.sampled_from(["release", "complete", "cancel", "update", "archive"]))
        if action == "release":
            self.release(order)
        elif action == "complete":
            self.complete(order, {"CompletedQuantity": order.planned})
        elif action == "cancel":
            self.cancel(order, None)
        elif action == "update":
            self.update(order, {"PlannedQuantity": order.planned + 1})
        else:
            self.archive_orders([order.id])

    @rule(data=st.data())
    @precondition(lambda self: self.model.orders.known)
    def edit_an_order(self, data: st.DataObject) -> None:
        order = self.pick(data, self.orders())
        bodies: list[Record] = [
            {"Notes": self.label("NOTE")},
            {"Notes": None},
            {"Priority": "High"},
            {"DueDate": DATES[2]},
            {"ExternalReference": self.label("REF")},
            {"PlannedQuantity": order.planned},
        ]
        self.update(order, self.pick(data, bodies))

    @rule(data=st.data())
    @precondition(lambda self: self.model.orders.known)
    def archive_or_restore_orders(self, data: st.DataObject) -> None:
        pool = list(self.model.orders.known)
        ids = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True))
        self.archive_orders(ids, data.draw(st.booleans()))


def _used(item_id: str, quantity: Fraction) -> Record:
    return {"ItemRefId": item_id, "ConsumedQuantity": quantity}
