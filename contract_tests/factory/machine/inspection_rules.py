"""Rules of the state machine: inspections of work orders."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import ZERO
from contract_tests.factory.invariants import INSPECTION
from contract_tests.factory.machine.draws import part_of
from contract_tests.factory.machine.step import MachineBase
from contract_tests.factory.model import (
    ModelInspection,
    ModelWorkOrder,
    archive_inspections,
    complete_inspection,
    new_inspection,
    update_inspection,
)


class InspectionRules(MachineBase):
    """Inspections."""

    def orders(self, *states: str) -> list[ModelWorkOrder]:
        """Unarchived orders in these states, all where none is named."""
        return [
            order
            for order in self.model.orders.known.values()
            if not states or (order.status in states and not order.is_archived)
        ]

    def draw_criteria(self, data: st.DataObject) -> list[Record]:
        """One or two criteria."""
        weight = {
            "Name": "Weight",
            "Type": "Numeric",
            "Unit": "kg",
            "MinValue": Fraction(5),
            "MaxValue": Fraction(7),
        }
        looks = {"Name": "Looks", "Type": "PassFail", "IsMandatory": data.draw(st.booleans())}
        colour = {"Name": "Colour", "Type": "Choice", "ExpectedText": "RAL 3020"}
        return self.pick(data, [[weight], [weight, looks], [colour, weight]])

    def open_inspection(self, order: ModelWorkOrder, body: Record) -> ModelInspection | None:
        """Creates an inspection of a work order."""

        def keep(inspection: ModelInspection, record: Record) -> None:
            inspection.id = record["id"]
            inspection.criteria_ids = [each["id"] for each in record["Criteria"]]
            self.model.inspections[inspection.id] = inspection

        answer = self.act(
            "createQualityInspection",
            "create",
            INSPECTION,
            lambda: new_inspection(
                body, order.id, order.uom, order.status, list(self.model.inspections.values())
            ),
            body,
            register=keep,
        )
        if answer.status != 201:
            return None
        self.event("quality_inspection.created", answer.body["id"])
        return self.model.inspections[answer.body["id"]]

    def inspect(self, order: ModelWorkOrder, value: str) -> None:
        """A whole inspection with one result."""
        lot = {
            "Type": "Final",
            "WorkOrderRefId": order.id,
            "LotQuantity": order.planned,
            "SampleSize": 1,
            "LotNumber": self.label("LOT"),
            "Criteria": [{"Name": "Looks", "Type": "PassFail"}],
        }
        if order.planned >= 1 and (inspection := self.open_inspection(order, lot)) is not None:
            reading = {"CriterionId": inspection.criteria_ids[0], "SampleNumber": 1, "Value": value}
            self.change_inspection(inspection, {"Readings": [reading]})
            self.finish_inspection(inspection, {"AcceptedQuantity": order.planned})

    @rule(data=st.data())
    def create_an_inspection(self, data: st.DataObject) -> None:
        pool = self.orders("Draft", "InProgress") or self.orders("Completed", "Cancelled")
        if pool:
            order = self.pick(data, pool)
            body = {
                "Type": self.pick(data, ["Final", "InProcess"]),
                "WorkOrderRefId": order.id,
                "LotQuantity": order.planned,
                "SampleSize": data.draw(st.integers(1, 3)),
                "Criteria": self.draw_criteria(data),
            }
            self.open_inspection(order, body)

    def change_inspection(self, inspection: ModelInspection, body: Record) -> None:
        """Records readings, quantities or a disposition."""
        self.act(
            "updateQualityInspection",
            "update",
            INSPECTION,
            lambda: update_inspection(inspection, body),
            body,
            id=inspection.id,
        )

    def some_inspection(self, data: st.DataObject) -> ModelInspection:
        """An open one, or now and then any."""
        everyone = list(self.model.inspections.values())
        still_open = [each for each in everyone if each.status == "Open"]
        is_any = data.draw(st.integers(0, 4)) == 0
        return self.pick(data, everyone if is_any else still_open or everyone)

    @rule(data=st.data())
    @precondition(lambda self: self.model.inspections)
    def read_and_complete(self, data: st.DataObject) -> None:
        inspection = self.some_inspection(data)
        self.read_samples(data, inspection, is_odd=False)
        lot = Fraction(inspection.body["LotQuantity"])
        self.finish_inspection(inspection, {"AcceptedQuantity": lot, "RejectedQuantity": ZERO})

    @rule(data=st.data())
    @precondition(lambda self: self.model.inspections)
    def record_readings(self, data: st.DataObject) -> None:
        self.read_samples(data, self.some_inspection(data), is_odd=data.draw(st.integers(0, 2)) == 1)

    def read_samples(self, data: st.DataObject, inspection: ModelInspection, *, is_odd: bool) -> None:
        """A reading of every criterion for every sample, good ones or any."""
        values = {
            "Numeric": ["5", "7", "7.000001", "4.999999", "6.5", "-1", "", "1,15", "nan", "1e3", "1²"],
            "PassFail": ["Pass", "Fail", "pass", ""],
            "Choice": ["RAL 3020", "RAL 3021", ""],
        }
        good = {"Numeric": "6", "PassFail": "Pass", "Choice": "RAL 3020"}
        readings = []
        for id, criterion in inspection.criteria.items():
            for sample in range(1, inspection.body["SampleSize"] + 1):
                kind = criterion["Type"]
                value = good[kind] if not is_odd else data.draw(st.sampled_from(values[kind]))
                readings.append({"CriterionId": id, "SampleNumber": sample, "Value": value})
        self.change_inspection(inspection, {"Readings": readings})

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
        self.finish_inspection(inspection, body)

    def finish_inspection(self, inspection: ModelInspection, body: Record) -> None:
        """Completes an inspection."""

        def keep(_: None, record: Record) -> None:
            inspection.completed_at = record["CompletedAt"]

        answer = self.act(
            "completeQualityInspection",
            "complete",
            INSPECTION,
            lambda: complete_inspection(inspection, body),
            body,
            id=inspection.id,
            register=keep,
        )
        if answer.status == 200:
            self.event("quality_inspection.completed", inspection.id)

    @rule(data=st.data())
    @precondition(lambda self: self.model.inspections)
    def archive_an_inspection(self, data: st.DataObject) -> None:
        inspection = self.pick(data, list(self.model.inspections.values()))
        step = self.begin("archive", INSPECTION, inspection.id)
        answer = self.api.call(
            "archiveQualityInspections", {"ids": [inspection.id]}, query=None, headers=None
        )
        count = 0 if inspection.is_archived else 1
        if not inspection.is_archived:
            archive_inspections(self.model.inspections, [inspection.id])
        assert answer.status == 200 and answer.body["modified"] == count, answer.raw
        step.after = self.touch(INSPECTION, inspection.id)
        self.end(step)
