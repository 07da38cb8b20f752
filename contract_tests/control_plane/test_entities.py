"""Entities that the control plane makes and changes are entities of the public API at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contract_tests.kit import Client, Contract, Control, Fixtures, Record, Target, Tenant

Made = tuple[Tenant, Fixtures]
BODY: Record = {
    "org_ref_id": "org-veloma",
    "entity_ref_id": "ent-new",
    "org_name": "Veloma Cycles",
    "name": "Veloma  Hosur ",
    "country": "IN-TN",
    "currency": "INR",
    "time_zone": "Asia/Kolkata",
    "overhead_percent": 12.5,
}


@pytest.fixture(scope="module")
def server(contract: Contract) -> Iterator[Target]:
    """A sandbox of the module's own, so that no other test meets its entities."""
    from contract_tests.kit import sandbox

    with sandbox() as own:
        yield own


@pytest.fixture
def create(server: Target, contract: Contract, http: httpx.Client) -> Callable[..., Fixtures]:
    """Creates an entity; what makes records in it."""
    assert server.control is not None
    control = Control(server.control, http)

    def made(entity: str, **fields: Any) -> Fixtures:
        shown = control.send("POST", "/entities", {**BODY, "entity_ref_id": entity, **fields})
        tenant = Tenant(shown["org_ref_id"], shown["entity_ref_id"], "")
        tenant = Tenant(tenant.org, tenant.entity, control.token(tenant))
        target = Target(server.url, tenant, server.control, server.stage, False, True)
        return Fixtures(Client(target, contract, http, tenant.token), control, "NEW")

    return made


def asked(server: Target, method: str, path: str, body: Any = None) -> httpx.Response:
    """A request to the control plane, which may refuse it."""
    return httpx.request(method, f"{server.control}{path}", json=body, trust_env=False)


def test_a_new_entity_is_shown_at_its_place_with_names_in_their_form(server: Target) -> None:
    answer = asked(server, "POST", "/entities", {**BODY, "entity_ref_id": "ent-shown"})
    assert answer.status_code == 201
    shown = {**BODY, "entity_ref_id": "ent-shown", "name": "Veloma  Hosur"}
    assert answer.json() == shown
    place = answer.headers["location"]
    assert place == "/_sandbox/v1/orgs/org-veloma/entities/ent-shown"
    assert httpx.get(server.origin + place, trust_env=False).json() == shown
    assert asked(server, "GET", "/entities").json()["entities"][-1] == shown


def test_a_new_entity_has_an_install_of_all_scopes_and_holds_nothing(create: Callable[..., Fixtures]) -> None:
    client = create("ent-fresh").client
    me = client.call("getInstallContext", expect=200).json()
    assert (me["org_ref_id"], me["entity_ref_id"]) == ("org-veloma", "ent-fresh")
    for operation in ("listItem", "listVendor", "listBoms", "listRecipes", "listWorkOrders"):
        assert client.every(operation) == []


def test_a_new_entity_works_as_any_other_and_sees_nothing_of_them(create: Callable[..., Fixtures]) -> None:
    fixtures = create("ent-busy")
    bom = fixtures.bom(Status="Active")
    assert bom["OverheadPercent"] == 12.5
    assert [each["id"] for each in fixtures.client.every("listBoms")] == [bom["id"]]
    assert (bom["OrgRefId"], bom["EntityRefId"]) == ("org-veloma", "ent-busy")


def test_a_change_holds_from_the_next_request_on(server: Target, create: Callable[..., Fixtures]) -> None:
    fixtures = create("ent-changed")
    assert fixtures.bom()["OverheadPercent"] == 12.5
    path = "/orgs/org-veloma/entities/ent-changed"
    change = {"overhead_percent": 40, "name": "Other", "time_zone": "Asia/Tokyo"}
    changed = asked(server, "PATCH", path, change)
    assert changed.status_code == 200
    assert changed.json() == {**BODY, "entity_ref_id": "ent-changed", **change}
    assert fixtures.bom()["OverheadPercent"] == 40
    assert asked(server, "GET", path).json() == changed.json()


