"""Vendors that the control plane makes are those of the public API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from contract_tests.kit import UNKNOWN, Control, Fixtures, Target, Tenant


def test_a_new_vendor_is_shown_by_the_public_api(control: Control, fixtures: Fixtures) -> None:
    client, code = fixtures.client, fixtures.label("VENDOR")
    gstin = "27DDDDD0000D1ZJ"
    made = control.new_vendor(client.tenant, code, DisplayName="Deccan  Platers ", GSTIN=gstin)
    assert client.call("getVendor", expect=200, id=made["id"]).json() == made
    assert made in client.every("listVendor", {"isSubcontractor": "false"})
    expected = {"VendorCode": code, "DisplayName": "Deccan  Platers", "CompanyName": "Deccan  Platers"}
    expected |= {"VendorType": "Business", "Status": "Active", "GSTIN": gstin, "Currency": "INR"}
    assert made == {**made, **expected, "IsSubcontractor": False, "IsArchived": False}


def test_the_place_of_a_new_vendor_is_in_the_public_api(
    target: Target, control: Control, fixtures: Fixtures
) -> None:
    tenant, code = target.tenant, fixtures.label("VENDOR")
    path = f"/orgs/{tenant.org}/entities/{tenant.entity}/vendors"
    made = httpx.post(
        f"{target.control}{path}", json={"VendorCode": code, "DisplayName": code}, trust_env=False
    )
    place = made.headers["location"]
    headers = {"Authorization": f"Bearer {tenant.token}"}
    assert httpx.get(target.origin + place, headers=headers, trust_env=False).json() == made.json()


def test_a_new_subcontractor_does_job_work(control: Control, fixtures: Fixtures) -> None:
    client = fixtures.client
    vendor = control.new_vendor(client.tenant, fixtures.label("VENDOR"), IsSubcontractor=True)
    bom = fixtures.bom(Type="Subcontract", ServiceCostPerUnit=5, Status="Active")
    body = {"SubcontractorRefId": vendor["id"], "ItemRefId": bom["ItemRefId"], "OrderedQuantity": 1}
    order = client.call("createSubcontractOrder", expect=201, json=body).json()
    assert order["SubcontractorRefId"] == vendor["id"]


def test_a_code_that_is_taken_is_refused_within_the_entity_alone(
    target: Target, control: Control, fixtures: Fixtures, tenants: list[Tenant]
) -> None:
    code = fixtures.label("VENDOR")
    control.new_vendor(target.tenant, code)
    answer = _asked(target, target.tenant, {"VendorCode": code, "DisplayName": "Other"})
    assert (answer.status_code, answer.json()["error"]) == (409, "duplicate_number")
    assert answer.json()["pointer"] == "/VendorCode"
    assert _asked(target, tenants[1], {"VendorCode": code, "DisplayName": "Other"}).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"VendorCode": None}, "/VendorCode"),
        ({"VendorCode": "no code"}, "/VendorCode"),
        ({"DisplayName": " "}, "/DisplayName"),
        ({"Currency": "rupees"}, "/Currency"),
        ({"GSTIN": "27"}, "/GSTIN"),
        ({"IsSubcontractor": "yes"}, "/IsSubcontractor"),
        ({"VendorType": "Job worker"}, "/VendorType"),
        ({"Id": UNKNOWN}, "/Id"),
    ],
)
def test_a_vendor_that_does_not_fit_is_refused_at_the_member(
    target: Target, control: Control, fixtures: Fixtures, change: dict[str, Any], pointer: str
) -> None:
    body = {"VendorCode": fixtures.label("VENDOR"), "DisplayName": "Platers", **change}
    answer = _asked(target, target.tenant, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert [each["pointer"] for each in answer.json()["details"]] == [pointer]


def test_an_entity_that_is_not_there_has_no_vendors(target: Target, control: Control) -> None:
    nowhere = Tenant(target.tenant.org, "ent-nowhere", "")
    answer = _asked(target, nowhere, {"VendorCode": "A", "DisplayName": "A"})
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_vendor_is_changed_and_the_public_api_shows_it(
    target: Target, control: Control, fixtures: Fixtures
) -> None:
    client = fixtures.client
    made = control.new_vendor(client.tenant, fixtures.label("VENDOR"), GSTIN="27DDDDD0000D1ZJ")
    change = {"DisplayName": "Other", "IsSubcontractor": True, "GSTIN": None, "Currency": "EUR"}
    changed = _changed(target, made["id"], change).json()
    assert changed == {**made, **change, "UpdatedAt": changed["UpdatedAt"]}
    assert changed["UpdatedAt"] > made["UpdatedAt"]
    assert client.call("getVendor", expect=200, id=made["id"]).json() == changed
    assert _changed(target, made["id"], {"DisplayName": "Other"}).json() == changed


def test_an_archived_vendor_gets_no_new_orders(target: Target, control: Control, fixtures: Fixtures) -> None:
    client = fixtures.client
    vendor = control.new_vendor(client.tenant, fixtures.label("VENDOR"), IsSubcontractor=True)
    bom = fixtures.bom(Type="Subcontract", ServiceCostPerUnit=5, Status="Active")
    body = {"SubcontractorRefId": vendor["id"], "ItemRefId": bom["ItemRefId"], "OrderedQuantity": 1}
    assert _changed(target, vendor["id"], {"IsArchived": True}).json()["IsArchived"] is True
    client.refusal("createSubcontractOrder", 422, "unknown_reference", json=body)
    _changed(target, vendor["id"], {"IsArchived": False})
    client.call("createSubcontractOrder", expect=201, json=body)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"VendorCode": "OTHER"}, "/VendorCode"),
        ({"DisplayName": None}, "/DisplayName"),
        ({"GSTIN": ""}, "/GSTIN"),
    ],
)
def test_a_change_of_a_vendor_that_does_not_fit_is_refused(
    target: Target, control: Control, fixtures: Fixtures, change: dict[str, Any], pointer: str
) -> None:
    made = control.new_vendor(fixtures.client.tenant, fixtures.label("VENDOR"))
    answer = _changed(target, made["id"], {"Currency": "EUR", **change})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert [each["pointer"] for each in answer.json()["details"]] == [pointer]
    assert fixtures.client.call("getVendor", expect=200, id=made["id"]).json() == made


def test_a_vendor_that_is_not_there_is_not_changed(target: Target, control: Control) -> None:
    assert _changed(target, UNKNOWN, {"Currency": "EUR"}).status_code == 404


def _changed(target: Target, vendor: str, body: Any) -> httpx.Response:
    path = f"/orgs/{target.tenant.org}/entities/{target.tenant.entity}/vendors/{vendor}"
    return httpx.patch(f"{target.control}{path}", json=body, trust_env=False)


def _asked(target: Target, tenant: Tenant, body: Any) -> httpx.Response:
    path = f"/orgs/{tenant.org}/entities/{tenant.entity}/vendors"
    return httpx.post(f"{target.control}{path}", json=body, trust_env=False)
