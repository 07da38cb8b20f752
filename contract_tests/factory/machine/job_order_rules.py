"""Rules of the state machine: subcontract orders."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.machine.draws import part_of, pick
from contract_tests.factory.machine.job_orders import CHALLAN_DATES, JobOrderActions, moved
from contract_tests.factory.machine.walk import Walk
from contract_tests.factory.model import Model, ModelJobOrder, in_state


class JobOrderRules(RuleBasedStateMachine):
    """Job work."""

    walk: Walk
    model: Model
    job_orders: JobOrderActions

    def some_job_order(self, data: st.DataObject, *states: str) -> ModelJobOrder:
        """One in these states where there is one, else any."""
        known = self.model.job_work.known
        return pick(data, (in_state(known, *states) if states else []) or in_state(known))

    @rule(data=st.data())
    def create_job_work(self, data: st.DataObject) -> None:
        run = self.walk.run
        order = self.job_orders.begin(data, pick(data, [*run.vendors, run.no_vendor]))
        if order is not None and data.draw(st.booleans()):
            self.job_orders.issue_all(order)

    @rule(data=st.data())
    def work_a_job(self, data: st.DataObject) -> None:
        self.job_orders.work(data)

    @rule(data=st.data())
    def work_another_job(self, data: st.DataObject) -> None:
        """The same again: whole orders are what the balances live from."""
        self.job_orders.work(data)

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def issue_materials(self, data: st.DataObject) -> None:
        order = self.some_job_order(data, "Draft", "MaterialsIssued", "PartiallyReceived")
        accounts = self.model.job_work.accounts(order)
        item_id = pick(data, list(accounts))
        account = accounts[item_id]
        left = account.required - account.issued + account.returned
        quantity = data.draw(part_of(left, account.uom)) if left > 0 else Fraction(1)
        odd = data.draw(st.integers(0, 9))
        if odd == 0:
            quantity = left + 1
        materials = [moved(order.item_id if odd == 1 else item_id, quantity or Fraction(1))]
        body: Record = {"ChallanDate": data.draw(st.sampled_from(CHALLAN_DATES))} if odd > 4 else {}
        others = self.model.job_work.known.values()
        if odd == 9 and (taken := [challan for other in others for challan in other.challans]):
            body["ChallanNumber"] = pick(data, taken).number
        self.job_orders.issue(order, materials, body)

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def receive_goods(self, data: st.DataObject) -> None:
        order = self.some_job_order(data, "MaterialsIssued", "PartiallyReceived")
        self.job_orders.receive(order, self.job_orders.draw_receipt(data, order))

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def return_materials(self, data: st.DataObject) -> None:
        order = self.some_job_order(data, "MaterialsIssued", "PartiallyReceived", "Received")
        accounts = self.model.job_work.accounts(order)
        item_id = pick(data, list(accounts))
        balance = accounts[item_id].balance.quantity
        quantity = data.draw(part_of(balance, accounts[item_id].uom))
        if data.draw(st.integers(0, 3)) == 0 or not quantity:
            quantity = (balance + data.draw(st.integers(0, 1))) or Fraction(1)
        body: Record = {}
        if data.draw(st.integers(0, 3)) == 0:
            body["ReturnDate"] = data.draw(st.sampled_from(CHALLAN_DATES))
        self.job_orders.take_back(order, [moved(item_id, quantity)], body)

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def complete_job_work(self, data: st.DataObject) -> None:
        order = self.some_job_order(data, "Received", "PartiallyReceived")
        body: Record = {}
        if data.draw(st.integers(0, 3)):
            body["Losses"] = self.job_orders.losses(order)
        if data.draw(st.booleans()):
            body["Reason"] = "The season is over"
        self.job_orders.complete(order, body)

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def cancel_job_work(self, data: st.DataObject) -> None:
        order = self.some_job_order(data)
        self.job_orders.cancel(order, {"Reason": "No season"} if data.draw(st.booleans()) else None)

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def edit_job_work(self, data: st.DataObject) -> None:
        order = self.some_job_order(data)
        bodies: list[Record] = [
            {"Notes": self.walk.label("NOTE")},
            {"ExpectedDate": "2026-07-01"},
            {"OrderedQuantity": order.ordered + 1},
            {"OrderedQuantity": order.ordered},
        ]
        self.job_orders.update(order, pick(data, bodies))

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def archive_or_restore_job_work(self, data: st.DataObject) -> None:
        order = self.some_job_order(data)
        change = self.job_orders.restore if order.is_archived else self.job_orders.archive
        change([order.id])
