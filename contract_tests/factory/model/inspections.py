"""Inspections as the rules have them, and the quality gate that they open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import ZERO, fits
from contract_tests.factory.model.documents import Document, archive, broken, chosen, conflict

Body = Mapping[str, Any]
NUMERIC = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
QUANTITIES = ("AcceptedQuantity", "RejectedQuantity", "OnHoldQuantity")


@dataclass
class ModelInspection(Document):
    """An inspection of one lot of one order."""

    type: str
    order_id: str
    uom: str
    lot_number: str | None
    body: dict[str, Any]
    status: str = field(default="Open", kw_only=True)
    result: str = "Pending"
    completed_at: str | None = None
    criteria_ids: list[str] = field(default_factory=list)

    def quantity(self, name: str) -> Fraction:
        """One of its quantities, 0 until it is stated."""
        return Fraction(self.body.get(name, 0))

    @property
    def criteria(self) -> dict[str, Body]:
        """The criteria by id."""
        return dict(zip(self.criteria_ids, self.body["Criteria"], strict=True))

    @property
    def readings(self) -> list[Body]:
        """The readings."""
        found: list[Body] = self.body.get("Readings", [])
        return found

    @property
    def opens_the_gate(self) -> bool:
        """Whether goods may go on."""
        return self.result == "Passed" or self.body.get("Disposition") == "UseAsIs"

    def record(self) -> dict[str, Any]:
        """The members of its record that the model knows."""
        return {
            "id": self.id,
            "Type": self.type,
            "WorkOrderRefId": None if self.type == "SubcontractReceipt" else self.order_id,
            "SubcontractOrderRefId": self.order_id if self.type == "SubcontractReceipt" else None,
            "LotNumber": self.lot_number,
            "LotQuantity": Fraction(self.body["LotQuantity"]),
            "SampleSize": self.body["SampleSize"],
            "Status": self.status,
            "Result": self.result,
            "IsArchived": self.is_archived,
            "Revision": self.revision,
            "Disposition": self.body.get("Disposition"),
            "DispositionReason": self.body.get("DispositionReason"),
            **{name: self.quantity(name) for name in QUANTITIES},
            "Readings": [
                {**reading, "Result": verdict(self.criteria[reading["CriterionId"]], reading["Value"])}
                for reading in self.readings
            ],
        }


def verdict(criterion: Body, value: str) -> str:
    """The result of one reading; limits pass, an empty value is not read."""
    if _said(value) == "":
        return "Pending"
    if criterion["Type"] == "Numeric":
        read = Fraction(value)
        low, high = criterion.get("MinValue"), criterion.get("MaxValue")
        is_good = (low is None or read >= Fraction(low)) and (high is None or read <= Fraction(high))
    else:
        is_good = _said(value) == _said(criterion.get("ExpectedText") or "Pass")
    return "Passed" if is_good else "Failed"


def _said(text: str) -> str:
    return text.strip().casefold()


def _is_understood(criterion: Body, value: str) -> bool:
    words = ["Pass", "Fail"] if criterion["Type"] == "PassFail" else criterion.get("Choices")
    return not words or _said(value) in {"", *map(_said, words)}


def new_inspection(
    body: Body, order_id: str, uom: str, order_status: str, others: Sequence[ModelInspection]
) -> ModelInspection:
    """The inspection that a create makes."""
    new = ModelInspection(body["Type"], order_id, uom, body.get("LotNumber"), dict(body))
    if order_status in ("Completed", "Cancelled"):
        conflict()
    if not fits(body["LotQuantity"], uom):
        broken("fractional_quantity")
    if body["SampleSize"] > Fraction(body["LotQuantity"]):
        broken("quantities_do_not_balance")
    for other in others:
        if (other.status, other.order_id, other.lot_number) == ("Open", order_id, new.lot_number):
            conflict("open_inspection_exists")
    return new


def update_inspection(inspection: ModelInspection, body: Body) -> None:
    """Records readings, quantities and the disposition of an Open one."""
    _check_open(inspection)
    merged = {**inspection.body, **body}
    criteria = inspection.criteria
    for reading in merged.get("Readings", []):
        criterion = criteria.get(reading["CriterionId"]) or broken("unknown_reference")
        if reading["SampleNumber"] > merged["SampleSize"]:
            broken("unknown_reference")
        is_numeric = criterion["Type"] == "Numeric" and reading["Value"] != ""
        if is_numeric and not NUMERIC.fullmatch(reading["Value"]):
            broken("reading_not_numeric")
        if not _is_understood(criterion, reading["Value"]):
            broken("reading_not_understood")
    _check_quantities(inspection, merged)
    if Fraction(merged["SampleSize"]) > Fraction(merged["LotQuantity"]):
        broken("quantities_do_not_balance")
    inspection.revision += _content(merged) != _content(inspection.body)
    inspection.body = merged


def _content(body: Body) -> dict[str, Any]:
    stated = {name: value for name, value in body.items() if value is not None and value != []}
    return {**dict.fromkeys(QUANTITIES, 0), **stated}


def _check_open(inspection: ModelInspection) -> None:
    if inspection.is_archived or inspection.status != "Open":
        conflict()


def _check_quantities(inspection: ModelInspection, body: Body) -> None:
    for name in ("LotQuantity", *QUANTITIES):
        if not fits(body.get(name, 0), inspection.uom):
            broken("fractional_quantity")


def complete_inspection(inspection: ModelInspection, body: Body) -> None:
    """Freezes it with the result that the readings give."""
    _check_open(inspection)
    merged = {**inspection.body, **{name: value for name, value in body.items() if name != "Result"}}
    _check_quantities(inspection, merged)
    read = {
        (r["CriterionId"], r["SampleNumber"]): r["Value"] for r in inspection.readings if _said(r["Value"])
    }
    mandatory = {id: each for id, each in inspection.criteria.items() if each.get("IsMandatory", True)}
    for criterion_id in mandatory:
        for sample in range(1, merged["SampleSize"] + 1):
            if (criterion_id, sample) not in read:
                broken("inspection_incomplete")
    if sum((Fraction(merged.get(name, 0)) for name in QUANTITIES), ZERO) != Fraction(merged["LotQuantity"]):
        broken("quantities_do_not_balance")
    failed = any(
        verdict(mandatory[id], value) == "Failed" for (id, _), value in read.items() if id in mandatory
    )
    is_explained = merged.get("Disposition") is not None and merged.get("DispositionReason") is not None
    if (failed or Fraction(merged.get("RejectedQuantity", 0)) > 0) and not is_explained:
        broken("disposition_required")
    inspection.body = merged
    inspection.result = "Failed" if failed else "Passed"
    inspection.status = "Completed"
    inspection.revision += 1


def archive_inspections(known: Mapping[str, ModelInspection], ids: Sequence[str]) -> int:
    """Archives all that are named; an Open one becomes Cancelled."""
    for each in chosen(known, ids, is_archived=False):
        each.status = "Cancelled" if each.status == "Open" else each.status
    return archive(known, ids)


def deciding(inspections: Sequence[ModelInspection], order_id: str) -> list[ModelInspection]:
    """The latest Completed inspection of an order, or of each lot where every inspection names one."""
    valid = [each for each in inspections if each.order_id == order_id and each.status != "Cancelled"]
    is_by_lot = all(each.lot_number is not None for each in valid)
    latest: dict[str | None, ModelInspection] = {}
    done = [each for each in valid if each.status == "Completed"]
    for each in sorted(done, key=lambda each: (each.completed_at or "", each.id)):
        latest[each.lot_number if is_by_lot else None] = each
    return list(latest.values())


def check_gate(inspections: Sequence[ModelInspection], order_id: str, completed: Fraction) -> None:
    """The quality gate of a work order."""
    latest = deciding(inspections, order_id)
    if not latest:
        conflict("quality_pending")
    passed = [each for each in latest if each.opens_the_gate]
    if not passed:
        conflict("quality_failed")
    if completed > sum((each.quantity("AcceptedQuantity") for each in passed), ZERO):
        broken("quantity_exceeds_accepted")


def check_receipt(
    known: Mapping[str, ModelInspection], order_id: str, named: str | None, accepted: Fraction
) -> None:
    """The quality gate of a receipt, which names its inspection."""
    if named is None:
        conflict("quality_pending")
    inspection = known.get(named)
    if inspection is None or inspection.order_id != order_id:
        broken("unknown_reference")
    if inspection.status != "Completed":
        conflict("quality_pending")
    if not inspection.opens_the_gate:
        conflict("quality_failed")
    if accepted > inspection.quantity("AcceptedQuantity"):
        broken("quantity_exceeds_accepted")
