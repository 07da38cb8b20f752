"""Job work: the figures of the demonstration orders, issues, receipts and returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import boms, subcontract_orders
from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.inspections import InspectionStatus
from mock_server.manufacturing.stock import DocumentType, Ledger, MovementType, Source
from mock_server.manufacturing.subcontract_orders import shown_subcontract_order
from tests.manufacturing.job_work_book import pune_job_work
from tests.manufacturing.job_work_desk import (
    AXLE,
    BAR,
    POWDER,
    RATE,
    RAW,
    RED,
    Desk,
    issued_desk,
    material,
    money,
    numbers,
    of,
    pune_desk,
    refused,
)


@pytest.fixture
def desk() -> Desk:
    return pune_desk()


@pytest.fixture
def issued() -> tuple[Desk, str]:
    return issued_desk()


def test_the_year_of_the_demonstration_holds_to_the_last_digit() -> None:
    """SC-0006, SC-0007, SC-0004, SC-0002, SC-0003 in the order of their dates, and the stock they leave."""
    book = pune_job_work()
    desk = Desk(book)
    book.on("2025-03-01")
    book.open_with(RAW, "54", "1145.50")
    book.open_with(RED, "20", "1578.66")
    book.open_with(POWDER, "151.980", "420")
    book.open_with(BAR, "800", "86")
    book.open_with(AXLE, "60", "62")

    book.on("2025-03-10")
    sc6 = desk.create(10, OrderNumber="SC-0006", ExpectedDate="2025-04-10")
    order = desk.issue(sc6, {RAW: 10}, ChallanNumber="PC/24-25/0006")
    assert order.challans[0].lines[0].value == money("11 455.00")
    book.on("2025-03-24")
    order = desk.give_back(sc6, {RAW: 6})
    assert order.returns[0].materials[0].value == money("6 873.00")
    assert material(order, RAW) == numbers("10 10 0 6 0 4 4582.00")
    assert order.status == "MaterialsIssued"

    book.on("2026-03-02")
    sc7 = desk.create(10, vendor="SUP-UNREG", OrderNumber="SC-0007", RatePerUnit=RATE)
    desk.issue(sc7, {RAW: 10, POWDER: Decimal("1.980")})
    book.on("2026-03-20")
    order = desk.receive(sc7, 10, used={POWDER: Decimal("1.680")})
    assert order.status == "Received"
    assert order.cost.unit == order.receipts[0].unit_cost == money("1578.66")
    assert material(order, POWDER) == numbers("1.980 1.980 1.680 0 0 0.300 126.00")
    refused("unreconciled_material", lambda: desk.complete(sc7), desk)
    # The opening table of 2026-04-01.
    assert (book.stock.get(RAW).on_hand, book.stock.get(RAW).value) == numbers("40 45820.00")
    assert (book.stock.get(RED).on_hand, book.stock.get(RED).average) == numbers("30 1578.66")
    assert (book.stock.get(POWDER).on_hand, book.stock.get(POWDER).value) == numbers("150 63000.00")

    # WO-0005 puts 19 frames into the store.
    book.on("2026-04-20")
    source = Source(DocumentType.WORK_ORDER, "wo", "WO-0005")
    Ledger(book).receive(
        book.items[RAW], Decimal(19), money("23152.00"), MovementType.PRODUCTION_RECEIPT, source
    )
    before = len(book.movements)

    book.on("2026-04-28")
    sc4 = desk.create(200, AXLE, "SUP-CNC", OrderNumber="SC-0004")
    assert desk.order(sc4).rate_per_unit == 24, "the BOM's"
    order = desk.issue(sc4, {BAR: Decimal("90.720")})
    assert order.challans[0].lines[0].value == money("7 801.92")
    order = desk.receive(sc4, 200, used={BAR: Decimal("88.500")})
    assert (order.cost.material, order.cost.service) == (money("7 611.00"), money("4 800.00"))
    assert order.cost.unit == money("62.0550")
    order = desk.give_back(sc4, {BAR: Decimal("2.220")})
    assert order.returns[0].materials[0].value == money("190.92")
    order = desk.complete(sc4)
    assert order.status == "Completed"
    assert material(order, BAR) == numbers("90.720 90.720 88.500 2.220 0 0 0")
    assert len(book.movements) - before == 4

    book.on("2026-05-04")
    sc2 = desk.create(20, OrderNumber="SC-0002")
    order = desk.issue(sc2, {RAW: 20, POWDER: Decimal("3.960")}, ChallanNumber="PC/26-27/0002")
    assert material(order, RAW) == numbers("20 20 0 0 0 20 23380.34")
    assert material(order, POWDER) == numbers("3.960 3.960 0 0 0 3.960 1663.20")
    assert len(book.movements) - before == 6

    book.on("2026-05-06")
    sc3 = desk.create(30, OrderNumber="SC-0003")
    desk.issue(sc3, {RAW: 30, POWDER: Decimal("5.940")}, ChallanNumber="PC/26-27/0003")
    assert [line.value for line in desk.order(sc3).challans[0].lines] == [
        money("35 070.51"),
        money("2 494.80"),
    ]
    book.on("2026-05-20")
    order = desk.receive(sc3, 18, 1)
    assert order.status == "PartiallyReceived"
    assert material(order, RAW) == numbers("30 30 19 0 0 11 12859.19")
    assert material(order, POWDER) == numbers("5.940 5.940 3.762 0 0 2.178 914.76")
    cost = order.cost
    assert (cost.material, cost.service, cost.total) == numbers("22539.18 6300.00 28839.18")
    assert (cost.unit, cost.rejected_material, cost.loss) == numbers("1602.176667 1252.18 0")
    assert cost.material + cost.rejected_material == money("23 791.36")
    assert (order.accepted_quantity, order.rejected_quantity, order.pending_quantity) == numbers("18 1 11")
    assert len(book.movements) - before == 12

    assert (book.stock.get(RED).quarantine, book.stock.get(RED).quarantine_value) == numbers("1 1252.18")
    assert (book.stock.get(RAW).on_hand, book.stock.get(RAW).value) == numbers("9 10521.15")
    assert (book.stock.get(POWDER).on_hand, book.stock.get(POWDER).value) == numbers("140.100 58842.00")
    assert (book.stock.get(BAR).on_hand, book.stock.get(BAR).value) == numbers("711.500 61189.00")
    assert (book.stock.get(AXLE).on_hand, book.stock.get(AXLE).value) == numbers("260 16131.00")
    outside = sum((stock.at_subcontractor_value for stock in book.stock.values()), Decimal(0))
    assert outside == money("43 525.49")
    assert [
        shown_subcontract_order(book, Lookup(book), desk.order(each)).overdue for each in (sc6, sc7, sc2, sc3)
    ] == [
        True,
        False,
        False,
        False,
    ]


def test_the_first_issue_freezes_the_materials(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    bom = desk.book.boms[desk.order(order_id).bom_ref_id]
    desk.book.attempt(lambda: boms.update(desk.book, bom, {"Lines": [{"ItemRefId": BAR, "Quantity": 9}]}))
    order = desk.order(order_id)
    assert [each.item_ref_id for each in order.materials] == [RAW, POWDER]
    assert shown_subcontract_order(desk.book, Lookup(desk.book), order).materials == order.materials
    assert (order.issued_at, order.status) == (desk.book.events and order.updated_at, "MaterialsIssued")
    assert desk.receive(order_id, 10).status == "Received"


def test_entries_of_one_material_add_up(desk: Desk) -> None:
    order_id = desk.create(10)
    entries = of({RAW: 4}) + of({POWDER: Decimal("1.98")}) + of({RAW: 6})
    order = desk.issue(order_id, {}, Materials=entries)
    assert [(line.item_ref_id, line.quantity) for line in order.challans[0].lines] == [
        (RAW, 10),
        (POWDER, Decimal("1.98")),
    ]
    other = desk.create(10)
    entries[2]["Quantity"] = 7
    refusal = refused("quantity_exceeds_required", lambda: desk.issue(other, {}, Materials=entries), desk)
    assert refusal.details["pointer"] == "/Materials/2/Quantity"
    assert refusal.message == "SF-FRAME-RAW: 0 issued before and 11 now are more than the 10 required."


def test_an_issue_is_all_or_nothing_and_lists_every_shortage(desk: Desk) -> None:
    order_id = desk.create(1000)
    refusal = refused("insufficient_stock", lambda: desk.issue(order_id, {RAW: 60, POWDER: 160}), desk)
    assert refusal.message == "Too little stock for SC-0001: SF-FRAME-RAW, RM-POWDER-RED."
    assert refusal.details["shortages"] == [
        {"ItemRefId": RAW, "ItemCode": RAW, "Required": 60, "Available": 54, "Short": 6, "Shortfall": 6},
        {"ItemRefId": POWDER, "ItemCode": POWDER, "Required": 160, "Available": Decimal("151.980")}
        | dict.fromkeys(("Short", "Shortfall"), Decimal("8.020")),
    ]
    assert desk.order(order_id).materials == [], "a refused first issue freezes nothing"


def test_stock_that_a_work_order_holds_is_not_issued(desk: Desk) -> None:
    Ledger(desk.book).allocate(RAW, Decimal(50))
    order_id = desk.create(10)
    refused("insufficient_stock", lambda: desk.issue(order_id, {RAW: 5}), desk)
    assert desk.issue(order_id, {RAW: 4}).status == "MaterialsIssued"


def test_the_bom_of_a_first_issue_is_still_one_for_job_work(desk: Desk) -> None:
    order_id = desk.create(10)
    bom = desk.book.boms[desk.order(order_id).bom_ref_id]
    desk.book.boms[bom.id] = replace(bom, type="Manufacture")
    refused("wrong_bom_type", lambda: desk.issue(order_id, {RAW: 5}), desk)


@pytest.mark.parametrize(
    ("request_body", "code", "pointer"),
    [
        ({"Materials": of({BAR: 1})}, "unknown_reference", "/Materials/0/ItemRefId"),
        ({"Materials": of({RAW: 1, "NONE": 1})}, "unknown_reference", "/Materials/1/ItemRefId"),
        ({"Materials": of({RAW: Decimal("2.5")})}, "fractional_quantity", "/Materials/0/Quantity"),
        ({"Materials": of({RAW: 1}), "ChallanDate": "2026-05-05"}, "date_not_allowed", "/ChallanDate"),
        ({"Materials": of({RAW: 1}), "ChallanNumber": "DC/26-27/0001"}, "duplicate_number", "/ChallanNumber"),
    ],
)
def test_what_an_issue_gets_wrong_is_named(desk: Desk, request_body: Any, code: str, pointer: str) -> None:
    desk.issue(desk.create(1), {RAW: 1})
    order_id = desk.create(10)
    refusal = refused(code, lambda: desk.issue(order_id, {}, **request_body), desk)
    assert refusal.details["pointer"] == pointer


def test_goods_received_in_parts_use_what_the_whole_would(issued: tuple[Desk, str]) -> None:
    """DEC-13."""
    desk, order_id = issued
    for _ in range(3):
        desk.receive(order_id, 3)
    order = desk.receive(order_id, 1)
    assert [receipt.materials[1].quantity for receipt in order.receipts] == list(
        numbers("0.594 0.594 0.594 0.198")
    )
    assert material(order, RAW) == numbers("10 10 10 0 0 0 0")
    assert material(order, POWDER) == numbers("1.980 1.980 1.980 0 0 0 0")
    assert order.status == "Received"


def test_what_was_used_before_counts_against_what_the_bom_says(issued: tuple[Desk, str]) -> None:
    """DEC-13: what a receipt states takes the place of what the BOM says."""
    desk, order_id = issued
    desk.receive(order_id, 5, used={POWDER: Decimal("1.5")})
    order = desk.receive(order_id, 2)
    assert [line.item_ref_id for line in order.receipts[1].materials] == [RAW], "7 frames need 1.386 kg"
    order = desk.receive(order_id, 3)
    assert order.receipts[2].materials[1].quantity == Decimal("0.48")
    assert material(order, POWDER) == numbers("1.980 1.980 1.980 0 0 0 0")


def test_a_fixed_quantity_is_used_by_the_first_receipt(desk: Desk) -> None:
    bom = next(bom for bom in desk.book.boms.values() if bom.label == "BOM-0002 version 1")
    lines = [{"ItemRefId": RAW, "Quantity": 1}, {"ItemRefId": POWDER, "Quantity": 2, "IsFixedQuantity": True},
             {"ItemRefId": POWDER, "Quantity": Decimal("0.1")}]  # fmt: skip
    desk.book.attempt(lambda: boms.update(desk.book, bom, {"Lines": lines}))
    order_id = desk.create(10)
    desk.issue(order_id, {RAW: 10, POWDER: 3})
    order = desk.receive(order_id, 1)
    assert order.receipts[0].materials[1].quantity == Decimal("2.1")
    order = desk.receive(order_id, 9)
    assert order.receipts[1].materials[1].quantity == Decimal("0.9")


def test_additional_cost_and_service_are_carried_by_accepted_goods(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    red = desk.book.stock.get(RED).value
    order = desk.receive(order_id, 4, 1, AdditionalCost=Decimal("100.01"))
    receipt = order.receipts[0]
    # Five frames at 1145.50 and 0.990 kg at 420 are 6143.30, of which a fifth lies in quarantine.
    assert receipt.rejected_material_cost == desk.book.stock.get(RED).quarantine_value == money("1228.66")
    assert (receipt.material_cost, receipt.service_cost, receipt.additional_cost) == numbers(
        "4914.64 1400 100.01"
    )
    assert receipt.unit_cost == Decimal("1603.6625")
    assert desk.book.stock.get(RED).value - red == money("6414.65")
    assert desk.book.stock.get(RED).available == 4


def test_rejected_goods_alone_carry_all_the_material(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    order = desk.receive(order_id, 0, 2)
    assert order.cost.material == order.cost.service == 0
    assert order.cost.unit is None
    assert order.cost.rejected_material == money("2457.32")
    assert desk.book.stock.get(RED).on_hand == 0


def test_the_service_of_each_receipt_is_rounded_by_itself(desk: Desk) -> None:
    order_id = desk.create(10, RatePerUnit=Decimal("0.005"))
    desk.issue(order_id, {RAW: 10, POWDER: Decimal("1.98")})
    assert desk.receive(order_id, 1).cost.service == Decimal("0.01")
    assert desk.receive(order_id, 3).cost.service == Decimal("0.03")


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"AcceptedQuantity": Decimal("1.5")}, "fractional_quantity", "/AcceptedQuantity"),
        ({"RejectedQuantity": Decimal("0.5")}, "fractional_quantity", "/RejectedQuantity"),
        ({"AcceptedQuantity": 10, "RejectedQuantity": 1}, "quantity_exceeds_ordered", "/AcceptedQuantity"),
        ({"Materials": of({BAR: 1})}, "unknown_reference", "/Materials/0/ItemRefId"),
        ({"Materials": of({RAW: Decimal("0.5")})}, "fractional_quantity", "/Materials/0/Quantity"),
        ({"ChallanNumbers": ["DC/26-27/0001", "X"]}, "unknown_reference", "/ChallanNumbers/1"),
        ({"InspectionRefId": "QI-0009"}, "unknown_reference", "/InspectionRefId"),
        ({"ReceiptDate": "2026-05-05"}, "date_not_allowed", "/ReceiptDate"),
    ],
)
def test_what_a_receipt_gets_wrong_is_named(
    issued: tuple[Desk, str], body: Any, code: str, pointer: str
) -> None:
    desk, order_id = issued
    request = {"AcceptedQuantity": 1, **body}
    receive = lambda: subcontract_orders.receive_goods(desk.book, desk.order(order_id), request)  # noqa: E731
    refusal = refused(code, lambda: desk.book.attempt(receive), desk)
    assert refusal.details["pointer"] == pointer


@pytest.mark.parametrize("quantities", [(0, 0), (0, 1)])
def test_a_receipt_without_goods_to_carry_its_cost_is_malformed(
    issued: tuple[Desk, str], quantities: tuple[int, int]
) -> None:
    desk, order_id = issued
    refused("invalid_request", lambda: desk.receive(order_id, *quantities, AdditionalCost=5), desk)


def test_more_material_than_is_there_is_refused_with_every_shortage(desk: Desk) -> None:
    order_id = desk.create(10)
    desk.issue(order_id, {RAW: 4, POWDER: 1})
    refusal = refused("insufficient_material_at_subcontractor", lambda: desk.receive(order_id, 6), desk)
    assert refusal.message.endswith(
        "SF-FRAME-RAW needs 6, 4 is there; RM-POWDER-RED needs 1.188, 1 is there."
    )
    assert [each["Short"] for each in refusal.details["shortages"]] == [2, Decimal("0.188")]
    assert desk.receive(order_id, 4).pending_quantity == 6
    desk.issue(order_id, {RAW: 6, POWDER: Decimal("0.98")})
    assert desk.receive(order_id, 6).status == "Received"
    assert len(desk.order(order_id).challans) == 2


def test_the_quality_gate_lets_accepted_goods_in_only_on_a_passed_inspection(desk: Desk) -> None:
    book = desk.book
    order_id = desk.create(10, InspectionRequired=True)
    desk.issue(order_id, {RAW: 10, POWDER: Decimal("1.98")})
    order = desk.order(order_id)
    other = desk.order(desk.create(10))
    still_open = book.add_inspection(order, "8", status=InspectionStatus.OPEN, result="Pending").id
    failed = book.add_inspection(order, "8", result="Failed", disposition="Rework").id
    passed = book.add_inspection(order, "3").id
    as_is = book.add_inspection(order, "4", result="Failed", disposition="UseAsIs").id
    foreign = book.add_inspection(other, "8").id

    refused("quality_pending", lambda: desk.receive(order_id, 1), desk)
    refused("quality_pending", lambda: desk.receive(order_id, 1, InspectionRefId=still_open), desk)
    refusal = refused("quality_failed", lambda: desk.receive(order_id, 1, InspectionRefId=failed), desk)
    assert refusal.message == "QI-0002 is Failed with disposition Rework: these goods cannot be accepted."
    too_much: dict[str, Any] = {"used": {RAW: 11}, "InspectionRefId": failed}
    refused("quality_failed", lambda: desk.receive(order_id, 1, **too_much), desk)
    refused("unknown_reference", lambda: desk.receive(order_id, 1, InspectionRefId=foreign), desk)
    assert desk.receive(order_id, 0, 1).rejected_quantity == 1, "rejected goods need no inspection"
    desk.receive(order_id, 2, InspectionRefId=passed)
    refusal = refused(
        "quantity_exceeds_accepted", lambda: desk.receive(order_id, 2, InspectionRefId=passed), desk
    )
    assert refusal.message == "QI-0003 accepted 3; 4 cannot be accepted on it."
    desk.receive(order_id, 1, InspectionRefId=passed)
    assert desk.receive(order_id, 4, InspectionRefId=as_is).accepted_quantity == 7


def test_an_inspection_is_only_noted_where_the_order_requires_none(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    failed = desk.book.add_inspection(desk.order(order_id), "0", result="Failed", disposition="Rework")
    order = desk.receive(order_id, 9, 1, InspectionRefId=failed.id)
    assert order.receipts[0].inspection_ref_id == failed.id


def test_material_comes_back_at_the_value_it_went_out_at(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    Ledger(desk.book).adjust(desk.book.items[RAW], Decimal(100), Decimal(1), Source(DocumentType.ADJUSTMENT))
    before = desk.book.stock.get(RAW).value
    desk.give_back(order_id, {RAW: 4}, SupplierDocument="R-1", ReturnDate="2026-05-04")
    assert desk.book.stock.get(RAW).value - before == money("4582.00")
    returned = desk.order(order_id).returns[0]
    assert (returned.return_date, returned.supplier_document) == (date(2026, 5, 4), "R-1")
    refusal = refused("quantity_exceeds_balance", lambda: desk.give_back(order_id, {RAW: 7}), desk)
    assert refusal.message == "SF-FRAME-RAW: 7 is more than the 6 that are with the subcontractor."
    refused("date_not_allowed", lambda: desk.give_back(order_id, {RAW: 1}, ReturnDate="2026-05-05"), desk)
    refused("unknown_reference", lambda: desk.give_back(order_id, {RAW: 1}, ChallanNumbers=["X"]), desk)


def test_each_issue_and_receipt_tells_its_event_in_the_order_of_revisions(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    desk.receive(order_id, 5)
    desk.give_back(order_id, {RAW: 1})
    desk.receive(order_id, 4)
    assert [(topic, revision) for _, topic, revision in desk.book.events] == [
        ("subcontract_order.materials_issued", 2),
        ("subcontract_order.goods_received", 3),
        ("subcontract_order.goods_received", 5),
    ]
