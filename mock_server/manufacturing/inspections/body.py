"""Turns request bodies into what an inspection records: criteria, readings, quantities, defects."""

from __future__ import annotations

from decimal import Decimal

from mock_server.manufacturing.decimals import number, shown
from mock_server.manufacturing.inspections.ports import InspectionBook
from mock_server.manufacturing.inspections.readings import check_understood, result_of, said
from mock_server.manufacturing.inspections.records import (
    Inspection,
    InspectionCriterion,
    InspectionDefect,
    InspectionReading,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.members import KEEP, Body, Number, Text, Whole, changed, optional_number
from mock_server.manufacturing.refusals import refuse_value
from mock_server.manufacturing.units import check_whole
from mock_server.refused import Refused

_QUANTITIES = tuple(Number(name, KEEP) for name in ("AcceptedQuantity", "RejectedQuantity", "OnHoldQuantity"))
_LOT = (Number("LotQuantity", KEEP), Whole("SampleSize", KEEP))
_REST = (
    *_QUANTITIES,
    Text("Disposition"),
    Text("DispositionReason"),
    Text("Remarks"),
    Text("Notes"),
    Text("ExternalReference"),
)


def read_criteria(book: InspectionBook, bodies: list[Body]) -> list[InspectionCriterion]:
    """The criteria of a create body, each with an id of its own."""
    criteria: list[InspectionCriterion] = []
    for index, body in enumerate(bodies):
        low, high = optional_number(body.get("MinValue")), optional_number(body.get("MaxValue"))
        if low is not None and high is not None and high < low:
            refuse_value(f"/Criteria/{index}/MaxValue", f"is less than MinValue {shown(low)}")
        expected, choices = body.get("ExpectedText"), body.get("Choices")
        if choices is not None and said(expected or "") not in map(said, choices):
            refuse_value(f"/Criteria/{index}/ExpectedText", "is none of Choices")
        is_mandatory = body.get("IsMandatory")
        criteria.append(
            InspectionCriterion(
                book.new_id(),
                body["Name"],
                body["Type"],
                body.get("Unit"),
                low,
                high,
                expected,
                True if is_mandatory is None else bool(is_mandatory),
                None if choices is None else list(choices),
            )
        )
    return criteria


def changed_inspection(inspection: Inspection, body: Body) -> Inspection:
    """A copy with what an update or complete body gives: absent keeps, null clears, a list replaces."""
    after = changed(inspection, body, _LOT)
    if "Readings" in body:
        after.readings = _readings(after, body["Readings"] or [])
    if "Defects" in body:
        after.defects = [
            InspectionDefect(each["Code"], number(each["Quantity"]), each["Severity"])
            for each in body["Defects"] or []
        ]
    return changed(after, body, _REST)


def _readings(inspection: Inspection, bodies: list[Body]) -> list[InspectionReading]:
    seen: set[tuple[str, int]] = set()
    for index, body in enumerate(bodies):
        key = (body["CriterionId"], int(body["SampleNumber"]))
        if key in seen:
            refuse_value(f"/Readings/{index}", "repeats a criterion and sample of this list")
        seen.add(key)
    criteria = {criterion.id: criterion for criterion in inspection.criteria}
    readings: list[InspectionReading] = []
    for index, body in enumerate(bodies):
        criterion_id, sample, value = body["CriterionId"], int(body["SampleNumber"]), body["Value"]
        criterion = criteria.get(criterion_id)
        if criterion is None:
            raise Refused(
                "unknown_reference",
                f"{inspection.inspection_number} has no criterion {criterion_id}.",
                pointer=f"/Readings/{index}/CriterionId",
            )
        if sample > inspection.sample_size:
            raise Refused(
                "unknown_reference",
                f"There is no sample {sample}: the sample size is {inspection.sample_size}.",
                pointer=f"/Readings/{index}/SampleNumber",
            )
        check_understood(criterion, value, f"/Readings/{index}/Value")
        readings.append(InspectionReading(criterion_id, sample, value, result_of(criterion, value)))
    return readings


def check_lot(item: Item | None, inspection: Inspection) -> None:
    """Refuses fractions of a whole unit, and a sample size above the lot or below what has been read."""
    if item is not None:
        check_whole(item.item_code, item.uom, inspection.lot_quantity, "/LotQuantity")
        for member in _QUANTITIES:
            check_whole(item.item_code, item.uom, getattr(inspection, member.attribute), f"/{member.name}")
    if inspection.sample_size > inspection.lot_quantity:
        raise Refused(
            "quantities_do_not_balance",
            f"The sample size {inspection.sample_size} is more than the lot of"
            f" {shown(inspection.lot_quantity)}.",
            pointer="/SampleSize",
        )
    last = max((each.sample_number for each in inspection.readings), default=0)
    if last > inspection.sample_size:
        raise Refused(
            "unknown_reference",
            f"Sample {last} has been read: the sample size cannot be {inspection.sample_size}.",
            pointer="/SampleSize",
        )


def stated(inspection: Inspection) -> Decimal:
    """Accepted, rejected and on hold together."""
    return inspection.accepted_quantity + inspection.rejected_quantity + inspection.on_hold_quantity
