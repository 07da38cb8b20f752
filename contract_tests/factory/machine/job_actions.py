"""What the state machine does with subcontract orders, and their inspections."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from contract_tests.factory.api import Record
from contract_tests.factory.exact import ZERO, money
from contract_tests.factory.invariants import INSPECTION, JOB
from contract_tests.factory.machine.draws import COSTS, RATES, part_of
from contract_tests.factory.machine.step import MachineBase
from contract_tests.factory.model import (
    ModelBom,
    ModelInspection,
    ModelJobOrder,
    complete_inspection,
    new_inspection,
    update_inspection,
)

CHALLAN_DATES = ("2025-03-10", "2025-06-14", "2025-06-15", "2026-04-01", "2026-06-15", "2026-06-16")


class JobActions(MachineBase):
    """Job work, drawn and moved."""

    def jobs(self, *states: str) -> list[ModelJobOrder]:
        """Unarchived orders in these states, all where none is named."""
        return [
            order
            for order in self.model.job_work.known.values()
            if not states or (order.status in states and not order.is_archived)
        ]

    def create_job(self, body: Record) -> ModelJobOrder | None:
        """Creates a subcontract order."""

        def keep(order: ModelJobOrder, record: Record) -> None:
            order.id = record["id"]
            self.model.job_work.known[order.id] = order

        answer = self.act(
            "createSubcontractOrder",
            "create",
            JOB,
            lambda: self.model.job_work.written(body, self.model.boms.known),
            body,
            register=keep,
        )
        return self.model.job_work.known[answer.body["id"]] if answer.status == 201 else None

    def begin_job(self, data: st.DataObject, vendor: str, **fields: Any) -> ModelJobOrder | None:
        """A subcontract order for the item that has an Active BOM for it."""
        boms = [f for f in self.model.structure.active.values() if isinstance(f, ModelBom)]
        boms = [bom for bom in boms if bom.type == "Subcontract"]
        if not boms:
            return None
        body: Record = {
            "SubcontractorRefId": vendor,
            "ItemRefId": boms[0].item_id,
            "OrderedQuantity": Fraction(data.draw(st.integers(1, 12))),
            "ExpectedDate": data.draw(st.sampled_from(["2026-06-14", "2026-06-15"])),
            "InspectionRequired": data.draw(st.integers(0, 4)) == 1,
            **fields,
        }
        if data.draw(st.booleans()):
            body["RatePerUnit"] = data.draw(RATES)
        return self.create_job(body)

    def work(self, data: st.DataObject) -> None:
        """Job work from its beginning, to its end or near it."""
        order = self.begin_job(data, self.run.vendors[0], InspectionRequired=False)
        if order is None:
            return
        for item_id, each in self.model.job_work.accounts(order).items():
            missing = each.required - self.model.stock.holdings[item_id].available
            if missing > 0:
                self.bring_in(self.model.stock.items[item_id], missing, data.draw(COSTS))
        self.issue(order, self.whole(order), {"ChallanDate": data.draw(st.sampled_from(CHALLAN_DATES[:5]))})
        for _ in range(data.draw(st.integers(1, 2))):
            if order.status in ("MaterialsIssued", "PartiallyReceived"):
                self.receive(data, order)
        if order.status in ("Received", "PartiallyReceived") and data.draw(st.booleans()):
            self.finish_job(order, {"Losses": self.losses(order), "Reason": "The season is over"})

    def losses(self, order: ModelJobOrder) -> list[Record]:
        """All that is still out, as lost."""
        return [
            {"ItemRefId": item_id, "LossQuantity": each.balance.quantity}
            for item_id, each in self.model.job_work.accounts(order).items()
            if each.balance.quantity
        ]

    def whole(self, order: ModelJobOrder) -> list[Record]:
        """All that may still be issued."""
        accounts = self.model.job_work.accounts(order)
        left = {item_id: each.required - each.issued for item_id, each in accounts.items()}
        return [moved(item_id, quantity) for item_id, quantity in left.items() if quantity]

    def act_on_job(
        self,
        operation: str,
        action: str,
        order: ModelJobOrder,
        predict: object,
        body: Record | None,
        topic: str | None = None,
    ) -> None:
        """An action on one order."""
        assert callable(predict)
        answer = self.act(operation, action, JOB, predict, body, id=order.id)
        if answer.status == 200 and topic is not None:
            self.event(topic, order.id)

    def issue(self, order: ModelJobOrder, materials: list[Record], more: Record) -> None:
        """Sends materials out."""
        if not materials:
            return
        number = more.get("ChallanNumber") or self.label("C")[:16]
        body = {"Materials": materials, "ChallanNumber": number, **more}
        self.act_on_job(
            "issueSubcontractMaterials",
            "issue-materials",
            order,
            lambda: self.model.job_work.issue(order, body, number),
            body,
            "subcontract_order.materials_issued",
        )

    def receive(self, data: st.DataObject, order: ModelJobOrder) -> None:
        """A receipt of a part or of all, now and then of too much."""
        accepted = data.draw(part_of(order.pending, order.uom))
        rejected = (
            data.draw(part_of(order.pending - accepted, order.uom)) if order.pending > accepted else ZERO
        )
        if data.draw(st.integers(0, 9)) == 0:
            rejected = order.pending - accepted + 1
        body: Record = {"AcceptedQuantity": accepted, "RejectedQuantity": rejected}
        if accepted and data.draw(st.booleans()):
            body["AdditionalCost"] = money(data.draw(COSTS))
        accounts = self.model.job_work.accounts(order)
        if accounts and data.draw(st.integers(0, 2)) == 0:
            item_id = self.pick(data, list(accounts))
            quantity = data.draw(part_of(accounts[item_id].balance.quantity, accounts[item_id].uom))
            body["Materials"] = [moved(item_id, quantity + (data.draw(st.integers(0, 5)) == 0))]
        if order.inspection_required and data.draw(st.integers(0, 4)):
            inspection = self.inspect_job(order, data.draw(st.sampled_from(["Pass", "Pass", "Fail"])))
            if inspection is not None:
                body["InspectionRefId"] = inspection.id
        self.act_on_job(
            "receiveSubcontractGoods",
            "receive-goods",
            order,
            lambda: self.model.job_work.receive(order, body, self.model.inspections),
            body,
            "subcontract_order.goods_received",
        )

    def finish_job(self, order: ModelJobOrder, body: Record) -> None:
        """Completes an order."""
        self.act_on_job(
            "completeSubcontractOrder",
            "complete",
            order,
            lambda: self.model.job_work.complete(order, body),
            body,
            "subcontract_order.completed",
        )

    def inspect_job(self, order: ModelJobOrder, value: str) -> ModelInspection | None:
        """An inspection of goods of the order, read and completed."""
        lot: Record = {
            "Type": "SubcontractReceipt",
            "SubcontractOrderRefId": order.id,
            "LotQuantity": order.ordered,
            "SampleSize": 1,
            "LotNumber": self.label("LOT"),
            "Criteria": [{"Name": "Coating", "Type": "PassFail"}],
        }

        def keep(new: ModelInspection, record: Record) -> None:
            new.id, new.criteria_ids = record["id"], [each["id"] for each in record["Criteria"]]
            self.model.inspections[new.id] = new

        def finish(_: None, record: Record) -> None:
            inspection.completed_at = record["CompletedAt"]

        answer = self.act(
            "createQualityInspection",
            "create",
            INSPECTION,
            lambda: new_inspection(lot, order.id, order.uom, order.status, []),
            lot,
            register=keep,
        )
        if answer.status != 201:
            return None
        inspection = self.model.inspections[answer.body["id"]]
        self.event("quality_inspection.created", inspection.id)
        readings = {
            "Readings": [{"CriterionId": inspection.criteria_ids[0], "SampleNumber": 1, "Value": value}]
        }
        self.act(
            "updateQualityInspection",
            "update",
            INSPECTION,
            lambda: update_inspection(inspection, readings),
            readings,
            id=inspection.id,
        )
        verdict: Record = {"AcceptedQuantity": order.ordered}
        if value != "Pass":
            verdict |= {"Disposition": "Rework", "DispositionReason": "Thin"}
        self.act(
            "completeQualityInspection",
            "complete",
            INSPECTION,
            lambda: complete_inspection(inspection, verdict),
            verdict,
            id=inspection.id,
            register=finish,
        )
        self.event("quality_inspection.completed", inspection.id)
        return inspection


def moved(item_id: str, quantity: Fraction) -> Record:
    return {"ItemRefId": item_id, "Quantity": quantity}
