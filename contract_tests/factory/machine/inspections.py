"""Inspections: what the state machine does with them, of work orders and of goods that come back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import ZERO
from contract_tests.factory.invariants import INSPECTION
from contract_tests.factory.machine.draws import part_of, pick
from contract_tests.factory.machine.steps import Steps
from contract_tests.factory.model import (
    Model,
    ModelInspection,
    ModelJobOrder,
    ModelWorkOrder,
    archive_inspections,
    complete_inspection,
    in_state,
    new_inspection,
    update_inspection,
)

Order = ModelWorkOrder | ModelJobOrder
WEIGHT = {"Name": "Weight", "Type": "Numeric", "Unit": "kg", "MinValue": Fraction(5), "MaxValue": Fraction(7)}
COLOUR = {"Name": "Colour", "Type": "Choice", "ExpectedText": "RAL 3020"}
LISTED = {**COLOUR, "Choices": ["RAL 3020", "RAL 3021"]}
GOOD = {"Numeric": "6", "PassFail": "Pass", "Choice": "RAL 3020"}
ANY = {
    "Numeric": ["5", "7", "7.000001", "4.999999", "6.5", "-1", "", "1,15", "nan", "1e3", "1²"],
    "PassFail": ["Pass", "Fail", " pass", "FAIL ", "OK", "", " "],
    "Choice": ["RAL 3020", "ral 3020 ", "RAL 3021", "blue", ""],
}


@dataclass
class InspectionActions:
    """Inspections of orders."""

    steps: Steps

    def create(self, order: Order, body: Record) -> ModelInspection | None:
        """Opens an inspection of an order."""
        known = self.steps.model.inspections

        def keep(inspection: ModelInspection, record: Record) -> None:
            inspection.id = record["id"]
            inspection.criteria_ids = [each["id"] for each in record["Criteria"]]
            known[inspection.id] = inspection

        return self.steps.create(
            INSPECTION,
            lambda: new_inspection(body, order.id, order.uom, order.status, list(known.values())),
            body,
            keep=keep,
        )

    def update(self, inspection: ModelInspection, body: Record) -> None:
        """Records readings, quantities or a disposition."""
        self.steps.act(
            INSPECTION, "update", lambda: update_inspection(inspection, body), body, id=inspection.id
        )

    def complete(self, inspection: ModelInspection, body: Record) -> None:
        """Completes an inspection."""

        def keep(_: None, record: Record) -> None:
            inspection.completed_at = record["CompletedAt"]

        self.steps.act(
            INSPECTION,
            "complete",
            lambda: complete_inspection(inspection, body),
            body,
            id=inspection.id,
            keep=keep,
        )

    def archive(self, inspection: ModelInspection) -> None:
        """Archives an inspection."""
        known = self.steps.model.inspections
        self.steps.bulk(INSPECTION, "archive", [inspection.id], lambda ids: archive_inspections(known, ids))

    def inspect(self, data: st.DataObject, order: Order) -> ModelInspection | None:
        """A whole inspection that passes, or fails and is used as it is, or fails."""
        disposition = data.draw(st.sampled_from([None, None, "UseAsIs", "Rework"]))
        is_job = isinstance(order, ModelJobOrder)
        quantity = order.ordered if isinstance(order, ModelJobOrder) else order.planned
        if quantity < 1:
            return None
        lot: Record = {
            "Type": "SubcontractReceipt" if is_job else "Final",
            "SubcontractOrderRefId" if is_job else "WorkOrderRefId": order.id,
            "LotQuantity": quantity,
            "SampleSize": 1,
            "LotNumber": self.steps.walk.label("LOT"),
            "Criteria": [{"Name": "Looks", "Type": "PassFail"}],
        }
        inspection = self.create(order, lot)
        if inspection is not None:
            value, body = "Pass", Record(AcceptedQuantity=quantity)
            if disposition is not None:
                value = "Fail"
                body |= {"Disposition": disposition, "DispositionReason": "Thin"}
            reading = {"CriterionId": inspection.criteria_ids[0], "SampleNumber": 1, "Value": value}
            self.update(inspection, {"Readings": [reading]})
            self.complete(inspection, body)
        return inspection


class InspectionRules(RuleBasedStateMachine):
    """Inspections of work orders."""

    model: Model
    inspections: InspectionActions

    @rule(data=st.data())
    def create_an_inspection(self, data: st.DataObject) -> None:
        known = self.model.orders.known
        pool = in_state(known, "Draft", "InProgress") or in_state(known, "Completed", "Cancelled")
        if pool:
            order = pick(data, pool)
            body = {
                "Type": pick(data, ["Final", "InProcess"]),
                "WorkOrderRefId": order.id,
                "LotQuantity": order.planned,
                "SampleSize": data.draw(st.integers(1, 3)),
                "Criteria": self.some_criteria(data),
            }
            self.inspections.create(order, body)

    def some_criteria(self, data: st.DataObject) -> list[Record]:
        """One or two criteria."""
        looks = {"Name": "Looks", "Type": "PassFail", "IsMandatory": data.draw(st.booleans())}
        return pick(data, [[WEIGHT], [WEIGHT, looks], [COLOUR, WEIGHT], [LISTED]])

    def some_inspection(self, data: st.DataObject) -> ModelInspection:
        """An open one, or now and then any."""
        everyone = list(self.model.inspections.values())
        still_open = [each for each in everyone if each.status == "Open"]
        is_any = data.draw(st.integers(0, 4)) == 0
        return pick(data, everyone if is_any else still_open or everyone)

    @rule(data=st.data())
    @precondition(lambda self: self.model.inspections)
    def read_and_complete(self, data: st.DataObject) -> None:
        inspection = self.some_inspection(data)
        self.read_samples(data, inspection, is_odd=False)
        lot = Fraction(inspection.body["LotQuantity"])
        self.inspections.complete(inspection, {"AcceptedQuantity": lot, "RejectedQuantity": ZERO})

    @rule(data=st.data())
    @precondition(lambda self: self.model.inspections)
    def record_readings(self, data: st.DataObject) -> None:
        self.read_samples(data, self.some_inspection(data), is_odd=data.draw(st.integers(0, 2)) == 1)

    def read_samples(self, data: st.DataObject, inspection: ModelInspection, *, is_odd: bool) -> None:
        """A reading of every criterion for every sample, good ones or any."""
        readings = [
            {
                "CriterionId": id,
                "SampleNumber": sample,
                "Value": data.draw(st.sampled_from(ANY[each["Type"]])) if is_odd else GOOD[each["Type"]],
            }
            for id, each in inspection.criteria.items()
            for sample in range(1, inspection.body["SampleSize"] + 1)
        ]
        self.inspections.update(inspection, {"Readings": readings})

    @rule(data=st.data())
    @precondition(lambda self: self.model.inspections)
    def complete_an_inspection(self, data: st.DataObject) -> None:
        inspection = self.some_inspection(data)
        lot = Fraction(inspection.body["LotQuantity"])
        rejected = data.draw(st.one_of(st.just(ZERO), part_of(lot, inspection.uom)))
        body: Record = {"AcceptedQuantity": lot - rejected, "RejectedQuantity": rejected}
        if data.draw(st.booleans()):
            disposition = data.draw(st.sampled_from(["UseAsIs", "Rework", "Scrap"]))
            body |= {"Disposition": disposition, "DispositionReason": "Seen by two"}
        if data.draw(st.integers(0, 5)) == 0:
            body["OnHoldQuantity"] = Fraction(1)
        self.inspections.complete(inspection, body)

    @rule(data=st.data())
    @precondition(lambda self: self.model.inspections)
    def archive_an_inspection(self, data: st.DataObject) -> None:
        self.inspections.archive(pick(data, list(self.model.inspections.values())))
