"""The commands on vendors: create and update."""

from __future__ import annotations

from dataclasses import replace

from mock_server.manufacturing.catalogue.ports import VendorBook
from mock_server.manufacturing.documents import later
from mock_server.manufacturing.members import KEEP, Body, Flag, Text, changed
from mock_server.manufacturing.vendors import Vendor
from mock_server.refused import Refused

_MEMBERS = (
    Text("DisplayName", KEEP),
    Text("CompanyName", KEEP),
    Text("VendorType", KEEP),
    Text("Currency", KEEP),
    Flag("IsSubcontractor", KEEP),
    Flag("IsArchived", KEEP),
)
# Its published spelling follows no rule.
_GSTIN = "GSTIN"


def create_vendor(book: VendorBook, body: Body, currency: str, vendor_id: str | None = None) -> Vendor:
    """Creates a vendor who bills in `currency` unless the body names another (`duplicate_number`)."""
    code, name = body["VendorCode"], body["DisplayName"]
    if book.vendors.code_taken(code):
        raise Refused("duplicate_number", f"There is a vendor {code} already.", pointer="/VendorCode")
    vendor = Vendor(
        id=vendor_id or book.new_id(),
        vendor_code=code,
        display_name=name,
        company_name=body.get("CompanyName") or name,
        vendor_type=body.get("VendorType", "Business"),
        status="Active",
        currency=body.get("Currency", currency),
        is_subcontractor=body.get("IsSubcontractor", False),
        gstin=body.get(_GSTIN),
        is_archived=False,
        created_at=book.now,
        updated_at=book.now,
    )
    book.vendors.put(vendor)
    return vendor


def update_vendor(book: VendorBook, vendor: Vendor, body: Body) -> Vendor:
    """Changes a vendor; orders that name it keep the name that they were made with."""
    after = changed(vendor, body, _MEMBERS)
    if _GSTIN in body:
        after = replace(after, gstin=body[_GSTIN])
    if after != vendor:
        after = replace(after, updated_at=later(book, vendor.updated_at))
        book.vendors.put(after)
    return after
