"""Filters: exactly the records that they describe, no more and no fewer (INV-G3)."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.kit import Client, Fixtures, Record


@pytest.fixture
def boms(fixtures: Fixtures) -> list[Record]:
    """BOMs of every kind, and all others that the target has."""
    fixtures.bom(Status="Active")
    fixtures.bom(Type="Phantom", ExternalReference=fixtures.label("REF"))
    fixtures.bom(Type="Subcontract", Notes="to look for")
    archived = [fixtures.bom(), fixtures.bom(Status="Active")]
    fixtures.archive(*archived)
    return everything(fixtures.client, "listBoms")


def everything(client: Client, operation_id: str) -> list[Record]:
    """All records, archived ones too."""
    return client.every(operation_id) + client.every(operation_id, {"isArchived": "true"})


def agree(client: Client, operation_id: str, query: dict[str, Any], expected: list[Record]) -> None:
    """Holds that a filter finds these records."""
    found = {record["id"] for record in client.every(operation_id, query)}
    assert found == {record["id"] for record in expected}, query


@pytest.mark.parametrize("status", ["Draft", "Active", "Archived"])
def test_boms_by_status(client: Client, boms: list[Record], status: str) -> None:
    agree(client, "listBoms", {"status": status}, [bom for bom in boms if bom["Status"] == status])


@pytest.mark.parametrize("kind", ["Manufacture", "Phantom", "Subcontract"])
def test_boms_by_type(client: Client, boms: list[Record], kind: str) -> None:
    agree(
        client,
        "listBoms",
        {"type": kind},
        [bom for bom in boms if bom["Type"] == kind and not bom["IsArchived"]],
    )


@pytest.mark.parametrize("value", ["true", "false"])
def test_boms_by_archive(client: Client, boms: list[Record], value: str) -> None:
    agree(
        client,
        "listBoms",
        {"isArchived": value},
        [bom for bom in boms if bom["IsArchived"] is (value == "true")],
    )


def test_without_a_filter_archived_records_are_left_out(client: Client, boms: list[Record]) -> None:
    agree(client, "listBoms", {}, [bom for bom in boms if not bom["IsArchived"]])


def test_boms_by_item(client: Client, boms: list[Record]) -> None:
    for item in {bom["ItemRefId"] for bom in boms}:
        agree(
            client,
            "listBoms",
            {"itemRefId": item},
            [bom for bom in boms if bom["ItemRefId"] == item and not bom["IsArchived"]],
        )


def test_boms_by_external_reference(client: Client, boms: list[Record]) -> None:
    [reference] = [bom["ExternalReference"] for bom in boms if "REF-" in (bom["ExternalReference"] or "")][
        -1:
    ]
    for wanted in (reference, reference.lower() + "x"):
        agree(
            client,
            "listBoms",
            {"externalReference": wanted},
            [bom for bom in boms if bom["ExternalReference"] == wanted and not bom["IsArchived"]],
        )


@pytest.mark.parametrize("reference", ["true", "false"])
def test_a_reference_that_reads_like_a_flag_is_a_text(fixtures: Fixtures, reference: str) -> None:
    bom = fixtures.bom()
    fixtures.update(bom, ExternalReference=reference)
    agree(fixtures.client, "listBoms", {"externalReference": reference}, [bom])


def test_boms_by_text_in_number_name_and_item_code(client: Client, boms: list[Record]) -> None:
    one = next(bom for bom in boms if not bom["IsArchived"])
    words = [one["BomNumber"], one["Name"], one["ItemCode"], one["Name"][1:-1]]
    for word in (*words, one["Name"].upper(), one["ItemCode"].lower()):
        agree(
            client,
            "listBoms",
            {"search": word},
            [
                bom
                for bom in boms
                if not bom["IsArchived"]
                and any(word.lower() in bom[name].lower() for name in ("BomNumber", "Name", "ItemCode"))
            ],
        )


def test_boms_by_time_of_update(client: Client, boms: list[Record]) -> None:
    moments = sorted({bom["UpdatedAt"] for bom in boms})
    for moment in {moments[0], moments[len(moments) // 2], moments[-1]}:
        agree(
            client,
            "listBoms",
            {"updatedSince": moment},
            [bom for bom in boms if bom["UpdatedAt"] >= moment and not bom["IsArchived"]],
        )
    assert client.every("listBoms", {"updatedSince": "9999-12-31T23:59:59.999Z"}) == []


def test_filters_add_up(client: Client, boms: list[Record]) -> None:
    query = {"status": "Active", "type": "Manufacture", "search": "KIT", "isArchived": "false"}
    agree(
        client,
        "listBoms",
        query,
        [
            bom
            for bom in boms
            if (bom["Status"], bom["Type"], bom["IsArchived"]) == ("Active", "Manufacture", False)
            and any("kit" in bom[name].lower() for name in ("BomNumber", "Name", "ItemCode"))
        ],
    )


def test_an_archived_status_and_not_archived_exclude_each_other(client: Client, boms: list[Record]) -> None:
    agree(client, "listBoms", {"status": "Archived", "isArchived": "false"}, [bom for bom in boms if False])


@pytest.mark.parametrize("value", ["true", "false"])
def test_items_by_activity(client: Client, value: str) -> None:
    items = everything(client, "listItem")
    agree(
        client,
        "listItem",
        {"isActive": value},
        [item for item in items if item["IsActive"] is (value == "true") and not item["IsArchived"]],
    )


def test_items_by_code(client: Client) -> None:
    items = client.every("listItem")
    for code in [item["ItemCode"] for item in items[:5]] + ["no-such-code"]:
        agree(client, "listItem", {"itemCode": code}, [item for item in items if item["ItemCode"] == code])


def test_items_by_text(client: Client) -> None:
    items = client.every("listItem")
    for word in {item["ItemCode"][:4].lower() for item in items[:8]}:
        agree(
            client,
            "listItem",
            {"search": word},
            [item for item in items if any(word in item[name].lower() for name in ("ItemCode", "Name"))],
        )


@pytest.mark.parametrize("value", ["true", "false"])
def test_vendors_by_job_work(client: Client, value: str) -> None:
    vendors = client.every("listVendor")
    agree(
        client,
        "listVendor",
        {"isSubcontractor": value},
        [vendor for vendor in vendors if vendor["IsSubcontractor"] is (value == "true")],
    )


def test_where_used_is_the_inverse_of_the_lines(client: Client, boms: list[Record]) -> None:
    live = [bom for bom in boms if not bom["IsArchived"]]
    for item in sorted({line["ItemRefId"] for bom in boms for line in bom["Lines"]})[:25]:
        for status in (None, "Draft", "Active"):
            found = client.every("listBomsUsingItem", {"status": status} if status else {}, itemId=item)
            assert {bom["id"] for bom in found} == {
                bom["id"]
                for bom in live
                if status in {None, bom["Status"]} and any(line["ItemRefId"] == item for line in bom["Lines"])
            }


def test_the_active_bom_is_the_only_active_one_of_its_item(client: Client, boms: list[Record]) -> None:
    for item in sorted({bom["ItemRefId"] for bom in boms}):
        active = [bom for bom in boms if bom["ItemRefId"] == item and bom["Status"] == "Active"]
        assert len(active) <= 1
        answer = client.call("getActiveBom", itemId=item)
        assert answer.status_code == (200 if active else 404)
        if active:
            assert answer.json() == active[0]
