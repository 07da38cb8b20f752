"""Lists: every page size gives the same records once, and a cursor belongs to its list (INV-G2)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contract_tests.kit import Client, Contract, Fixtures, Operation, Tenant

_LARGEST = 200
_TENANT = {"orgId", "entityId"}


@pytest.fixture
def path(client: Client, contract: Contract, listing: Operation) -> dict[str, Any]:
    """The variables of a list's path: where it belongs to a record, the first one of the list above it."""
    lists = {
        operation.path: operation.id
        for operation in contract.operations.values()
        if operation.method == "GET"
    }
    found = {}
    for name in re.findall(r"{(\w+)}", listing.path):
        if name in _TENANT:
            continue
        above = lists.get(listing.path.partition(f"/{{{name}}}")[0], "listItem")
        records = client.every(above)
        if not records:
            pytest.skip(f"{above} has no records")
        found[name] = records[0]["id"]
    return found


def test_every_page_size_gives_the_same_records(
    client: Client, listing: Operation, path: dict[str, Any]
) -> None:
    whole = client.every(listing.id, **path)
    for limit in (1, 2, 3, 7, 50, _LARGEST):
        if limit < 3 and len(whole) > 60:
            continue
        found = []
        for page in client.pages(listing.id, {"limit": limit}, **path):
            [records] = [value for value in page.values() if isinstance(value, list)]
            assert len(records) == limit or not page["has_more"]
            found += records
        assert found == whole


def test_a_page_has_fifty_records_unless_told(
    client: Client, listing: Operation, path: dict[str, Any]
) -> None:
    first, told = (
        client.call(listing.id, expect=200, query=query, **path).json() for query in ({}, {"limit": 50})
    )
    assert first == told


@pytest.mark.parametrize("operation_id", ["listItem", "listVendor", "listBoms", "getBomCostAnalysis"])
def test_no_record_comes_twice(client: Client, operation_id: str) -> None:
    ids = [record["id"] for record in client.every(operation_id, {"limit": 3})]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "operation_id, one", [("listItem", "getItem"), ("listVendor", "getVendor"), ("listBoms", "getBom")]
)
def test_a_list_has_what_reading_one_by_one_gives(client: Client, operation_id: str, one: str) -> None:
    for record in client.every(operation_id)[:40]:
        assert client.call(one, expect=200, id=record["id"]).json() == record


def cursor(client: Client, operation_id: str = "listItem", **query: object) -> str:
    """The cursor after a first page of one record."""
    page = client.call(operation_id, expect=200, query={"limit": 1, **query}).json()
    if page["next_cursor"] is None:
        pytest.skip(f"{operation_id} has too few records to page through")
    found: str = page["next_cursor"]
    return found


def refused(client: Client, operation_id: str, after: str, **query: object) -> None:
    """Holds that a cursor is refused."""
    body = client.refusal(operation_id, 400, "invalid_request", query={**query, "after": after})
    assert body["details"][0]["pointer"] == "/query/after"


def test_an_edited_cursor_is_400(client: Client) -> None:
    real = cursor(client)
    for place in range(0, len(real), 3):
        letter = "A" if real[place] != "A" else "B"
        refused(client, "listItem", real[:place] + letter + real[place + 1 :])
    for broken in (real[:-1], real[1:], real + "A", real + real, real[::-1], "A", "-", "next", "A" * 200):
        refused(client, "listItem", broken)


def test_a_cursor_of_another_list_is_400(client: Client) -> None:
    refused(client, "listVendor", cursor(client, "listItem"))


def test_a_cursor_of_other_filters_is_400(client: Client) -> None:
    plain, filtered = cursor(client), cursor(client, isActive="true")
    refused(client, "listItem", plain, isActive="true")
    refused(client, "listItem", filtered)
    refused(client, "listItem", filtered, isActive="false")
    client.call("listItem", expect=200, query={"after": filtered, "isActive": "true", "limit": 100})


def test_a_cursor_of_another_tenant_is_400(client: Client, tenants: list[Tenant]) -> None:
    real = cursor(client)
    for other in tenants[1:]:
        refused(client.at(other), "listItem", real)


def test_a_cursor_keeps_its_place_while_records_are_added(fixtures: Fixtures) -> None:
    client = fixtures.client
    for _ in range(3):
        fixtures.bom()
    before = [bom["id"] for bom in client.every("listBoms")]
    seen: list[str] = []
    for page in client.pages("listBoms", {"limit": 5}):
        seen += [bom["id"] for bom in page["boms"]]
        if len(seen) < len(before):
            fixtures.bom()
    assert len(seen) == len(set(seen))
    assert seen[: len(before)] == before


def test_a_cursor_keeps_its_place_while_records_leave(fixtures: Fixtures) -> None:
    client = fixtures.client
    made = [fixtures.bom() for _ in range(6)]
    fixtures.archive(*made[1:3])
    ids = [bom["id"] for bom in client.every("listBoms")]
    first = client.call("listBoms", expect=200, query={"limit": len(ids) - 2}).json()
    assert first["has_more"]
    fixtures.archive(*[bom for bom in made if bom["id"] == first["boms"][-1]["id"]])
    rest = client.call("listBoms", expect=200, query={"limit": 200, "after": first["next_cursor"]}).json()
    assert [bom["id"] for bom in rest["boms"]] == ids[-2:]


def test_with_updated_since_the_order_is_that_of_the_updates(fixtures: Fixtures) -> None:
    moment = fixtures.bom()["CreatedAt"]
    found = [
        bom
        for page in fixtures.client.pages("listBoms", {"updatedSince": moment, "limit": 2})
        for bom in page["boms"]
    ]
    moments = [bom["UpdatedAt"] for bom in found]
    assert moments == sorted(moments)
    assert all(since >= moment for since in moments)
    assert len({bom["id"] for bom in found}) == len(found)
