"""What the state machine does with subcontract orders, from their creation to the archive."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from hypothesis import strategies as st

from contract_tests.factory.api import Record
from contract_tests.factory.exact import ZERO, money
from contract_tests.factory.invariants import JOB
from contract_tests.factory.machine.draws import COSTS, RATES, part_of, pick
from contract_tests.factory.machine.inspections import InspectionActions
from contract_tests.factory.machine.steps import Steps
from contract_tests.factory.machine.stock import StockActions
from contract_tests.factory.model import ModelBom, ModelJobOrder

CHALLAN_DATES = ("2025-03-10", "2025-06-14", "2025-06-15", "2026-04-01", "2026-06-15", "2026-06-16")


@dataclass
class JobOrderActions:
    """Job work, drawn and moved."""

    steps: Steps
    stock: StockActions
    inspections: InspectionActions

    def create(self, body: Record) -> ModelJobOrder | None:
        """Creates a subcontract order."""
        model = self.steps.model
        return self.steps.create(JOB, lambda: model.job_work.written(body, model.boms.known), body)

    def begin(self, data: st.DataObject, vendor: str, **fields: Any) -> ModelJobOrder | None:
        """A subcontract order for the item that has an Active BOM for it."""
        boms = [f for f in self.steps.model.structure.active.values() if isinstance(f, ModelBom)]
        boms = [bom for bom in boms if bom.type == "Subcontract"]
        if not boms:
            return None
        body: Record = {
            "SubcontractorRefId": vendor,
            "ItemRefId": boms[0].item_id,
            "OrderedQuantity": Fraction(data.draw(st.integers(1, 12))),
            "ExpectedDate": data.draw(st.sampled_from(["2026-06-14", "2026-06-15"])),
            "InspectionRequired": data.draw(st.integers(0, 4)) == 1,
            "Notes": "As ordered",
            **fields,
        }
        if data.draw(st.booleans()):
            body["RatePerUnit"] = data.draw(RATES)
        return self.create(body)

    def work(self, data: st.DataObject) -> None:
        """Job work from its beginning, to its end or near it."""
        model = self.steps.model
        order = self.begin(data, self.steps.walk.run.vendors[0], InspectionRequired=False)
        if order is None:
            return
        for item_id, each in model.job_work.accounts(order).items():
            missing = each.required - model.stock.holdings[item_id].available
            if missing > 0:
                self.stock.adjust(model.stock.items[item_id], missing, data.draw(COSTS))
        self.issue_all(order, ChallanDate=data.draw(st.sampled_from(CHALLAN_DATES[:5])))
        for _ in range(data.draw(st.integers(1, 2))):
            if order.status in ("MaterialsIssued", "PartiallyReceived"):
                self.receive(order, self.draw_receipt(data, order))
        if order.status in ("Received", "PartiallyReceived") and data.draw(st.booleans()):
            self.complete(order, {"Losses": self.losses(order), "Reason": "The season is over"})

    def losses(self, order: ModelJobOrder) -> list[Record]:
        """All that is still out, as lost."""
        return [
            {"ItemRefId": item_id, "LossQuantity": each.balance.quantity}
            for item_id, each in self.steps.model.job_work.accounts(order).items()
            if each.balance.quantity
        ]

    def issue_all(self, order: ModelJobOrder, **more: Any) -> None:
        """Sends out all that may still be issued."""
        accounts = self.steps.model.job_work.accounts(order)
        left = {item_id: each.required - each.issued + each.returned for item_id, each in accounts.items()}
        self.issue(order, [moved(item_id, quantity) for item_id, quantity in left.items() if quantity], more)

    def issue(self, order: ModelJobOrder, materials: list[Record], more: Record) -> None:
        """Sends materials out."""
        if materials:
            number = more.get("ChallanNumber") or self.steps.walk.label("C")[:16]
            body = {"Materials": materials, "ChallanNumber": number, **more}
            issue = self.steps.model.job_work.issue
            self.steps.act(JOB, "issue-materials", lambda: issue(order, body, number), body, id=order.id)

    def draw_receipt(self, data: st.DataObject, order: ModelJobOrder) -> Record:
        """A receipt of a part or of all, now and then of too much."""
        accepted = data.draw(part_of(order.pending, order.uom))
        left = order.pending - accepted
        rejected = data.draw(part_of(left, order.uom)) if left > 0 else ZERO
        if data.draw(st.integers(0, 9)) == 0:
            rejected = left + 1
        body: Record = {"AcceptedQuantity": accepted, "RejectedQuantity": rejected}
        if accepted and data.draw(st.booleans()):
            body["AdditionalCost"] = money(data.draw(COSTS))
        if data.draw(st.integers(0, 5)) == 0:
            body["ReceiptDate"] = data.draw(st.sampled_from(CHALLAN_DATES))
        accounts = self.steps.model.job_work.accounts(order)
        if accounts and data.draw(st.integers(0, 2)) == 0:
            item_id = pick(data, list(accounts))
            quantity = data.draw(part_of(accounts[item_id].balance.quantity, accounts[item_id].uom))
            body["Materials"] = [moved(item_id, quantity + (data.draw(st.integers(0, 5)) == 0))]
        if order.inspection_required and data.draw(st.integers(0, 4)):
            if (inspection := self.inspections.inspect(data, order)) is not None:
                body["InspectionRefId"] = inspection.id
        return body

    def receive(self, order: ModelJobOrder, body: Record) -> None:
        """Takes goods in."""
        model = self.steps.model
        predict = partial(model.job_work.receive, order, body, model.inspections)
        self.steps.act(JOB, "receive-goods", predict, body, id=order.id)

    def take_back(self, order: ModelJobOrder, materials: list[Record], more: Record) -> None:
        """Takes materials back."""
        body = {"Materials": materials, **more}
        take_back = self.steps.model.job_work.take_back
        self.steps.act(JOB, "return-materials", lambda: take_back(order, body), body, id=order.id)

    def complete(self, order: ModelJobOrder, body: Record) -> None:
        """Completes an order."""
        complete = self.steps.model.job_work.complete
        self.steps.act(JOB, "complete", lambda: complete(order, body), body, id=order.id)

    def cancel(self, order: ModelJobOrder, body: Record | None) -> None:
        """Cancels an order."""
        self.steps.act(JOB, "cancel", lambda: self.steps.model.job_work.cancel(order), body, id=order.id)

    def update(self, order: ModelJobOrder, body: Record) -> None:
        """Changes an order."""
        model = self.steps.model
        predict = partial(model.job_work.written, body, model.boms.known, of=order)
        self.steps.act(JOB, "update", predict, body, id=order.id)

    def archive(self, ids: list[str]) -> None:
        """Archives a set."""
        self.steps.bulk(JOB, "archive", ids, self.steps.model.job_work.archive)

    def restore(self, ids: list[str]) -> None:
        """Restores a set."""
        self.steps.bulk(JOB, "restore", ids, self.steps.model.job_work.restore)


def moved(item_id: str, quantity: Fraction) -> Record:
    """A quantity of a material."""
    return {"ItemRefId": item_id, "Quantity": quantity}
