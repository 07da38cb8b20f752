"""Every documented 4xx of recipes, work orders, inspections, job work and reports is reached, by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contract_tests import webhooks
from contract_tests.factory import Record, plain
from contract_tests.kit import Case, Client, Contract, Request, documented
from contract_tests.records import bom_refusals
from contract_tests.shop_floor.floor import Floor, line, moved
from contract_tests.shop_floor.registers import READY, REFUSALS

TAGS = {"Recipes", "Work orders", "Quality inspections", "Subcontract orders", "Manufacturing reports"}
_BY_THE_TESTS_OF_KEYS: Case = ("createWebhookSubscription", 409, "idempotency_conflict")
# How a record of each resource is read, and all of them.
_READS = {
    "WorkOrder": ("getWorkOrder", "listWorkOrders"),
    "Subcontract": ("getSubcontractOrder", "listSubcontractOrders"),
    "Inspection": ("getQualityInspection", "listQualityInspections"),
    "Recipe": ("getRecipe", "listRecipes"),
}


def _view(floor: Floor, operation: str, request: Request) -> list[Any]:
    """The stock, the records that a request names, and all of the kind that it would create."""
    seen: list[Any] = [floor.api.every("listItem", {"search": floor.prefix}), len(floor.api.movements())]
    for word, (get, lists) in _READS.items():
        if word not in operation or operation.startswith(("get", "list")):
            continue
        named = [request["id"]] if "id" in request else (request.get("json") or {}).get("ids", [])
        seen += [floor.send(get, id=each).raw for each in named]
        if operation.startswith("create"):
            seen += [floor.api.every(lists, {"isArchived": archived}) for archived in ("false", "true")]
    return seen


def _refuse(strict: Client, case: Case, request: Request) -> Record:
    return strict.refusal(*case, **{**request, "json": plain(request.get("json"))})


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: "-".join(map(str, case)))
def test_a_documented_refusal_is_reached_and_changes_nothing(
    floor: Floor, strict: Client, case: Case
) -> None:
    operation, status, code = case
    request = REFUSALS[case](floor)
    kept = dict(request)
    before = _view(floor, operation, kept)
    told = _refuse(strict, case, request)
    assert _view(floor, operation, kept) == before
    if code == "invalid_request":
        assert told["details"] and all(each["message"] for each in told["details"]), told
    if code == "invalid_state_transition":
        assert told["action"] not in told["allowed"], told
        states = _states(floor, operation, kept)
        assert told["from"] in states, f"{told} of {states}"
    if status == 422 and operation.startswith(("create", "update")) and code != "explosion_too_large":
        assert told["pointer"].startswith("/"), told
    if "shortages" in told:
        _check_shortages(told["shortages"])
    assert ("shortages" in told) is (code.startswith("insufficient_")), told


def _states(floor: Floor, operation: str, request: Request) -> set[str]:
    """The states of what a request names, "Archived" for what is archived; an inspection names its order."""
    body = request.get("json") or {}
    word = next(word for word in _READS if word in operation)
    named = [
        (_READS[word][0], each) for each in ([request["id"]] if "id" in request else body.get("ids", []))
    ]
    if operation == "createQualityInspection":
        named = [("getWorkOrder", body["WorkOrderRefId"])]
    records = [floor.do(get, id=each) for get, each in named]
    return {"Archived" if each["IsArchived"] else each["Status"] for each in records}


def _check_shortages(shortages: list[Record]) -> None:
    assert shortages
    for each in shortages:
        required, available, short = (Decimal(str(each[n])) for n in ("Required", "Available", "Short"))
        assert required - available == short > 0, each
        assert each["Shortfall"] == each["Short"], each
        assert each["ItemCode"] and each["ItemRefId"]


def test_a_release_lists_every_item_that_is_short_and_no_other(floor: Floor, strict: Client) -> None:
    few, none, enough = floor.stocked(9), floor.item(), floor.stocked(10)
    bom = floor.bom([line(few), line(none, 2), line(enough)])
    order = floor.order(ItemRefId=bom["ItemRefId"])
    told = strict.refusal("releaseWorkOrder", 409, "insufficient_stock", id=order["id"])
    assert {each["ItemRefId"]: (each["Required"], each["Available"]) for each in told["shortages"]} == {
        few: (10, 9),
        none: (20, 0),
    }


def test_a_receipt_lists_every_material_that_is_short_at_the_subcontractor(
    floor: Floor, strict: Client
) -> None:
    first, second = floor.stocked(), floor.stocked()
    order = floor.job(ItemRefId=floor.job_bom([line(first), line(second, 2)])["ItemRefId"])
    sent = [moved(first, 3), moved(second, 20)]
    floor.do("issueSubcontractMaterials", {"Materials": sent}, id=order["id"])
    told = strict.refusal(
        "receiveSubcontractGoods",
        409,
        "insufficient_material_at_subcontractor",
        id=order["id"],
        json={"AcceptedQuantity": 5},
    )
    [short] = told["shortages"]
    assert (short["ItemRefId"], short["Required"], short["Available"], short["Short"]) == (first, 5, 3, 2)


def test_every_documented_refusal_of_the_shop_floor_has_its_request(contract: Contract) -> None:
    listed = {
        (operation.id, status, code)
        for operation in contract.operations.values()
        if TAGS & set(operation.spec["tags"])
        for status, code in documented(contract, operation)
    }
    assert set(REFUSALS) - listed == set(), "no longer documented"
    assert listed - set(REFUSALS) == set(), "not reached"


def test_no_operation_lists_a_conflict_or_a_broken_rule_that_nothing_reaches(contract: Contract) -> None:
    reached = {*REFUSALS, *bom_refusals.REFUSALS, *webhooks.REFUSALS, _BY_THE_TESTS_OF_KEYS}
    listed = {
        (operation.id, status, code)
        for operation in contract.operations.values()
        if operation.is_built
        for status in {409, 412, 422} & operation.statuses
        for code in contract.codes_of(operation.id, status)
    }
    assert listed - reached == set()


def test_every_operation_has_a_request_that_succeeds(contract: Contract) -> None:
    assert set(READY) == {op.id for op in contract.operations.values() if TAGS & set(op.spec["tags"])}


@pytest.mark.parametrize("operation_id", READY)
def test_what_should_succeed_does(floor: Floor, strict: Client, operation_id: str) -> None:
    request = READY[operation_id](floor)
    answer = strict.call(operation_id, **{**request, "json": plain(request.get("json"))})
    assert answer.status_code in (200, 201), answer.text
