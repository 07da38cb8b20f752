"""A record that is named is taken as it is: what is missing is walked, what is not possible is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.triggers.hand import Hand

_RELEASE, _COMPLETE = "POST /work-orders/…/release", "POST /work-orders/…/complete"
_ISSUE, _RECEIVE = (f"POST /subcontract-orders/…/{action}" for action in ("issue-materials", "receive-goods"))
_INSPECTION = [
    "POST /quality-inspections",
    "PUT /quality-inspections/…",
    "POST /quality-inspections/…/complete",
]


def _alike(hand: Hand, *arguments: str) -> list[str]:
    """The steps, which are those of the dry run."""
    dry, done = hand.trigger(*arguments, "--dry-run"), hand.trigger(*arguments)
    assert (done.code, done.sentence) == (0, "")
    assert dry.steps == done.steps
    return done.steps


def test_only_what_is_short_is_brought_in(hand: Hand) -> None:
    order = hand.order(hand.bom("SHORT", hand.stocked("SHORT-PART", 7)))
    done = hand.trigger("work_order.completed", "--for", order["WorkOrderNumber"].lower())
    number = order["WorkOrderNumber"]
    assert done.lines[:-1] == [
        "POST /stock-adjustments → SHORT-PART +3",
        f"{_RELEASE} → {number} InProgress",
        f"{_COMPLETE} → {number} Completed",
    ]


def test_an_order_in_progress_is_not_released_again(hand: Hand) -> None:
    order = hand.order(hand.bom("GOING", hand.stocked("GOING-PART", 10)))
    assert _alike(hand, "work_order.released", "--for", order["id"]) == [_RELEASE]
    assert _alike(hand, "work_order.completed", "--for", order["id"]) == [_COMPLETE]


def test_an_order_that_needs_an_inspection_gets_one_that_passes(hand: Hand) -> None:
    order = hand.order(hand.bom("CHECKED", hand.stocked("CHECKED-PART", 10)), InspectionRequired=True)
    steps = _alike(hand, "work_order.completed", "--for", order["id"])
    assert steps == [_RELEASE, *_INSPECTION, _COMPLETE]


def test_an_inspection_that_is_open_is_the_one_that_is_completed(hand: Hand) -> None:
    order = hand.order(hand.bom("OPENED", hand.stocked("OPENED-PART", 10)), InspectionRequired=True)
    assert _alike(hand, "quality_inspection.created", "--for", order["id"]) == _INSPECTION[:1]
    steps = _alike(hand, "work_order.completed", "--for", order["id"])
    assert steps == [_RELEASE, *_INSPECTION[1:], _COMPLETE]


def test_every_kind_of_criterion_is_read(hand: Hand) -> None:
    order = hand.order(hand.bom("READ", hand.stocked("READ-PART")))
    criteria = [
        {"Name": "Weight", "Type": "Numeric", "MinValue": 0.000001},
        {"Name": "Width", "Type": "Numeric", "MaxValue": 7},
        {"Name": "Looks", "Type": "PassFail"},
        {"Name": "Colour", "Type": "Choice", "ExpectedText": "Red", "Choices": ["Red", "Blue"]},
        {"Name": "Smell", "Type": "PassFail", "IsMandatory": False},
    ]
    body = {"Type": "Final", "WorkOrderRefId": order["id"], "LotQuantity": 5, "SampleSize": 2}
    made = hand.call("POST", "/quality-inspections", {**body, "Criteria": criteria})
    steps = _alike(hand, "quality_inspection.completed", "--for", made["InspectionNumber"])
    assert steps == _INSPECTION[1:]
    after = hand.call("GET", f"/quality-inspections/{made['id']}")
    assert (after["Result"], after["AcceptedQuantity"], len(after["Readings"])) == ("Passed", 5, 8)


def test_job_work_is_inspected_and_what_is_left_comes_back(hand: Hand) -> None:
    part = hand.stocked("JOB-PART", 9)
    bom = hand.bom("JOB", part, Type="Subcontract", ServiceCostPerUnit=5)
    order = hand.job(bom, InspectionRequired=True)["id"]
    name = ("--for", order)
    assert hand.trigger("quality_inspection.created", *name).code == 0
    assert _alike(hand, "subcontract_order.materials_issued", *name) == ["POST /stock-adjustments", _ISSUE]
    steps = _alike(hand, "subcontract_order.goods_received", *name, "--set", "AcceptedQuantity=2")
    assert steps == [*_INSPECTION[1:], _RECEIVE]
    assert _alike(hand, "subcontract_order.goods_received", *name) == [_RECEIVE]
    assert _alike(hand, "subcontract_order.completed", *name) == ["POST /subcontract-orders/…/complete"]


def test_materials_that_are_left_are_returned_before_job_work_is_completed(hand: Hand) -> None:
    part = hand.stocked("LEFT-PART", 10)
    order = hand.job(hand.bom("LEFT", part, Type="Subcontract", ServiceCostPerUnit=5))["id"]
    assert hand.trigger("subcontract_order.materials_issued", "--for", order).code == 0
    used = [{"ItemRefId": part, "Quantity": 8}]
    hand.call(
        "POST", f"/subcontract-orders/{order}/receive-goods", {"AcceptedQuantity": 5, "Materials": used}
    )
    actions = ("return-materials", "complete")
    assert _alike(hand, "subcontract_order.completed", "--for", order) == [
        f"POST /subcontract-orders/…/{action}" for action in actions
    ]


def test_job_work_ends_short_where_a_reason_says_so(hand: Hand) -> None:
    part = hand.stocked("ENDED-PART", 10)
    order = hand.job(hand.bom("ENDED", part, Type="Subcontract", ServiceCostPerUnit=5))["id"]
    name = ("--for", order)
    assert hand.trigger("subcontract_order.goods_received", *name, "--set", "AcceptedQuantity=2").code == 0
    steps = _alike(hand, "subcontract_order.completed", *name, "--set", "Reason=The season is over")
    assert steps == ["POST /subcontract-orders/…/return-materials", "POST /subcontract-orders/…/complete"]


def test_materials_that_went_out_in_part_go_out_before_the_rest_is_received(hand: Hand) -> None:
    part = hand.stocked("PART-OUT-PART", 10)
    order = hand.job(hand.bom("PART-OUT", part, Type="Subcontract", ServiceCostPerUnit=5))["id"]
    some = json.dumps([{"ItemRefId": part, "Quantity": 4}])
    assert (
        hand.trigger("subcontract_order.materials_issued", "--for", order, "--set", f"Materials={some}").code
        == 0
    )
    assert _alike(hand, "subcontract_order.goods_received", "--for", order) == [_ISSUE, _RECEIVE]


def test_a_bom_is_taken_out_of_the_archive_to_be_archived(hand: Hand) -> None:
    bom = hand.bom("SHELVED", hand.stocked("SHELVED-PART"))
    archive, restore = "DELETE /boms", "PUT /boms/restore"
    name = ("--for", bom["BomNumber"])
    assert _alike(hand, "bom.archived", *name) == [archive]
    assert _alike(hand, "bom.archived", *name) == [restore, archive]
    assert _alike(hand, "bom.restored", *name) == [restore]
    assert _alike(hand, "bom.restored", *name) == [archive, restore]
    item = hand.call("GET", f"/item/{bom['ItemRefId']}")["ItemCode"]
    assert _alike(hand, "bom.created", "--for", item)[-1:] == ["POST /boms"]


@pytest.mark.parametrize(
    ("topic", "name", "sentence"),
    [
        (
            "work_order.completed",
            "WO-0010",
            f"{_RELEASE}: 422 WO-0010 is made from BOM-0003 version 1, which is",
        ),
        (
            "work_order.completed",
            "WO-0005",
            f"{_COMPLETE}: 409 WO-0005 is Completed: it cannot be completed.",
        ),
        ("work_order.cancelled", "WO-0008", "POST /work-orders/…/cancel: 409 WO-0008 is Cancelled"),
        ("subcontract_order.goods_received", "SC-0005", f"{_RECEIVE}: 409 SC-0005 is Cancelled"),
        ("quality_inspection.created", "WO-0005", "POST /quality-inspections: 409 WO-0005 is Completed"),
        ("quality_inspection.created", "WO-9999", "There is no work order and no subcontract order WO-9999."),
        ("bom.updated", "BOM-9999", "There is no BOM BOM-9999."),
        ("bom.updated", "00000000-0000-7000-8000-000000000000", "There is no BOM 00000000-"),
    ],
)
def test_what_is_not_possible_is_said_and_writes_nothing(
    hand: Hand, topic: str, name: str, sentence: str
) -> None:
    before = hand.state()
    done = hand.trigger(topic, "--for", name)
    assert (done.code, done.lines) == (1, [])
    assert done.sentence.startswith(sentence)
    assert hand.state() == before


@pytest.mark.parametrize(
    ("topic", "name", "sentence"),
    [
        ("work_order.completed", "WO-0005", f"{_COMPLETE}: not possible, WO-0005 is Completed."),
        (
            "subcontract_order.completed",
            "SC-0005",
            "POST /subcontract-orders/…/complete: not possible, SC-0005",
        ),
        ("quality_inspection.completed", "QI-0004", f"{_INSPECTION[2]}: not possible, QI-0004 is Archived."),
    ],
)
def test_a_dry_run_knows_the_states_too(hand: Hand, topic: str, name: str, sentence: str) -> None:
    done = hand.trigger(topic, "--for", name, "--dry-run")
    assert (done.code, done.lines) == (1, [])
    assert done.sentence.startswith(sentence)


def test_a_number_of_several_versions_means_the_active_one(hand: Hand) -> None:
    part = hand.stocked("VERSION-PART")
    bom = hand.bom("VERSION", part)
    lines = [{"ItemRefId": part, "Quantity": 3}]
    body: dict[str, Any] = {"Name": "Next", "ItemRefId": bom["ItemRefId"], "Lines": lines}
    hand.call("POST", "/boms", {**body, "BomNumber": bom["BomNumber"], "Version": "2"})
    assert hand.trigger("bom.updated", "--for", bom["BomNumber"]).code == 0
    assert hand.call("GET", f"/boms/{bom['id']}")["Revision"] == bom["Revision"] + 1
    hand.call("PUT", f"/boms/{bom['id']}", {"Status": "Draft"})
    done = hand.trigger("bom.updated", "--for", bom["BomNumber"])
    assert done.sentence.startswith(f"{bom['BomNumber']} names 2 records; name one by its id: ")
