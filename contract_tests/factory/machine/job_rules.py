"""Rules of the state machine: subcontract orders."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.invariants import JOB
from contract_tests.factory.machine.draws import part_of
from contract_tests.factory.machine.job_actions import CHALLAN_DATES, JobActions, moved
from contract_tests.factory.model import ModelJobOrder, Refused


class JobRules(JobActions):
    """Job work."""

    @rule(data=st.data())
    def create_job_work(self, data: st.DataObject) -> None:
        order = self.begin_job(data, self.pick(data, [*self.run.vendors, self.run.no_vendor]))
        if order is not None and data.draw(st.booleans()):
            self.issue(order, self.whole(order), {})

    @rule(data=st.data())
    def work_a_job(self, data: st.DataObject) -> None:
        self.work(data)

    @rule(data=st.data())
    def work_another_job(self, data: st.DataObject) -> None:
        """The same again: whole orders are what the balances live from."""
        self.work(data)

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def issue_materials(self, data: st.DataObject) -> None:
        order = self.pick(data, self.jobs("Draft", "MaterialsIssued", "PartiallyReceived") or self.jobs())
        accounts = self.model.job_work.accounts(order)
        item_id = self.pick(data, list(accounts))
        account = accounts[item_id]
        left = account.required - account.issued
        quantity = data.draw(part_of(left, account.uom)) if left > 0 else Fraction(1)
        odd = data.draw(st.integers(0, 9))
        if odd == 0:
            quantity = left + 1
        materials = [moved(order.item_id if odd == 1 else item_id, quantity or Fraction(1))]
        body: Record = {"ChallanDate": data.draw(st.sampled_from(CHALLAN_DATES))} if odd > 4 else {}
        if odd == 9 and (taken := [c for o in self.jobs() for c in o.challans]):
            body["ChallanNumber"] = self.pick(data, taken).number
        self.issue(order, materials, body)

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def receive_goods(self, data: st.DataObject) -> None:
        self.receive(data, self.pick(data, self.jobs("MaterialsIssued", "PartiallyReceived") or self.jobs()))

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def return_materials(self, data: st.DataObject) -> None:
        order = self.pick(data, self.jobs("MaterialsIssued", "PartiallyReceived", "Received") or self.jobs())
        accounts = self.model.job_work.accounts(order)
        item_id = self.pick(data, list(accounts))
        balance = accounts[item_id].balance.quantity
        quantity = data.draw(part_of(balance, accounts[item_id].uom))
        if data.draw(st.integers(0, 3)) == 0 or not quantity:
            quantity = (balance + data.draw(st.integers(0, 1))) or Fraction(1)
        body = {"Materials": [moved(item_id, quantity)]}
        self.act_on_job(
            "returnSubcontractMaterials",
            "return-materials",
            order,
            lambda: self.model.job_work.take_back(order, body),
            body,
        )

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def complete_job_work(self, data: st.DataObject) -> None:
        order = self.pick(data, self.jobs("Received", "PartiallyReceived") or self.jobs())
        body: Record = {}
        if data.draw(st.integers(0, 3)):
            body["Losses"] = self.losses(order)
        if data.draw(st.booleans()):
            body["Reason"] = "The season is over"
        self.finish_job(order, body)

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def cancel_job_work(self, data: st.DataObject) -> None:
        order = self.pick(data, self.jobs())
        is_told = data.draw(st.booleans())
        self.act_on_job(
            "cancelSubcontractOrder",
            "cancel",
            order,
            lambda: self.model.job_work.cancel(order),
            {"Reason": "No season"} if is_told else None,
        )

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def edit_job_work(self, data: st.DataObject) -> None:
        order = self.pick(data, self.jobs())
        bodies: list[Record] = [
            {"Notes": self.label("NOTE")},
            {"ExpectedDate": "2026-07-01"},
            {"OrderedQuantity": order.ordered + 1},
            {"OrderedQuantity": order.ordered},
        ]
        body = self.pick(data, bodies)

        def keep(new: ModelJobOrder, record: Record) -> None:
            self.model.job_work.known[order.id] = new

        self.act(
            "updateSubcontractOrder",
            "update",
            JOB,
            lambda: self.model.job_work.written(body, self.model.boms.known, of=order),
            body,
            id=order.id,
            register=keep,
        )

    @rule(data=st.data())
    @precondition(lambda self: self.model.job_work.known)
    def archive_or_restore_job_work(self, data: st.DataObject) -> None:
        order = self.pick(data, self.jobs())
        action = "restore" if order.is_archived else "archive"
        step = self.begin(action, JOB, order.id)
        answer = self.api.call(f"{action}SubcontractOrders", {"ids": [order.id]}, query=None, headers=None)
        if action == "restore":
            self.model.job_work.restore([order.id])
            assert answer.status == 200 and answer.body["modified"] == 1, answer.raw
        else:
            try:
                self.model.job_work.archive([order.id])
            except Refused as refused:
                assert (answer.status, answer.code) == (refused.status, refused.code), answer.raw
                step.is_refused = True
            else:
                assert answer.status == 200 and answer.body["modified"] == 1, answer.raw
        step.after = self.touch(JOB, order.id)
        self.end(step)
