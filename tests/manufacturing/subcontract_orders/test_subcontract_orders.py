"""Subcontract orders: creating, changing, ending and archiving them, and what each state refuses."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import boms, subcontract_orders
from mock_server.manufacturing.formulas import FormulaStatus, Lookup
from mock_server.manufacturing.subcontract_orders import SubcontractView, shown_subcontract_order
from mock_server.manufacturing.subcontract_orders.records import (
    Challan,
    ChallanLine,
    MaterialMoved,
    MaterialReturn,
    SubcontractCost,
    SubcontractMaterial,
    SubcontractReceipt,
)
from mock_server.refused import Refused
from mock_server.wire import wire_name
from scripts.contract import PROJECT, bundle
from tests.manufacturing.job_work_desk import (
    AXLE,
    BAR,
    POWDER,
    RAW,
    RED,
    Desk,
    issued_desk,
    material,
    money,
    numbers,
    pune_desk,
    refused,
)


@pytest.fixture
def desk() -> Desk:
    return pune_desk()


@pytest.fixture
def issued() -> tuple[Desk, str]:
    return issued_desk()


def test_a_new_order_has_the_documented_defaults_and_moves_nothing(desk: Desk) -> None:
    before = list(desk.book.movements)
    order = desk.order(desk.create(25, Notes="red"))
    assert (order.order_number, order.revision, order.status, order.bom_version) == (
        "SC-0001",
        1,
        "Draft",
        "1",
    )
    assert order.rate_per_unit == 350, "the BOM's"
    assert (order.inspection_required, order.uom) == (False, "NOS")
    assert (order.subcontractor_name, order.notes, order.expected_date) == ("SUP-PCOAT works", "red", None)
    assert order.pending_quantity == 25
    assert (order.materials, order.cost.unit) == ([], None)
    assert desk.book.movements == before
    assert desk.book.events == []


def test_a_draft_shows_what_its_bom_says_now(desk: Desk) -> None:
    order_id = desk.create(25)
    shown = shown_subcontract_order(desk.book, Lookup(desk.book), desk.order(order_id))
    assert [(each.item_ref_id, each.required_quantity) for each in shown.materials] == [
        (RAW, 25),
        (POWDER, Decimal("4.950")),
    ]
    bom = desk.book.boms[desk.order(order_id).bom_ref_id]
    lines = [{"ItemRefId": RAW, "Quantity": 2}]
    desk.book.attempt(lambda: boms.update(desk.book, bom, {"Lines": lines, "Version": "7"}))
    shown = shown_subcontract_order(desk.book, Lookup(desk.book), desk.order(order_id))
    assert [(each.item_ref_id, each.required_quantity) for each in shown.materials] == [(RAW, Decimal(50))]
    assert shown.bom_version == "7"
    assert desk.order(order_id).revision == 1


def test_a_draft_that_is_cancelled_keeps_what_it_showed(desk: Desk) -> None:
    order_id = desk.create(25)
    order = desk.cancel(order_id, Reason="no paint")
    assert (order.status, order.cancel_reason, order.cancelled_at) == ("Cancelled", "no paint", desk.book.now)
    assert material(order, POWDER) == numbers("4.950 0 0 0 0 0 0")
    assert desk.book.events == []


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"SubcontractorRefId": "NOBODY"}, "unknown_reference", "/SubcontractorRefId"),
        ({"SubcontractorRefId": "SUP-RIMS"}, "unknown_reference", "/SubcontractorRefId"),
        ({"ItemRefId": "NONE"}, "unknown_reference", "/ItemRefId"),
        ({"ItemRefId": "FG-OBSOLETE"}, "inactive_item", "/ItemRefId"),
        ({"ItemRefId": "PT-RIM-700"}, "bom_not_active", "/ItemRefId"),
        ({"ItemRefId": "SF-WHEEL-R"}, "wrong_bom_type", "/BomRefId"),
        ({"BomRefId": "NONE"}, "unknown_reference", "/BomRefId"),
        ({"OrderedQuantity": Decimal("24.5")}, "fractional_quantity", "/OrderedQuantity"),
        ({"OrderNumber": "SC-0077"}, "duplicate_number", "/OrderNumber"),
        ({"ExternalReference": "PO-1"}, "duplicate_number", "/ExternalReference"),
    ],
)
def test_what_a_create_body_gets_wrong_is_named(desk: Desk, body: Any, code: str, pointer: str) -> None:
    desk.create(1, OrderNumber="SC-0077", ExternalReference="PO-1")
    request = {"SubcontractorRefId": "SUP-PCOAT", "ItemRefId": RED, "OrderedQuantity": 5, **body}
    refusal = refused(
        code, lambda: desk.book.attempt(lambda: subcontract_orders.create(desk.book, request)), desk
    )
    assert refusal.details["pointer"] == pointer


def test_a_named_bom_must_be_of_the_item_and_not_archived(desk: Desk) -> None:
    by_number = {bom.label: bom.id for bom in desk.book.boms.values()}
    other = by_number["BOM-0007 version 1"]
    refusal = refused("unknown_reference", lambda: desk.create(5, BomRefId=other), desk)
    assert refusal.message == "BOM-0007 version 1 makes PT-AXLE-CNC, not SF-FRAME-RED."
    own = by_number["BOM-0002 version 1"]
    desk.book.boms[own] = replace(desk.book.boms[own], status=FormulaStatus.ARCHIVED, is_archived=True)
    refused("bom_not_active", lambda: desk.create(5, BomRefId=own), desk)


def test_a_vendor_who_is_archived_gets_no_new_order(desk: Desk) -> None:
    desk.book.add_vendor("SUP-GONE", is_archived=True)
    refused("unknown_reference", lambda: desk.create(5, vendor="SUP-GONE"), desk)


def test_generated_numbers_skip_those_that_clients_chose(desk: Desk) -> None:
    desk.create(1, OrderNumber="SC-0001")
    assert desk.order(desk.create(1)).order_number == "SC-0002"


def test_figures_too_large_to_show_are_refused(desk: Desk) -> None:
    refused("explosion_too_large", lambda: desk.create(999999999, RatePerUnit=999999999), desk)
    desk.book.change(RAW, uom="kg")
    bom = desk.book.boms[desk.order(desk.create(1)).bom_ref_id]
    desk.book.boms[bom.id] = replace(bom, lines=[replace(bom.lines[0], quantity=Decimal(1000000))])
    refused("explosion_too_large", lambda: desk.create(1000000), desk)


def test_an_update_changes_only_what_it_names(desk: Desk) -> None:
    order_id = desk.create(25, Notes="red", ExpectedDate="2026-07-10", ExternalReference="PO-1")
    order = desk.update(order_id, OrderedQuantity=30)
    assert order.ordered_quantity == order.pending_quantity == 30
    assert order.revision == 2
    assert (order.notes, order.expected_date, order.external_reference) == ("red", date(2026, 7, 10), "PO-1")
    order = desk.update(order_id, ExpectedDate=None, Notes=None, ExternalReference=None)
    assert (order.notes, order.expected_date, order.external_reference) == (None, None, None)
    assert desk.update(order_id, OrderedQuantity=30, RatePerUnit=350).revision == 3, "no change, no revision"
    assert desk.book.events == []


def test_another_item_takes_its_own_bom(desk: Desk) -> None:
    order = desk.update(desk.create(25), ItemRefId=AXLE)
    assert desk.book.boms[order.bom_ref_id].item_ref_id == order.item_ref_id == AXLE
    assert order.rate_per_unit == 350, "an absent field keeps its value"
    refused("wrong_bom_type", lambda: desk.update(order.id, ItemRefId="SF-WHEEL-R"), desk)


def test_after_the_first_issue_only_date_notes_and_reference_may_differ(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    refusal = refused("invalid_state_transition", lambda: desk.update(order_id, OrderedQuantity=9), desk)
    assert refusal.message == "SC-0001 is MaterialsIssued: OrderedQuantity can no longer change."
    assert refusal.details == {
        "from": "MaterialsIssued",
        "action": "update",
        "allowed": ["issue-materials", "receive-goods", "return-materials", "cancel"],
    }
    order = desk.update(order_id, OrderedQuantity=10, ExpectedDate="2026-06-20", Notes="late")
    assert (order.expected_date, order.notes) == (date(2026, 6, 20), "late")
    desk.receive(order_id, 10)
    desk.complete(order_id)
    refused("invalid_state_transition", lambda: desk.update(order_id, Notes="x"), desk)


def test_a_loss_is_expensed_and_stays_out_of_the_goods(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    desk.receive(order_id, 10, used={POWDER: Decimal("1.68")})
    unit = desk.order(order_id).cost.unit
    refusal = refused("unreconciled_material", lambda: desk.complete(order_id), desk)
    assert refusal.message == (
        "RM-POWDER-RED: 0.3 kg is still with the subcontractor of SC-0001. Return it or state it as a loss."
    )
    refused("unreconciled_material", lambda: desk.complete(order_id, {POWDER: Decimal("0.2")}), desk)
    refusal = refused("quantity_exceeds_balance", lambda: desk.complete(order_id, {POWDER: 5}), desk)
    assert refusal.details["pointer"] == "/Losses/0/LossQuantity"
    refused("unknown_reference", lambda: desk.complete(order_id, {BAR: 1}), desk)
    refused("fractional_quantity", lambda: desk.complete(order_id, {RAW: Decimal("0.5")}), desk)
    order = desk.complete(order_id, {POWDER: Decimal("0.3")})
    assert (order.cost.loss, order.cost.unit, order.status) == (money("126.00"), unit, "Completed")
    assert material(order, POWDER) == numbers("1.980 1.980 1.680 0 0.300 0 0")
    assert (
        desk.book.stock.get(POWDER).at_subcontractor
        == desk.book.stock.get(POWDER).at_subcontractor_value
        == 0
    )
    assert desk.book.events[-1][1] == "subcontract_order.completed"


def test_an_order_ends_short_only_with_a_reason(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    desk.receive(order_id, 9)
    desk.give_back(order_id, {RAW: 1, POWDER: Decimal("0.198")})
    refusal = refused("reason_required", lambda: desk.complete(order_id), desk)
    assert refusal.message == "1 of 10 are still pending: state a Reason to complete SC-0001 short."
    order = desk.complete(order_id, Reason="closed for the season")
    assert order.pending_quantity == 1
    assert (order.status, order.completion_reason) == ("Completed", "closed for the season")


def test_an_order_is_cancelled_only_when_everything_is_back(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    refusal = refused("unreconciled_material", lambda: desk.cancel(order_id), desk)
    assert refusal.message == (
        "SF-FRAME-RAW: 10 NOS; RM-POWDER-RED: 1.98 kg are still with the subcontractor of SC-0001."
        " Return them first."
    )
    desk.give_back(order_id, {RAW: 10, POWDER: Decimal("1.98")})
    assert desk.cancel(order_id).status == "Cancelled"


_REQUESTS: dict[str, Any] = {
    "issue-materials": lambda desk, order: desk.issue(order, {RAW: 1}),
    "receive-goods": lambda desk, order: desk.receive(order, 1),
    "return-materials": lambda desk, order: desk.give_back(order, {RAW: 1}),
    "complete": lambda desk, order: desk.complete(order),
    "cancel": lambda desk, order: desk.cancel(order),
    "archive": lambda desk, order: desk.book.attempt(lambda: subcontract_orders.archive(desk.book, [order])),
}
_ALLOWED = {
    "Draft": ["issue-materials", "cancel"],
    "MaterialsIssued": ["issue-materials", "receive-goods", "return-materials", "cancel"],
    "PartiallyReceived": ["issue-materials", "receive-goods", "return-materials", "complete"],
    "Received": ["return-materials", "complete"],
    "Completed": [],
    "Cancelled": [],
}


def _bring_to(desk: Desk, state: str) -> str:
    order_id = desk.create(10)
    if state == "Cancelled":
        desk.cancel(order_id)
    elif state != "Draft":
        desk.issue(order_id, {RAW: 10, POWDER: Decimal("1.98")})
        if state == "PartiallyReceived":
            desk.receive(order_id, 5)
        elif state != "MaterialsIssued":
            desk.receive(order_id, 10)
    if state == "Completed":
        desk.complete(order_id)
    assert desk.order(order_id).status == state
    return order_id


@pytest.mark.parametrize("state", list(_ALLOWED))
@pytest.mark.parametrize("action", list(_REQUESTS))
def test_what_a_state_does_not_allow_is_refused_with_what_it_does(
    desk: Desk, state: str, action: str
) -> None:
    order_id = _bring_to(desk, state)
    is_allowed = action in _ALLOWED[state]
    if action == "archive":
        is_allowed = state in ("Draft", "Completed", "Cancelled")
    if is_allowed:
        try:
            _REQUESTS[action](desk, order_id)
        except Refused as other:
            assert other.code != "invalid_state_transition"
        return
    refusal = refused("invalid_state_transition", lambda: _REQUESTS[action](desk, order_id), desk)
    assert refusal.details == {"from": state, "action": action, "allowed": _ALLOWED[state]}
    assert refusal.message.startswith(f"SC-0001 is {state}: ")


def test_the_archive_takes_all_or_none_and_closes_the_order(desk: Desk) -> None:
    draft, other = desk.create(1), desk.create(2)
    busy = _bring_to_issued(desk)
    book = desk.book
    refused(
        "invalid_state_transition",
        lambda: book.attempt(lambda: subcontract_orders.archive(book, [draft, busy])),
        desk,
    )
    assert book.attempt(lambda: subcontract_orders.archive(book, [draft, "unknown", other])) == 2
    assert (desk.order(draft).is_archived, desk.order(draft).status, desk.order(draft).revision) == (
        True,
        "Draft",
        2,
    )
    for request in (lambda: desk.update(draft, Notes="x"), lambda: desk.issue(draft, {RAW: 1})):
        refusal = refused("invalid_state_transition", request, desk)
        assert (refusal.details["from"], refusal.details["allowed"]) == ("Archived", ["restore"])
    assert subcontract_orders.archive(book, [draft]) == 0
    assert subcontract_orders.restore(book, [draft, busy, "unknown"]) == 1
    assert desk.update(draft, Notes="x").notes == "x"


def _bring_to_issued(desk: Desk) -> str:
    order_id = desk.create(10)
    desk.issue(order_id, {RAW: 1})
    return order_id


def test_delivery_is_overdue_while_goods_of_an_open_order_are_pending(issued: tuple[Desk, str]) -> None:
    desk, order_id = issued
    desk.update(order_id, ExpectedDate="2026-05-10")
    for day, late in (("2026-05-10", False), ("2026-05-11", True)):
        desk.book.on(day)
        assert (
            shown_subcontract_order(desk.book, Lookup(desk.book), desk.order(order_id)).delivery_overdue
            is late
        )
    desk.receive(order_id, 9)
    desk.give_back(order_id, {RAW: 1, POWDER: Decimal("0.198")})
    desk.complete(order_id, Reason="enough")
    assert (
        shown_subcontract_order(desk.book, Lookup(desk.book), desk.order(order_id)).delivery_overdue is False
    )


@pytest.mark.parametrize(
    ("record", "schema"),
    [
        (SubcontractMaterial, "SubcontractMaterial"),
        (Challan, "SubcontractChallan"),
        (ChallanLine, "SubcontractChallanLine"),
        (SubcontractReceipt, "SubcontractReceipt"),
        (MaterialMoved, "SubcontractMaterialMoved"),
        (MaterialReturn, "SubcontractMaterialReturn"),
        (SubcontractCost, "SubcontractCost"),
    ],
)
def test_parts_of_an_order_have_just_the_members_of_their_schemas(record: type[Any], schema: str) -> None:
    declared = bundle(PROJECT / "openapi")["components"]["schemas"][schema]["properties"]
    assert {wire_name(each.name) for each in fields(record)} == set(declared)


def test_what_is_filled_in_at_read_is_in_the_schema() -> None:
    declared = bundle(PROJECT / "openapi")["components"]["schemas"]["SubcontractOrder"]["properties"]
    assert {wire_name(each.name) for each in fields(SubcontractView)} <= set(declared)
