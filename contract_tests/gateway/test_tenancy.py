"""Nothing of one tenant is seen, named, counted or changed by another (INV-G1)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.kit import UNKNOWN, Client, Fixtures, Record, Tenant, snapshot
from contract_tests.records import line

_LISTS = ("listItem", "listVendor", "listBoms", "getBomCostAnalysis")


@pytest.fixture
def others(client: Client, tenants: list[Tenant]) -> list[Client]:
    """The other tenants' callers."""
    assert len(tenants) >= 2
    return [client.at(tenant) for tenant in tenants[1:]]


def ids_of(client: Client) -> set[str]:
    """The ids of all that a tenant can list."""
    archived = client.every("listBoms", {"isArchived": "true"})
    return {r["id"] for r in [*archived, *(row for name in _LISTS for row in client.every(name))]}


def test_no_id_is_in_two_tenants_lists(client: Client, others: list[Client]) -> None:
    seen = ids_of(client)
    for other in others:
        found = ids_of(other)
        assert not found & seen
        seen |= found


@pytest.mark.parametrize(
    "operation_id, name",
    [
        ("getItem", "id"),
        ("getVendor", "id"),
        ("getBom", "id"),
        ("getActiveBom", "itemId"),
        ("listBomsUsingItem", "itemId"),
    ],
)
def test_a_foreign_record_is_404_like_an_unknown_one(
    client: Client, others: list[Client], operation_id: str, name: str
) -> None:
    lists = {"getItem": "listItem", "getVendor": "listVendor", "getBom": "listBoms"}
    nothing: dict[str, Any] = {name: UNKNOWN}
    unknown = client.call(operation_id, expect=404, **nothing)
    for other in others:
        for record in other.every(lists.get(operation_id, "listItem"))[:3]:
            named: dict[str, Any] = {name: record["id"]}
            foreign = client.call(operation_id, expect=404, **named)
            assert foreign.json().keys() == unknown.json().keys()
            assert foreign.json()["error"] == "not_found"
            assert not [text for text in told(record) if text in foreign.text]


def told(record: Record) -> list[str]:
    """Texts that give a record away."""
    names = ("ItemCode", "Name", "DisplayName", "BomNumber", "ItemName")
    return [record[name] for name in names if isinstance(record.get(name), str) and len(record[name]) > 4]


def test_a_foreign_bom_cannot_be_changed_or_exploded(client: Client, others: list[Client]) -> None:
    for other in others:
        before = snapshot(other)
        for record in other.every("listBoms")[:3]:
            client.refusal("updateBom", 404, "not_found", id=record["id"], json={"Notes": "mine"})
            client.refusal(
                "getBomMaterialRequirements", 404, "not_found", id=record["id"], query={"plannedQty": 1}
            )
            for operation_id in ("archiveBoms", "restoreBoms"):
                answer = client.call(operation_id, expect=200, json={"ids": [record["id"]]})
                assert answer.json() == {"ok": True, "modified": 0}
        assert snapshot(other) == before


def test_foreign_references_are_unknown(fixtures: Fixtures, others: list[Client]) -> None:
    own = fixtures.item()
    for other in others:
        items, boms = other.every("listItem"), other.every("listBoms")
        foreign = items[0]
        pinned = boms[0] if boms else None
        bodies = [
            fixtures.body(ItemRefId=foreign["id"]),
            fixtures.body(Lines=[line(foreign)]),
            fixtures.body(ByProducts=[line(foreign)]),
            *([fixtures.body(Lines=[line(own, SubBomRefId=pinned["id"])])] if pinned else []),
        ]
        for body in bodies:
            refusal = fixtures.client.refusal("createBom", 422, "unknown_reference", json=body)
            assert not [text for text in told(foreign) if text in json.dumps(refusal)]


def test_filters_by_foreign_records_find_nothing(client: Client, others: list[Client]) -> None:
    for other in others:
        for item in other.every("listItem")[:3]:
            assert client.every("listBoms", {"itemRefId": item["id"]}) == []


def test_writes_are_seen_by_their_own_tenant_alone(fixtures: Fixtures, others: list[Client]) -> None:
    before = [snapshot(other) for other in others]
    bom = fixtures.bom(Status="Active")
    fixtures.update(bom, Notes="changed")
    fixtures.webhook()
    fixtures.archive(bom)
    assert [snapshot(other) for other in others] == before


def test_the_same_numbers_and_references_live_side_by_side(fixtures: Fixtures, others: list[Client]) -> None:
    number, reference = fixtures.label("NUMBER"), fixtures.label("REF")
    fixtures.bom(BomNumber=number, ExternalReference=reference)
    for other in others:
        own = Fixtures(other, fixtures.control, "SIDE")
        made = own.bom(BomNumber=number, ExternalReference=reference)
        assert (made["BomNumber"], made["ExternalReference"]) == (number, reference)
        own.clear()


def test_a_foreign_subscription_counts_nothing(fixtures: Fixtures, others: list[Client]) -> None:
    webhook = fixtures.webhook()
    for other in others:
        shown = other.call("listWebhookSubscriptions", expect=200).json()["subscriptions"]
        assert webhook["id"] not in [row["_id"] for row in shown]
        assert other.call("deleteWebhookSubscription", id=webhook["id"]).json() == {"ok": True, "modified": 0}
    own = fixtures.client.call("listWebhookSubscriptions", expect=200).json()["subscriptions"]
    assert webhook["id"] in [row["_id"] for row in own]


def test_reports_count_own_boms_alone(fixtures: Fixtures, others: list[Client]) -> None:
    usage = [other.every("getBomComponentUsage") for other in others]
    fixtures.bom(Status="Active")
    assert [other.every("getBomComponentUsage") for other in others] == usage
    own = {row["ItemRefId"] for row in fixtures.client.every("getBomComponentUsage")}
    for rows in usage:
        assert not own & {row["ItemRefId"] for row in rows}
