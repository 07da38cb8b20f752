"""Delivery challans: financial years, numbers, due dates, and which challan a movement settles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.subcontract_orders.challans import (
    financial_year,
    generated_number,
    return_due_date,
    settled,
    with_challan,
)
from mock_server.manufacturing.subcontract_orders.records import Challan, ChallanLine, SubcontractOrder
from mock_server.manufacturing.subcontract_orders.view import (
    is_overdue,
    shown_subcontract_order,
)
from tests.manufacturing.job_work_desk import POWDER, RAW, Desk, pune_desk, refused


@pytest.fixture
def desk() -> Desk:
    return pune_desk()


def pending(order: SubcontractOrder, item: str = RAW) -> dict[str, Decimal]:
    return {
        challan.challan_number: line.pending_quantity
        for challan in order.challans
        for line in challan.lines
        if line.item_ref_id == item
    }


@pytest.fixture
def two(desk: Desk) -> tuple[Desk, str]:
    """An order with 4 frames on one challan and 6 on a later one, each with powder."""
    order_id = desk.create(10)
    desk.issue(order_id, {RAW: 4, POWDER: 1}, ChallanNumber="A", ChallanDate="2025-06-01")
    desk.issue(order_id, {RAW: 6, POWDER: Decimal("0.98")}, ChallanNumber="B", ChallanDate="2026-04-01")
    return desk, order_id


@pytest.mark.parametrize(
    ("day", "year"),
    [
        ("2026-03-31", "2025-26"),
        ("2026-04-01", "2026-27"),
        ("2026-12-31", "2026-27"),
        ("2027-01-01", "2026-27"),
        ("1999-04-01", "1999-00"),
    ],
)
def test_a_financial_year_runs_from_april_to_march(day: str, year: str) -> None:
    assert financial_year(date.fromisoformat(day)) == year


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2026-05-04", "2027-05-04"),
        ("2027-02-28", "2028-02-28"),
        ("2028-02-29", "2029-02-28"),
        ("2024-02-29", "2025-02-28"),
        ("2026-12-31", "2027-12-31"),
    ],
)
def test_materials_are_due_back_after_one_year(sent: str, due: str) -> None:
    assert return_due_date(date.fromisoformat(sent)) == date.fromisoformat(due)


def test_generated_numbers_count_within_the_financial_year(desk: Desk) -> None:
    order_id = desk.create(10)
    for day in ("2026-03-31", "2026-04-01", "2026-05-04"):
        desk.issue(order_id, {RAW: 1}, ChallanDate=day)
    assert [each.challan_number for each in desk.order(order_id).challans] == [
        "DC/25-26/0001",
        "DC/26-27/0001",
        "DC/26-27/0002",
    ]
    assert len(generated_number("2026-27", 9_999_999)) == 16


def test_a_generated_number_skips_one_that_a_client_chose(desk: Desk) -> None:
    order_id = desk.create(10)
    desk.issue(order_id, {RAW: 1}, ChallanNumber="DC/26-27/0001")
    desk.issue(order_id, {RAW: 1})
    assert list(pending(desk.order(order_id))) == ["DC/26-27/0001", "DC/26-27/0002"]


def test_a_number_may_come_again_in_another_financial_year_only(desk: Desk) -> None:
    order_id = desk.create(10)
    desk.issue(order_id, {RAW: 1}, ChallanNumber="PC/1", ChallanDate="2026-03-31")
    desk.issue(order_id, {RAW: 1}, ChallanNumber="PC/1", ChallanDate="2026-04-01")
    other = desk.create(10)
    refusal = refused(
        "duplicate_number",
        lambda: desk.issue(other, {RAW: 1}, ChallanNumber="PC/1", ChallanDate="2026-05-01"),
        desk,
    )
    assert refusal.message == "Challan PC/1 exists already in the financial year 2026-27."


def test_challans_stand_oldest_first_whatever_the_order_of_posting(desk: Desk) -> None:
    order_id = desk.create(10)
    for number, day in (("C", "2026-05-01"), ("A", "2026-02-01"), ("D", "2026-05-01"), ("B", "2026-03-01")):
        desk.issue(order_id, {RAW: 1}, ChallanNumber=number, ChallanDate=day)
    assert [each.challan_number for each in desk.order(order_id).challans] == ["A", "B", "C", "D"]


def test_a_receipt_settles_the_oldest_challan_first(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    assert pending(desk.receive(order_id, 3)) == {"A": 1, "B": 6}
    assert pending(desk.receive(order_id, 3)) == {"A": 0, "B": 4}


def test_a_receipt_settles_the_challans_that_it_names(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    order = desk.receive(order_id, 3, ChallanNumbers=["B"])
    assert pending(order) == {"A": 4, "B": 3}
    assert order.receipts[0].challan_numbers == ["B"]
    assert pending(order, POWDER) == {"A": 1, "B": Decimal("0.386")}


def test_what_the_named_challans_do_not_cover_settles_the_others(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    assert pending(desk.receive(order_id, 8, ChallanNumbers=["B"])) == {"A": 2, "B": 0}


def test_one_receipt_may_name_several_challans(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    assert pending(desk.receive(order_id, 5, ChallanNumbers=["B", "A"])) == {"A": 0, "B": 5}


def test_a_movement_shows_the_challans_that_it_was_counted_against(two: tuple[Desk, str]) -> None:
    """DEC-24: those named in their order, then the oldest; not what was named and had nothing."""
    desk, order_id = two
    assert desk.receive(order_id, 2).receipts[-1].challan_numbers == ["A"]
    assert desk.receive(order_id, 3).receipts[-1].challan_numbers == ["A", "B"]
    # A has 10 g of powder left, of which nobody minds that it is named.
    assert desk.receive(order_id, 1, ChallanNumbers=["A"]).receipts[-1].challan_numbers == ["A", "B"]
    assert desk.receive(order_id, 1, ChallanNumbers=["A"]).receipts[-1].challan_numbers == ["B"]
    assert desk.give_back(order_id, {RAW: 1}).returns[-1].challan_numbers == ["B"]
    assert desk.receive(order_id, 1, used={RAW: 0, POWDER: 0}).receipts[-1].challan_numbers == []


def test_those_named_stand_first_and_what_they_do_not_cover_behind(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    assert desk.receive(order_id, 8, ChallanNumbers=["B"]).receipts[-1].challan_numbers == ["B", "A"]


@pytest.mark.parametrize("names", [[], ["A"], ["B"]])
def test_no_movement_is_dated_before_a_challan_that_it_counts_against(
    two: tuple[Desk, str], names: list[str]
) -> None:
    """DEC-24: B went out on 2026-04-01."""
    desk, order_id = two
    named: dict[str, Any] = {"ChallanNumbers": names} if names else {}
    if names != ["B"]:
        desk.receive(order_id, 1, ReceiptDate="2025-06-01", **named)
        desk.give_back(order_id, {RAW: 1}, ReturnDate="2026-03-31", **named)
    too_early: dict[str, Any] = {"ReceiptDate": "2026-03-31", **named}
    refusal = refused("date_not_allowed", lambda: desk.receive(order_id, 5, **too_early), desk)
    assert (refusal.details["pointer"], "challan B of 2026-04-01" in refusal.message) == (
        "/ReceiptDate",
        True,
    )
    back: dict[str, Any] = {"ReturnDate": "2026-03-31", **named}
    refusal = refused("date_not_allowed", lambda: desk.give_back(order_id, {RAW: 5}, **back), desk)
    assert refusal.details["pointer"] == "/ReturnDate"
    desk.give_back(order_id, {RAW: 5}, ReturnDate="2026-04-01", **named)


def test_a_receipt_that_uses_nothing_of_a_later_challan_may_be_older_than_it(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    desk.receive(order_id, 4, ReceiptDate="2025-06-02")
    assert (
        desk.receive(order_id, 1, used={RAW: 0, POWDER: 0}, ReceiptDate="2025-06-02").accepted_quantity == 5
    )


def test_a_shared_number_is_named_and_shown_with_its_financial_year(desk: Desk) -> None:
    order_id = desk.create(10)
    desk.issue(order_id, {RAW: 3}, ChallanNumber="PC/1", ChallanDate="2026-03-31")
    desk.issue(order_id, {RAW: 3}, ChallanNumber="PC/1", ChallanDate="2026-04-01")
    desk.issue(order_id, {RAW: 3}, ChallanNumber="PC/2", ChallanDate="2026-04-02")

    def back(*names: str) -> list[str]:
        return desk.give_back(order_id, {RAW: 1}, ChallanNumbers=list(names)).returns[-1].challan_numbers

    assert back("PC/1@2026-27") == ["PC/1@2026-27"]
    assert back("PC/2@2026-27") == ["PC/2"]
    assert back("PC/1") == ["PC/1@2025-26"], "the oldest of that number"
    assert [each.lines[0].pending_quantity for each in desk.order(order_id).challans] == [2, 2, 2]
    for unknown in ("PC/1@2024-25", "PC/2@2025-26", "PC/3"):
        refusal = refused("unknown_reference", lambda name=unknown: back(name), desk)
        assert refusal.details["pointer"] == "/ChallanNumbers/0"


def test_what_was_returned_may_be_issued_again(two: tuple[Desk, str]) -> None:
    """DEC-24, INV-F1: issued less returned is within the requirement."""
    desk, order_id = two
    refused("quantity_exceeds_required", lambda: desk.issue(order_id, {RAW: 1}), desk)
    desk.give_back(order_id, {RAW: 3})
    refusal = refused("quantity_exceeds_required", lambda: desk.issue(order_id, {RAW: 4}), desk)
    assert refusal.message == (
        "SF-FRAME-RAW: 10 issued before, 3 returned and 4 now are more than the 10 required."
    )
    desk.issue(order_id, {RAW: 3})
    order = desk.receive(order_id, 10)
    [frame] = [each for each in order.materials if each.item_ref_id == RAW]
    assert [frame.issued_quantity, frame.returned_quantity, frame.balance_quantity] == [13, 3, 0]


def test_returns_and_losses_settle_challans_too(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    assert pending(desk.give_back(order_id, {RAW: 2}, ChallanNumbers=["B"])) == {"A": 4, "B": 4}
    desk.receive(order_id, 3)
    order = desk.complete(order_id, {RAW: 5, POWDER: Decimal("1.386")}, Reason="fire")
    assert pending(order) == {"A": 0, "B": 0}
    assert pending(order, POWDER) == {"A": 0, "B": 0}
    assert order.challans[0].lines[0].quantity == 4, "what was sent stays on the paper"


def test_an_order_is_overdue_after_the_due_date_of_a_pending_challan(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    order = desk.order(order_id)
    assert order.material_due_date == date(2026, 6, 1)
    assert not is_overdue(order, date(2026, 6, 1))
    assert is_overdue(order, date(2026, 6, 2))
    desk.book.on("2026-06-15")
    assert shown_subcontract_order(desk.book, Lookup(desk.book), order).overdue
    desk.receive(order_id, 4)
    order = desk.receive(order_id, 0, 2)
    # Powder of the first challan is used up by six frames: 1.188 of 1.98 kg.
    assert pending(order, POWDER) == {"A": 0, "B": Decimal("0.792")}
    shown = shown_subcontract_order(desk.book, Lookup(desk.book), order)
    assert not shown.overdue
    assert order.material_due_date == date(2027, 4, 1)
    assert is_overdue(order, date(2027, 4, 2))


def test_an_order_with_nothing_out_is_never_overdue(two: tuple[Desk, str]) -> None:
    desk, order_id = two
    order = desk.give_back(order_id, {RAW: 10, POWDER: Decimal("1.98")})
    assert order.material_due_date is None
    assert not is_overdue(order, date(2099, 1, 1))


def test_settling_leaves_the_challans_given_as_they_were() -> None:
    line = ChallanLine("i", "I", Decimal(5), Decimal(1), Decimal(5))
    challans = with_challan([], Challan("A", date(2026, 5, 1), date(2027, 5, 1), [line]))
    after = settled(challans, "i", Decimal(2))
    assert (line.pending_quantity, after[0].lines[0].pending_quantity) == (Decimal(5), Decimal(3))
    with pytest.raises(ValueError, match="pending, not 6"):
        settled(challans, "i", Decimal(6))
