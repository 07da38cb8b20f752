"""Any sequence of commands on inspections keeps the invariants of quality."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mock_server.manufacturing import inspections
from mock_server.manufacturing.inspections.readings import numeric_value, result_of, verdict
from mock_server.manufacturing.inspections.records import Inspection, InspectionCriterion, InspectionReading
from mock_server.refused import Refused
from tests.manufacturing.inspection_book import InspectionMemory, body, numeric

EXPECTED = {
    "open_inspection_exists",
    "invalid_state_transition",
    "quantities_do_not_balance",
    "inspection_incomplete",
    "disposition_required",
    "reading_not_numeric",
    "reading_not_understood",
    "unknown_reference",
}
CRITERIA: tuple[dict[str, Any], ...] = (
    numeric("Torque", 5, 7),
    numeric("Weight", 10, IsMandatory=False),
    {"Name": "Brake", "Type": "PassFail"},
    {"Name": "Colour", "Type": "Choice", "ExpectedText": "red", "IsMandatory": False},
)
values = st.sampled_from(["5", "6", "7", "7.000001", "4.999999", "10", "Pass", " fail", "RED ", "", "1,15"])
limits = st.none() | st.decimals(-(10**6), 10**6, places=6)
quantities = st.integers(0, 6)
STEPS = (Decimal(0), Decimal("0.000001"), Decimal("-0.000001"))
indexes = st.integers(0, 50)


def plainly_passes(criterion: InspectionCriterion, value: str) -> bool:
    """The rule once more, with integers of millionths."""
    if criterion.type != "Numeric":
        wanted = "Pass" if criterion.type == "PassFail" else criterion.expected_text or ""
        return value.strip().casefold() == wanted.casefold()
    whole, _, part = value.lstrip("-").partition(".")
    millionths = int(whole) * 10**6 + int(part.ljust(6, "0"))
    measured = -millionths if value.startswith("-") else millionths
    low, high = criterion.min_value, criterion.max_value
    return (low is None or int(low * 10**6) <= measured) and (high is None or measured <= int(high * 10**6))


class Commands(RuleBasedStateMachine):
    """Opens, reads, completes, archives and restores inspections of three orders."""

    def __init__(self) -> None:
        super().__init__()
        self.book = InspectionMemory()
        self.stocks = deepcopy(self.book.stock)
        self.frozen: dict[str, Inspection] = {}

    def pick(self, index: int) -> Inspection:
        found = list(self.book.inspections.values())
        return found[index % len(found)]

    def try_to(self, command: Callable[[], Any]) -> None:
        before = self.book.picture()
        try:
            self.book.attempt(command)
        except Refused as refusal:
            assert refusal.code in EXPECTED, refusal
            assert self.book.inspections == before

    @rule(
        order=st.sampled_from(["WO-1", "WO-2", "SC-1"]),
        lot=st.none() | st.sampled_from(["A", "B"]),
        quantity=st.integers(1, 6),
        size=st.integers(1, 3),
        criteria=st.lists(st.sampled_from(CRITERIA), min_size=1, max_size=3),
    )
    def create(self, order: str, lot: str | None, quantity: int, size: int, criteria: list[Any]) -> None:
        request = body(order, *criteria, LotNumber=lot, LotQuantity=quantity, SampleSize=size)
        self.try_to(lambda: inspections.create(self.book, request))

    @precondition(lambda self: self.book.inspections)
    @rule(index=indexes, data=st.data(), all_good=st.booleans())
    def read(self, index: int, data: st.DataObject, all_good: bool) -> None:
        inspection = self.pick(index)
        good = {"Torque": "6", "Weight": "12", "Brake": "Pass", "Colour": "red"}
        readings = [
            {
                "CriterionId": criterion.id,
                "SampleNumber": sample,
                "Value": good[criterion.name] if all_good else data.draw(values),
            }
            for criterion in inspection.criteria
            for sample in range(1, inspection.sample_size + 1)
        ]
        self.try_to(lambda: inspections.update(self.book, inspection, {"Readings": readings}))

    @precondition(lambda self: self.book.inspections)
    @rule(index=indexes, accepted=quantities, rejected=quantities, lot=st.integers(1, 6))
    def count(self, index: int, accepted: int, rejected: int, lot: int) -> None:
        request = {"AcceptedQuantity": accepted, "RejectedQuantity": rejected, "LotQuantity": lot}
        self.try_to(lambda: inspections.update(self.book, self.pick(index), request))

    @precondition(lambda self: self.book.inspections)
    @rule(index=indexes, balanced=st.booleans(), rejected=quantities, spoken=st.booleans())
    def complete(self, index: int, balanced: bool, rejected: int, spoken: bool) -> None:
        inspection = self.pick(index)
        request: dict[str, Any] = {"Result": "Passed"}
        if balanced and rejected <= inspection.lot_quantity:
            accepted = inspection.lot_quantity - rejected
            request |= {"AcceptedQuantity": accepted, "RejectedQuantity": rejected, "OnHoldQuantity": 0}
        if spoken:
            request |= {"Disposition": "Rework", "DispositionReason": "Again."}
        self.try_to(lambda: inspections.complete(self.book, inspection, request))

    @precondition(lambda self: self.book.inspections)
    @rule(picked=st.lists(indexes, min_size=1, max_size=3), back=st.booleans())
    def move(self, picked: list[int], back: bool) -> None:
        ids = [self.pick(index).id for index in picked]
        command = inspections.restore if back else inspections.archive
        self.try_to(lambda: command(self.book, ids))

    @invariant()
    def inv_e1_quantities_of_a_completed_inspection_balance(self) -> None:
        """INV-E1: accepted + rejected + on hold = lot, none below zero; the sample is no larger."""
        for each in self.book.inspections.values():
            parts = (each.accepted_quantity, each.rejected_quantity, each.on_hold_quantity)
            assert min(parts) >= 0
            assert each.sample_size <= each.lot_quantity
            assert each.status != "Completed" or sum(parts) == each.lot_quantity

    @invariant()
    def inv_e2_readings_are_judged_by_their_limits(self) -> None:
        """INV-E2: a reading passes exactly where its value does; an empty one is Pending."""
        for each in self.book.inspections.values():
            criteria = {criterion.id: criterion for criterion in each.criteria}
            for reading in each.readings:
                criterion = criteria[reading.criterion_id]
                expected = "Pending"
                if reading.value:
                    expected = "Passed" if plainly_passes(criterion, reading.value) else "Failed"
                assert reading.result == expected

    @invariant()
    def inv_e3_passed_is_all_mandatory_readings_passed(self) -> None:
        """INV-E3: whatever the client sent; Pending until completed."""
        for each in self.book.inspections.values():
            mandatory = {criterion.id for criterion in each.criteria if criterion.is_mandatory}
            good = all(read.result == "Passed" for read in each.readings if read.criterion_id in mandatory)
            assert each.result == (
                "Pending" if each.status != "Completed" else "Passed" if good else "Failed"
            )

    @invariant()
    def inv_e4_a_completed_inspection_is_immutable(self) -> None:
        """INV-E4: what it found stays, its time is set, and every mandatory criterion was read."""
        for each in self.book.inspections.values():
            assert (each.completed_at is not None) == (each.status == "Completed")
            if each.status != "Completed":
                assert each.id not in self.frozen
                continue
            read = {
                (reading.criterion_id, reading.sample_number) for reading in each.readings if reading.value
            }
            samples = range(1, each.sample_size + 1)
            wanted = {(one.id, sample) for one in each.criteria if one.is_mandatory for sample in samples}
            assert wanted <= read
            assert each.completed_at is not None
            assert each.completed_at >= each.created_at
            first = self.frozen.setdefault(each.id, deepcopy(each))
            for name in ("criteria", "readings", "result", "disposition", "lot_quantity", "completed_at"):
                assert getattr(each, name) == getattr(first, name)
            assert each.accepted_quantity == first.accepted_quantity

    @invariant()
    def inv_e5_no_inspection_moves_stock(self) -> None:
        """INV-E5: rejected goods cannot become available by an inspection, since it moves nothing."""
        assert self.book.stock == self.stocks

    @invariant()
    def one_open_inspection_per_lot(self) -> None:
        lots = [
            (each.order_ref_id, each.lot_number)
            for each in self.book.inspections.values()
            if each.status == "Open"
        ]
        assert len(lots) == len(set(lots))

    @invariant()
    def events_tell_of_each_creation_and_completion_once(self) -> None:
        created = [record for record, topic, _ in self.book.events if topic == "quality_inspection.created"]
        completed = [record for record, topic, _ in self.book.events if topic.endswith(".completed")]
        assert created == list(self.book.inspections)
        done = [each.id for each in self.book.inspections.values() if each.status == "Completed"]
        assert sorted(completed) == sorted(done)


TestCommands = Commands.TestCase
TestCommands.settings = settings(max_examples=100, stateful_step_count=25)


@given(limits, limits, st.decimals(-(10**6), 10**6, places=6))
def test_inv_e2_limits_are_inclusive_and_an_absent_one_is_open(
    low: Decimal | None, high: Decimal | None, value: Decimal
) -> None:
    """INV-E2: also at the limits themselves, and a millionth beyond them."""
    criterion = InspectionCriterion("c", "Width", "Numeric", None, low, high)
    candidates = [value, *(limit + step for limit in (low, high) if limit is not None for step in STEPS)]
    for candidate in candidates:
        text = f"{candidate:f}"
        passes = plainly_passes(criterion, text)
        assert result_of(criterion, text) == ("Passed" if passes else "Failed")
    for limit in (low, high):
        if limit is not None and (low is None or high is None or low <= high):
            assert result_of(criterion, f"{limit:f}") == "Passed"


@given(st.text(max_size=64) | st.from_regex(r"-?[0-9]{0,10}(\.[0-9]{0,7})?\Z"))
def test_only_plain_digits_are_a_number(text: str) -> None:
    found = numeric_value(text)
    is_plain = re.match(r"\A-?[0123456789]{1,9}(?:\.[0123456789]{1,6})?\Z", text) is not None
    assert (found is not None) == is_plain
    if found is not None:
        assert found == Decimal(text)


@given(st.lists(st.tuples(st.sampled_from("ab"), values), max_size=8), st.booleans())
def test_inv_e3_a_failing_reading_never_turns_failed_into_passed(
    read: list[tuple[str, str]], optional: bool
) -> None:
    """INV-E3: the verdict only falls as readings are added; optional criteria leave it as it is."""
    criteria = [
        InspectionCriterion("a", "Brake", "PassFail"),
        InspectionCriterion("b", "Colour", "Choice", expected_text="red", is_mandatory=not optional),
    ]
    by_id = {criterion.id: criterion for criterion in criteria}
    readings = [
        InspectionReading(key, index + 1, value, result_of(by_id[key], value))
        for index, (key, value) in enumerate(read)
    ]
    verdicts = [verdict(criteria, readings[:count]) for count in range(len(readings) + 1)]
    assert verdicts == sorted(verdicts, reverse=True), "Passed, then Failed, and never back"
    failing = InspectionReading("b", 9, "blue", "Failed")
    after = verdict(criteria, [*readings, failing])
    assert after == (verdicts[-1] if optional else "Failed")