def test_an_organisation_has_one_name(server: Target, create: Callable[..., Fixtures]) -> None:
    create("ent-a", org_ref_id="org-own", org_name="First")
    create("ent-b", org_ref_id="org-own", org_name="Second")

    def names() -> set[str]:
        every = asked(server, "GET", "/entities").json()["entities"]
        return {each["org_name"] for each in every if each["org_ref_id"] == "org-own"}

    assert names() == {"Second"}
    asked(server, "PATCH", "/orgs/org-own/entities/ent-a", {"org_name": "Third"})
    assert names() == {"Third"}


def test_the_business_day_is_that_of_the_time_zone(create: Callable[..., Fixtures]) -> None:
    # It is 06:30 in UTC.
    for zone, day in (("Pacific/Honolulu", "2026-06-14"), ("Asia/Kolkata", "2026-06-15")):
        fixtures = create(f"ent-{zone[:4].lower()}", time_zone=zone)
        item = fixtures.item()
        path = f"/orgs/org-veloma/entities/{fixtures.client.tenant.entity}/stock-adjustments"
        assert fixtures.control is not None
        moved = fixtures.control.send("POST", path, {"ItemRefId": item["id"], "Quantity": 1})
        assert moved["PostingDate"] == day


def test_a_key_that_is_taken_is_refused(server: Target) -> None:
    answer = asked(server, "POST", "/entities", {**BODY, "entity_ref_id": "ent-veloma-pune"})
    assert (answer.status_code, answer.json()["error"]) == (409, "duplicate_number")
    assert answer.json()["pointer"] == "/entity_ref_id"


def test_no_more_than_a_thousand_entities_are_made(server: Target) -> None:
    with httpx.Client(trust_env=False) as client:
        for number in range(1000):
            body = {**BODY, "org_ref_id": "org-many", "entity_ref_id": f"e{number}"}
            answer = client.post(f"{server.control}/entities", json=body)
            if answer.status_code != 201:
                break
    assert (answer.status_code, answer.json()["error"]) == (409, "too_many_entities")
    assert len(asked(server, "GET", "/entities").json()["entities"]) == 1000


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"time_zone": "Asia/Atlantis"}, "/time_zone"),
        ({"time_zone": "../etc/passwd"}, "/time_zone"),
        ({"time_zone": "Asia"}, "/time_zone"),
        ({"currency": "rupees"}, "/currency"),
        ({"country": "India"}, "/country"),
        ({"overhead_percent": -1}, "/overhead_percent"),
        ({"name": ""}, "/name"),
        ({"entity_ref_id": "ent/x"}, "/entity_ref_id"),
        ({"gstin": "27"}, "/gstin"),
    ],
)
def test_an_entity_that_does_not_fit_is_refused_at_the_member(
    server: Target, change: dict[str, Any], pointer: str
) -> None:
    before = asked(server, "GET", "/entities").json()
    answer = asked(server, "POST", "/entities", {**BODY, "entity_ref_id": "ent-wrong", **change})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert [each["pointer"] for each in answer.json()["details"]] == [pointer]
    assert asked(server, "GET", "/entities").json() == before


@pytest.mark.parametrize("change", [{"time_zone": "Mars/Olympus"}, {"currency": "EUR"}, {"name": None}])
def test_a_change_that_does_not_fit_changes_nothing(server: Target, change: Record) -> None:
    path = "/orgs/org-veloma/entities/ent-veloma-uk"
    before = asked(server, "GET", path).json()
    answer = asked(server, "PATCH", path, {"overhead_percent": 99, **change})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert asked(server, "GET", path).json() == before


def test_an_entity_that_is_not_there_is_not_found(server: Target) -> None:
    for method, body in (("GET", None), ("PATCH", {"name": "x"})):
        answer = asked(server, method, "/orgs/org-veloma/entities/ent-nowhere", body)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
