"""Requests that bring about each documented refusal of the BOM operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contract_tests.kit import ENOUGH, HUGE, UNKNOWN, Fixtures, Record, Refusals, Request

Reach = Callable[[Fixtures], Request]

REFUSALS: Refusals[Fixtures] = Refusals()
reaches = REFUSALS.reaches


def line(item: Record, quantity: float = 1, **fields: Any) -> dict[str, Any]:
    """A line to write."""
    return {"ItemRefId": item["id"], "Quantity": quantity, **fields}


def _shares(fixtures: Fixtures) -> list[dict[str, Any]]:
    return [
        line(fixtures.item(), CostMethod="CostSharePercent", CostSharePercent=share) for share in (60, 41)
    ]


def _makes(item: Record, by_product: dict[str, Any]) -> Request:
    return {"ItemRefId": item["id"], "ByProducts": [by_product]}


def _pin_of_an_archived_bom(fixtures: Fixtures) -> list[dict[str, Any]]:
    part = fixtures.item()
    pinned = fixtures.bom(ItemRefId=part["id"])
    fixtures.archive(pinned)
    return [line(part, SubBomRefId=pinned["id"])]


# Fields that no BOM may have, to be sent with a create or with an update.
_CONTENT: dict[tuple[int, str], Callable[[Fixtures], Request]] = {
    (400, "invalid_request"): lambda fixtures: {"OutputQuantity": 0},
    (409, "duplicate_number"): lambda fixtures: {
        "BomNumber": fixtures.bom(Version="1")["BomNumber"],
        "Version": "1",
    },
    (422, "unknown_reference"): lambda fixtures: {"Lines": [{"ItemRefId": UNKNOWN, "Quantity": 1}]},
    (422, "inactive_item"): lambda fixtures: {"Lines": [line(fixtures.item(IsActive=False))]},
    (422, "wrong_bom_type"): lambda fixtures: {"ServiceCostPerUnit": 5},
    (422, "fractional_quantity"): lambda fixtures: {"Lines": [line(fixtures.item(Uom="NOS"), 1.5)]},
    (422, "uom_mismatch"): lambda fixtures: {"Lines": [line(fixtures.item(Uom="kg"), Uom="L")]},
    (422, "cost_share_exceeds_100"): lambda fixtures: {"ByProducts": _shares(fixtures)},
    (422, "output_repeated"): lambda fixtures: _makes(item := fixtures.item(), line(item)),
    (422, "sales_price_required"): lambda fixtures: _makes(
        fixtures.item(SellingPrice=None), line(fixtures.item(), CostMethod="SalesValue", SalesPrice=2)
    ),
    (422, "date_not_allowed"): lambda fixtures: {"EffectiveFrom": "2026-06-01", "EffectiveTo": "2026-06-01"},
    (422, "bom_not_active"): lambda fixtures: {"Lines": _pin_of_an_archived_bom(fixtures)},
    (422, "explosion_too_large"): lambda fixtures: {
        "Lines": [line(fixtures.item(StandardCost=HUGE), ENOUGH)]
    },
}
REFUSALS.register_content("Bom", _CONTENT, Fixtures.body, Fixtures.bom)


def _part_that_needs(fixtures: Fixtures, whole: str) -> Record:
    part = fixtures.item()
    fixtures.bom(ItemRefId=part["id"], Status="Active", Lines=[{"ItemRefId": whole, "Quantity": 1}])
    return part


@reaches(("createBom", 422, "bom_cycle"))
def _create_a_cycle(fixtures: Fixtures) -> Request:
    whole = fixtures.item()["id"]
    return {"json": fixtures.body(ItemRefId=whole, Lines=[line(_part_that_needs(fixtures, whole))])}


@reaches(("updateBom", 422, "bom_cycle"))
def _update_to_a_cycle(fixtures: Fixtures) -> Request:
    bom = fixtures.bom()
    return {"id": bom["id"], "json": {"Lines": [line(_part_that_needs(fixtures, bom["ItemRefId"]))]}}


@reaches(("restoreBoms", 422, "bom_cycle"))
def _restore_a_cycle(fixtures: Fixtures) -> Request:
    part = fixtures.item()
    bom = fixtures.bom(Lines=[line(part)])
    fixtures.archive(bom)
    fixtures.bom(
        ItemRefId=part["id"], Status="Active", Lines=[{"ItemRefId": bom["ItemRefId"], "Quantity": 1}]
    )
    return {"json": {"ids": [bom["id"]]}}


@reaches(("createBom", 409, "active_bom_exists"))
def _create_a_second_active_bom(fixtures: Fixtures) -> Request:
    item = fixtures.bom(Status="Active")["ItemRefId"]
    return {"json": fixtures.body(ItemRefId=item, Status="Active")}


@reaches(("updateBom", 409, "active_bom_exists"))
def _activate_a_second_bom(fixtures: Fixtures) -> Request:
    item = fixtures.bom(Status="Active")["ItemRefId"]
    return {"id": fixtures.bom(ItemRefId=item)["id"], "json": {"Status": "Active"}}


@reaches(("createBom", 409, "idempotency_conflict"))
def _use_a_key_twice(fixtures: Fixtures) -> Request:
    headers = {"Idempotency-Key": fixtures.label("KEY")}
    fixtures.keep(fixtures.client.call("createBom", expect=201, json=fixtures.body(), headers=headers).json())
    return {"json": fixtures.body(), "headers": headers}


def _pinned(fixtures: Fixtures) -> Record:
    part = fixtures.item()
    pinned = fixtures.bom(ItemRefId=part["id"])
    fixtures.bom(Lines=[line(part, SubBomRefId=pinned["id"])])
    return pinned


@reaches(("archiveBoms", 409, "in_use"))
def _archive_a_pinned_bom(fixtures: Fixtures) -> Request:
    return {"json": {"ids": [fixtures.bom()["id"], _pinned(fixtures)["id"]]}}


@reaches(("updateBom", 409, "in_use"))
def _make_another_item_by_a_pinned_bom(fixtures: Fixtures) -> Request:
    return {"id": _pinned(fixtures)["id"], "json": {"ItemRefId": fixtures.item()["id"]}}


@reaches(("archiveBoms", 422, "explosion_too_large"))
def _archive_what_keeps_costs_small(fixtures: Fixtures) -> Request:
    part = fixtures.item(StandardCost=HUGE)
    cheap = fixtures.bom(ItemRefId=part["id"], Status="Active")
    fixtures.bom(Lines=[line(part, ENOUGH)])
    return {"json": {"ids": [fixtures.bom()["id"], cheap["id"]]}}


def _archived_pair(fixtures: Fixtures, part: Record, quantity: float = 1) -> Request:
    other, bom = fixtures.bom(), fixtures.bom(Lines=[line(part, quantity)])
    fixtures.archive(bom, other)
    return {"json": {"ids": [other["id"], bom["id"]]}}


@reaches(("restoreBoms", 422, "inactive_item"))
def _restore_with_an_inactive_item(fixtures: Fixtures) -> Request:
    part = fixtures.item(StandardCost=1)
    request = _archived_pair(fixtures, part)
    fixtures.change_item(part, IsActive=False)
    return request


@reaches(("restoreBoms", 422, "explosion_too_large"))
def _restore_what_has_become_too_dear(fixtures: Fixtures) -> Request:
    part = fixtures.item(StandardCost=1)
    request = _archived_pair(fixtures, part, ENOUGH)
    fixtures.change_item(part, StandardCost=HUGE)
    return request


@reaches(("restoreBoms", 422, "bom_not_active"))
def _restore_without_what_is_pinned(fixtures: Fixtures) -> Request:
    part = fixtures.item()
    pinned = fixtures.bom(ItemRefId=part["id"])
    user = fixtures.bom(Lines=[line(part, SubBomRefId=pinned["id"])])
    fixtures.archive(pinned, user)
    return {"json": {"ids": [user["id"]]}}


@reaches(("updateBom", 409, "invalid_state_transition"))
def _update_an_archived_bom(fixtures: Fixtures) -> Request:
    bom = fixtures.bom()
    fixtures.archive(bom)
    return {"id": bom["id"], "json": {"Notes": "changed"}}


@reaches(("updateBom", 412, "precondition_failed"))
def _update_an_older_revision(fixtures: Fixtures) -> Request:
    bom = fixtures.bom()
    fixtures.update(bom, Notes="newer")
    return {"id": bom["id"], "json": {"Notes": "older"}, "headers": {"If-Match": f'"{bom["Revision"]}"'}}


@reaches(("getBomMaterialRequirements", 422, "fractional_quantity"))
def _require_half_a_unit(fixtures: Fixtures) -> Request:
    bom = fixtures.bom(ItemRefId=fixtures.item(Uom="NOS")["id"])
    return {"id": bom["id"], "query": {"plannedQty": "0.5"}}


@reaches(("getBomMaterialRequirements", 422, "explosion_too_large"))
def _require_more_than_any_bound(fixtures: Fixtures) -> Request:
    bom = fixtures.bom(Lines=[line(fixtures.item(StandardCost=0), HUGE)])
    return {"id": bom["id"], "query": {"plannedQty": str(HUGE)}}


def _records() -> Iterator[tuple[str, str, Request]]:
    yield "getBom", "id", {}
    yield "updateBom", "id", {"json": {}}
    yield "getBomMaterialRequirements", "id", {"query": {"plannedQty": 1}}
    yield "getActiveBom", "itemId", {}
    yield "listBomsUsingItem", "itemId", {}


def _register_records() -> None:
    def reach(request: Request) -> Reach:
        return lambda fixtures: request

    for operation_id, name, request in _records():
        REFUSALS[operation_id, 404, "not_found"] = reach({**request, name: UNKNOWN})
        REFUSALS.setdefault((operation_id, 400, "invalid_request"), reach({**request, name: "no-uuid"}))
    for operation_id in ("archiveBoms", "restoreBoms"):
        REFUSALS[operation_id, 400, "invalid_request"] = reach({"json": {"ids": []}})
    for operation_id in ("listBoms", "getBomCostAnalysis", "getBomComponentUsage"):
        REFUSALS[operation_id, 400, "invalid_request"] = reach({"query": {"limit": 0}})


_register_records()
