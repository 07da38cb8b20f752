"""Open orders and their inspections as steps that lead to the state that they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from mock_server.seeds.export.bodies import Bodies, Named
from mock_server.seeds.export.formulas import UPDATES, Formulas, formula_name
from mock_server.seeds.export.planned import CREATE, INSPECT, ISSUE, RECEIVE, RELEASE, Chain, Moment
from mock_server.seeds.operations import (
    BOM,
    INSPECTION,
    RECIPE,
    SUBCONTRACT_ORDER,
    WORK_ORDER,
    criterion_names,
)

Record = dict[str, Any]
_ISSUED, _RETURNED = "SubcontractIssue", "SubcontractReturn"
_KEPT_BY_CREATE = {"LotQuantity", "SampleSize", "Remarks", "Notes", "ExternalReference"}


class Orders:
    """Writes the chains of orders and inspections."""

    def __init__(
        self, bodies: Bodies, named: Named, day_of: Callable[[str], str], formulas: Formulas
    ) -> None:
        self._bodies = bodies
        self._named = named
        self._day_of = day_of
        self._formulas = formulas

    def work_order(self, order: Record) -> Chain:
        """A Draft, or one that is released."""
        number, formula = order["WorkOrderNumber"], order["BomRefId"] or order["RecipeRefId"]
        chain = Chain(WORK_ORDER, order["id"], number, self._formulas.moment(formula))
        created = Moment(self._day_of(order["CreatedAt"]), CREATE)
        chain.add(created, "createWorkOrder", body=self._bodies.of("createWorkOrder", order, self._named))
        if order["Status"] == "InProgress":
            reserved = {each["ItemRefId"]: -each["Quantity"] for each in order["Allocations"]}
            self._release(chain, order, formula, reserved)
        return chain

    def _release(self, chain: Chain, order: Record, formula: str, reserved: dict[str, Decimal]) -> None:
        """Only an Active formula can be released, so one that has ended is Active for so long."""
        moment = Moment(self._day_of(order["ReleasedAt"]), RELEASE)
        kind, record = self._formulas.records[formula]
        is_active = record["Status"] == "Active"
        name, update = formula_name(kind, record), UPDATES[kind]
        if not is_active:
            chain.add(moment, update, name, {"Status": "Active", "ReplaceActive": True})
        chain.add(moment, "releaseWorkOrder", order["WorkOrderNumber"], effects=reserved)
        if is_active:
            return
        chain.add(moment, update, name, {"Status": "Draft"})
        other = self._formulas.active(kind, record["ItemRefId"])
        if other is not None and self._formulas.moment(other["id"]) < chain.last:
            chain.add(moment, update, formula_name(kind, other), {"Status": "Active"})

    def subcontract_order(self, order: Record, moves: list[Record]) -> Chain:
        """A Draft, or one with its challans, receipts and returns in the order of their posting."""
        chain = Chain(
            SUBCONTRACT_ORDER, order["id"], order["OrderNumber"], self._formulas.moment(order["BomRefId"])
        )
        created = Moment(self._day_of(order["CreatedAt"]), CREATE)
        body = self._bodies.of("createSubcontractOrder", order, self._named)
        chain.add(created, "createSubcontractOrder", body=body)
        for operation, rank, record, posted in _history(order, moves):
            body = self._bodies.of(operation, record, self._named)
            if "ChallanNumbers" in record and not record["ChallanNumbers"]:
                body.pop("ChallanNumbers", None)
            effects: dict[str, Decimal] = {}
            for each in posted:
                sign = int(each["To"] == "Store") - int(each["From"] == "Store")
                before = effects.get(each["ItemRefId"], Decimal(0))
                effects[each["ItemRefId"]] = before + sign * each["Quantity"]
            day = self._day_of(posted[0]["CreatedAt"])
            chain.add(Moment(day, rank), operation, order["OrderNumber"], body, effects)
        return chain

    def inspection(self, inspection: Record, order: Moment) -> Chain:
        """An inspection of an order that is made at a moment."""
        number = inspection["InspectionNumber"]
        chain = Chain(INSPECTION, inspection["id"], number, order)
        created = Moment(self._day_of(inspection["CreatedAt"]), INSPECT)
        body = self._bodies.of("createQualityInspection", inspection, self._named)
        chain.add(created, "createQualityInspection", body=body)
        names = criterion_names([each["Name"] for each in inspection["Criteria"]])
        criteria = {each["id"]: name for each, name in zip(inspection["Criteria"], names, strict=True)}

        def named(member: str, record_id: str) -> str:
            return criteria[record_id] if member == "CriterionId" else self._named(member, record_id)

        told = self._bodies.of("updateQualityInspection", inspection, named)
        told = {name: value for name, value in told.items() if name not in _KEPT_BY_CREATE and value}
        if told:
            chain.add(created, "updateQualityInspection", number, told)
        if inspection["CompletedAt"] is not None:
            done = Moment(self._day_of(inspection["CompletedAt"]), INSPECT)
            chain.add(done, "completeQualityInspection", number)
        return chain


def _history(order: Record, moves: list[Record]) -> Iterator[tuple[str, int, Record, list[Record]]]:
    """What was done to an order: operation, rank, the record that tells of it, its movements."""
    challans, receipts, returns = list(order["Challans"]), list(order["Receipts"]), list(order["Returns"])
    place = 0
    while place < len(moves):
        kind = moves[place]["Type"]
        if kind == _ISSUED:
            challan = next(each for each in challans if _fits(each, moves[place:]))
            challans.remove(challan)
            record: Record = {**challan, "Materials": challan["Lines"]}
            operation, rank, size = "issueSubcontractMaterials", ISSUE, len(challan["Lines"])
        elif kind == _RETURNED:
            record = returns.pop(0)
            operation, rank, size = "returnSubcontractMaterials", RECEIVE, len(record["Materials"])
        else:
            record = receipts.pop(0)
            goods = bool(record["AcceptedQuantity"]) + bool(record["RejectedQuantity"])
            operation, rank, size = "receiveSubcontractGoods", RECEIVE, len(record["Materials"]) + goods
        yield operation, rank, record, moves[place : place + size]
        place += size


def _fits(challan: Record, moves: list[Record]) -> bool:
    lines = [(each["ItemRefId"], each["Quantity"], each["Value"]) for each in challan["Lines"]]
    return lines == [(each["ItemRefId"], each["Quantity"], each["Value"]) for each in moves[: len(lines)]]


FORMULA_KINDS = (BOM, RECIPE)
