"""Requests that bring about each documented refusal of the BOM operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contract_tests.kit import ENOUGH, HUGE, UNKNOWN, Record, Refusals, Request, Workbench

Reach = Callable[[Workbench], Request]

REFUSALS: Refusals[Workbench] = Refusals()
reaches = REFUSALS.reaches


def line(item: Record, quantity: float = 1, **fields: Any) -> dict[str, Any]:
    """A line to write."""
    return {"ItemRefId": item["id"], "Quantity": quantity, **fields}


def _shares(bench: Workbench) -> list[dict[str, Any]]:
    return [line(bench.item(), CostMethod="CostSharePercent", CostSharePercent=share) for share in (60, 41)]


def _pin_of_an_archived_bom(bench: Workbench) -> list[dict[str, Any]]:
    part = bench.item()
    pinned = bench.bom(ItemRefId=part["id"])
    bench.archive(pinned)
    return [line(part, SubBomRefId=pinned["id"])]


# Fields that no BOM may have, to be sent with a create or with an update.
_CONTENT: dict[tuple[int, str], Callable[[Workbench], Request]] = {
    (400, "invalid_request"): lambda bench: {"OutputQuantity": 0},
    (409, "duplicate_number"): lambda bench: {
        "BomNumber": bench.bom(Version="1")["BomNumber"],
        "Version": "1",
    },
    (422, "unknown_reference"): lambda bench: {"Lines": [{"ItemRefId": UNKNOWN, "Quantity": 1}]},
    (422, "inactive_item"): lambda bench: {"Lines": [line(bench.item(IsActive=False))]},
    (422, "wrong_bom_type"): lambda bench: {"ServiceCostPerUnit": 5},
    (422, "fractional_quantity"): lambda bench: {"Lines": [line(bench.item(Uom="NOS"), 1.5)]},
    (422, "uom_mismatch"): lambda bench: {"Lines": [line(bench.item(Uom="kg"), Uom="L")]},
    (422, "cost_share_exceeds_100"): lambda bench: {"ByProducts": _shares(bench)},
    (422, "date_not_allowed"): lambda bench: {"EffectiveFrom": "2026-06-01", "EffectiveTo": "2026-06-01"},
    (422, "bom_not_active"): lambda bench: {"Lines": _pin_of_an_archived_bom(bench)},
    (422, "explosion_too_large"): lambda bench: {"Lines": [line(bench.item(StandardCost=HUGE), ENOUGH)]},
}
REFUSALS.register_content("Bom", _CONTENT, Workbench.body, Workbench.bom)


def _part_that_needs(bench: Workbench, whole: str) -> Record:
    part = bench.item()
    bench.bom(ItemRefId=part["id"], Status="Active", Lines=[{"ItemRefId": whole, "Quantity": 1}])
    return part


@reaches(("createBom", 422, "bom_cycle"))
def _create_a_cycle(bench: Workbench) -> Request:
    whole = bench.item()["id"]
    return {"json": bench.body(ItemRefId=whole, Lines=[line(_part_that_needs(bench, whole))])}


@reaches(("updateBom", 422, "bom_cycle"))
def _update_to_a_cycle(bench: Workbench) -> Request:
    bom = bench.bom()
    return {"id": bom["id"], "json": {"Lines": [line(_part_that_needs(bench, bom["ItemRefId"]))]}}


@reaches(("restoreBoms", 422, "bom_cycle"))
def _restore_a_cycle(bench: Workbench) -> Request:
    part = bench.item()
    bom = bench.bom(Lines=[line(part)])
    bench.archive(bom)
    bench.bom(ItemRefId=part["id"], Status="Active", Lines=[{"ItemRefId": bom["ItemRefId"], "Quantity": 1}])
    return {"json": {"ids": [bom["id"]]}}


@reaches(("createBom", 409, "active_bom_exists"))
def _create_a_second_active_bom(bench: Workbench) -> Request:
    item = bench.bom(Status="Active")["ItemRefId"]
    return {"json": bench.body(ItemRefId=item, Status="Active")}


@reaches(("updateBom", 409, "active_bom_exists"))
def _activate_a_second_bom(bench: Workbench) -> Request:
    item = bench.bom(Status="Active")["ItemRefId"]
    return {"id": bench.bom(ItemRefId=item)["id"], "json": {"Status": "Active"}}


@reaches(("createBom", 409, "idempotency_conflict"))
def _use_a_key_twice(bench: Workbench) -> Request:
    headers = {"Idempotency-Key": bench.label("KEY")}
    bench.keep(bench.client.call("createBom", expect=201, json=bench.body(), headers=headers).json())
    return {"json": bench.body(), "headers": headers}


def _pinned(bench: Workbench) -> Record:
    part = bench.item()
    pinned = bench.bom(ItemRefId=part["id"])
    bench.bom(Lines=[line(part, SubBomRefId=pinned["id"])])
    return pinned


@reaches(("archiveBoms", 409, "in_use"))
def _archive_a_pinned_bom(bench: Workbench) -> Request:
    return {"json": {"ids": [bench.bom()["id"], _pinned(bench)["id"]]}}


@reaches(("updateBom", 409, "in_use"))
def _make_another_item_by_a_pinned_bom(bench: Workbench) -> Request:
    return {"id": _pinned(bench)["id"], "json": {"ItemRefId": bench.item()["id"]}}


@reaches(("archiveBoms", 422, "explosion_too_large"))
def _archive_what_keeps_costs_small(bench: Workbench) -> Request:
    part = bench.item(StandardCost=HUGE)
    cheap = bench.bom(ItemRefId=part["id"], Status="Active")
    bench.bom(Lines=[line(part, ENOUGH)])
    return {"json": {"ids": [bench.bom()["id"], cheap["id"]]}}


def _archived_pair(bench: Workbench, part: Record, quantity: float = 1) -> Request:
    other, bom = bench.bom(), bench.bom(Lines=[line(part, quantity)])
    bench.archive(bom, other)
    return {"json": {"ids": [other["id"], bom["id"]]}}


@reaches(("restoreBoms", 422, "inactive_item"))
def _restore_with_an_inactive_item(bench: Workbench) -> Request:
    part = bench.item(StandardCost=1)
    request = _archived_pair(bench, part)
    bench.change_item(part, IsActive=False)
    return request


@reaches(("restoreBoms", 422, "explosion_too_large"))
def _restore_what_has_become_too_dear(bench: Workbench) -> Request:
    part = bench.item(StandardCost=1)
    request = _archived_pair(bench, part, ENOUGH)
    bench.change_item(part, StandardCost=HUGE)
    return request


@reaches(("restoreBoms", 422, "bom_not_active"))
def _restore_without_what_is_pinned(bench: Workbench) -> Request:
    part = bench.item()
    pinned = bench.bom(ItemRefId=part["id"])
    user = bench.bom(Lines=[line(part, SubBomRefId=pinned["id"])])
    bench.archive(pinned, user)
    return {"json": {"ids": [user["id"]]}}


@reaches(("updateBom", 409, "invalid_state_transition"))
def _update_an_archived_bom(bench: Workbench) -> Request:
    bom = bench.bom()
    bench.archive(bom)
    return {"id": bom["id"], "json": {"Notes": "changed"}}


@reaches(("updateBom", 412, "precondition_failed"))
def _update_an_older_revision(bench: Workbench) -> Request:
    bom = bench.bom()
    bench.update(bom, Notes="newer")
    return {"id": bom["id"], "json": {"Notes": "older"}, "headers": {"If-Match": f'"{bom["Revision"]}"'}}


@reaches(("getBomMaterialRequirements", 422, "fractional_quantity"))
def _require_half_a_unit(bench: Workbench) -> Request:
    bom = bench.bom(ItemRefId=bench.item(Uom="NOS")["id"])
    return {"id": bom["id"], "query": {"plannedQty": "0.5"}}


@reaches(("getBomMaterialRequirements", 422, "explosion_too_large"))
def _require_more_than_any_bound(bench: Workbench) -> Request:
    bom = bench.bom(Lines=[line(bench.item(StandardCost=0), HUGE)])
    return {"id": bom["id"], "query": {"plannedQty": str(HUGE)}}


def _records() -> Iterator[tuple[str, str, Request]]:
    yield "getBom", "id", {}
    yield "updateBom", "id", {"json": {}}
    yield "getBomMaterialRequirements", "id", {"query": {"plannedQty": 1}}
    yield "getActiveBom", "itemId", {}
    yield "listBomsUsingItem", "itemId", {}


def _register_records() -> None:
    def reach(request: Request) -> Reach:
        return lambda bench: request

    for operation_id, name, request in _records():
        REFUSALS[operation_id, 404, "not_found"] = reach({**request, name: UNKNOWN})
        REFUSALS.setdefault((operation_id, 400, "invalid_request"), reach({**request, name: "no-uuid"}))
    for operation_id in ("archiveBoms", "restoreBoms"):
        REFUSALS[operation_id, 400, "invalid_request"] = reach({"json": {"ids": []}})
    for operation_id in ("listBoms", "getBomCostAnalysis", "getBomComponentUsage"):
        REFUSALS[operation_id, 400, "invalid_request"] = reach({"query": {"limit": 0}})


_register_records()
