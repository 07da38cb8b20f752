"""Query parameters that lenient servers let pass: each is 400, named, and never ignored."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from contract_tests.kit import MAX_ECHO, Client, Fixtures, Operation, exchange

_ARABIC_TEN = "%D9%A1%D9%A0"


def get(client: Client, operation_id: str, query: str, **path: str) -> httpx.Response:
    """Asks with a query as it is."""
    return exchange(client, "GET", f"{client.url(operation_id, **path)}?{query}").response


def refused(answer: httpx.Response, *parameters: str) -> None:
    """Holds that the refusal names these parameters."""
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body["error"] == "invalid_request"
    pointers = {fault["pointer"] for fault in body["details"]}
    assert {f"/query/{name}" for name in parameters} <= pointers, body
    assert all(fault["message"] for fault in body["details"])


@pytest.mark.parametrize(
    "limit",
    [
        "0",
        "201",
        "-1",
        "1_0",
        _ARABIC_TEN,
        "inf",
        "nan",
        "1.5",
        "1e1",
        "0x10",
        "+5",
        "%2B5",
        "05",
        "",
        "%2010",
        "10%20",
        "ten",
        "9" * 5000,
        "%00",
        "10%00",
        "true",
        "[10]",
        "%ff",
    ],
)
def test_a_limit_that_is_no_number_from_1_to_200_is_400(
    client: Client, listing: Operation, limit: str
) -> None:
    refused(get(client, listing.id, f"limit={limit}"), "limit")


def test_an_unknown_parameter_is_400(client: Client, listing: Operation) -> None:
    for name in ("page", "Limit", "LIMIT", "limit[]", "filter[status]", "orgId", "entityId", "__proto__"):
        refused(get(client, listing.id, f"{quote(name)}=1"), name)


def test_a_repeated_parameter_is_400(client: Client, listing: Operation) -> None:
    for query in ("limit=1&limit=2", "limit=1&limit=1", "limit=1&%6cimit=1"):
        refused(get(client, listing.id, query), "limit")


def test_operations_without_parameters_take_none(client: Client, operation: Operation) -> None:
    if not operation.is_built or operation.method != "GET":
        return
    refused(get(client, operation.id, "anything=1"), "anything")


@pytest.mark.parametrize("value", ["True", "TRUE", "1", "0", "yes", "", "null", "true%20", "true,false"])
def test_a_boolean_is_true_or_false_alone(client: Client, value: str) -> None:
    refused(get(client, "listItem", f"isArchived={value}"), "isArchived")


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2026-06-15",
        "2026-06-15T06:30:00.000",
        "2026-06-15%2006:30:00Z",
        "2026-06-15T06:30:00%2B24:00",
        "2026-06-15T12:00:60Z",
        "2026-13-01T00:00:00.000Z",
        "2026-02-30T00:00:00.000Z",
        "1750000000",
        "",
        _ARABIC_TEN,
    ],
)
def test_a_moment_is_one_of_rfc_3339(client: Client, value: str) -> None:
    refused(get(client, "listItem", f"updatedSince={value}"), "updatedSince")


@pytest.mark.parametrize("value", ["", "%00", "a%00b", "%0A", "%1b[2J", "%7f", "%ff", "%ed%a0%80", "A" * 101])
def test_a_search_is_1_to_100_printable_characters(client: Client, value: str) -> None:
    refused(get(client, "listItem", f"search={value}"), "search")


@pytest.mark.parametrize(
    "value", ["'%20OR%20'1'='1", "%25", "_", "*", "%3Cscript%3E", "%F0%9F%9A%B2", "{{7*7}}", "%22"]
)
def test_a_search_is_text_and_nothing_else(client: Client, value: str) -> None:
    answer = get(client, "listItem", f"search={value}")
    assert answer.status_code == 200
    assert answer.json()["items"] == []


@pytest.mark.parametrize(
    "value",
    [
        "not-a-uuid",
        "",
        "019e2d805a007c118b3e0a1b2c3d4e5f",
        "%7B019e2d80-5a00-7c11-8b3e-0a1b2c3d4e5f%7D",
        "urn:uuid:019e2d80-5a00-7c11-8b3e-0a1b2c3d4e5f",
    ],
)
def test_an_id_is_a_uuid(client: Client, value: str) -> None:
    refused(get(client, "listBoms", f"itemRefId={value}"), "itemRefId")


@pytest.mark.parametrize(
    "quantity",
    [
        "0",
        "-1",
        "0.0000001",
        "1_0",
        _ARABIC_TEN,
        "inf",
        "Infinity",
        "nan",
        "1,5",
        "",
        "1.",
        ".5",
        "0x1",
        "+1",
        "%2B1",
        "1e400",
        "9" * 5000,
        "1." + "1" * 5000,
        "1e999999999",
    ],
)
def test_a_quantity_is_a_positive_number_within_bounds(
    client: Client, fixtures: Fixtures, quantity: str
) -> None:
    bom = fixtures.bom()
    answer = get(client, "getBomMaterialRequirements", f"plannedQty={quantity}", id=bom["id"])
    refused(answer, "plannedQty")


def test_a_missing_required_parameter_is_named(client: Client, fixtures: Fixtures) -> None:
    refused(get(client, "getBomMaterialRequirements", "", id=fixtures.bom()["id"]), "plannedQty")


@pytest.mark.parametrize("levels", ["all", "FULL", "", "full,single"])
def test_a_value_outside_the_list_is_400(client: Client, fixtures: Fixtures, levels: str) -> None:
    bom = fixtures.bom()
    query = f"plannedQty=1&levels={levels}"
    refused(get(client, "getBomMaterialRequirements", query, id=bom["id"]), "levels")


def test_every_fault_is_named_at_once(client: Client) -> None:
    refused(get(client, "listItem", "limit=0&isArchived=maybe&colour=red"), "limit", "isArchived", "colour")


def test_a_thousand_parameters_are_refused_briefly(client: Client) -> None:
    answer = get(client, "listItem", "&".join(f"p{n}=1" for n in range(1000)))
    assert answer.status_code == 400
    assert len(answer.content) < 10_000


def test_a_long_name_is_not_echoed(client: Client) -> None:
    answer = get(client, "listItem", "A" * 10_000 + "=1")
    assert answer.status_code == 400
    assert "A" * (MAX_ECHO + 1) not in answer.text


def test_the_query_does_not_choose_the_tenant(client: Client) -> None:
    own = client.tenant
    refused(get(client, "listItem", f"orgId={own.org}"), "orgId")
    refused(get(client, "listItem", "entityId=ent-of-somebody-else"), "entityId")


def test_plus_and_percent_twenty_are_the_same_space(client: Client) -> None:
    plus, percent = (get(client, "listItem", f"search=a{space}a") for space in ("+", "%20"))
    assert plus.status_code == percent.status_code == 200
    assert plus.json() == percent.json()
