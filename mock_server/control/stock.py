"""The control plane: items, vendors and stock of the sandbox."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from mock_server.api import envelope
from mock_server.gateway import Answer, Call, invalid_at
from mock_server.manufacturing import Item, Vendor, check_precision, later, number
from mock_server.manufacturing.formulas import reroll_item
from mock_server.manufacturing.stock import DocumentType, Ledger, Source
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox, tenant_of
from mock_server.storage import SqlBook, tables
from mock_server.storage.documents import read_page
from mock_server.storage.rows import shown_movement
from mock_server.storage.tenancy import (
    lock_entity,
)
from mock_server.wire import dumps, wire_name

_ITEM_FIELDS = {wire_name(f.name): f.name for f in fields(Item)}


class StockControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session

    def create_item(self, call: Call) -> Answer:
        """Creates an item without stock."""
        book = self._book(call)
        body = call.body
        if book.items.code_taken(body["ItemCode"]):
            raise Refused("duplicate_number", f"There is an item {body['ItemCode']} already.")
        item = Item(
            id=book.new_id(),
            item_code=body["ItemCode"],
            name=body["Name"],
            uom=body["Uom"],
            created_at=book.now,
            updated_at=book.now,
        )
        item = _changed(item, body)
        book.items.put(item)
        return Answer(201, book.items.shown(item), [(b"location", f"{call.target}/{item.id}".encode())])

    def update_item(self, call: Call) -> Answer:
        """Changes an item; a new cost or selling price rolls up through every BOM above it."""
        book = self._book(call)
        item = book.items.get(call.path["id"])
        if item is None:
            raise Refused("not_found")
        after = _changed(item, call.body)
        if after != item:
            after = replace(after, updated_at=later(book, item.updated_at))
            book.items.put(after)
        if (after.standard_cost, after.selling_price) != (item.standard_cost, item.selling_price):
            reroll_item(book, item.id)
        book.move_drafts()
        return Answer(200, book.items.shown(after))

    def create_vendor(self, call: Call) -> Answer:
        """Creates a vendor; its place is in the public API, which alone shows vendors."""
        book, body = self._book(call), call.body
        code, name = body["VendorCode"], body["DisplayName"]
        if book.vendors.code_taken(code):
            raise Refused("duplicate_number", f"There is a vendor {code} already.", pointer="/VendorCode")
        vendor = Vendor(
            id=book.new_id(),
            vendor_code=code,
            display_name=name,
            company_name=body.get("CompanyName", name),
            vendor_type=body.get("VendorType", "Business"),
            status="Active",
            currency=body.get("Currency", book.tenant.currency),
            is_subcontractor=body.get("IsSubcontractor", False),
            gstin=body.get("GSTIN"),
            is_archived=False,
            created_at=book.now,
            updated_at=book.now,
        )
        book.vendors.put(vendor)
        place = f"/public/v1/orgs/{book.tenant.org}/entities/{book.tenant.entity}/vendor/{vendor.id}"
        return Answer(201, book.vendors.shown(vendor), [(b"location", place.encode())])

    def create_stock_adjustment(self, call: Call) -> Answer:
        """Counts an item's stock up or down, with a movement."""
        book, body = self._book(call), call.body
        item = book.items.get(body["ItemRefId"])
        if item is None:
            raise Refused("unknown_reference", "There is no such item.", pointer="/ItemRefId")
        quantity, unit_cost = number(body["Quantity"]), body.get("UnitCost")
        _check_adjustable(item, quantity)
        movement = Ledger(book).adjust(
            item,
            quantity,
            None if unit_cost is None else number(unit_cost),
            Source(DocumentType.ADJUSTMENT),
        )
        return Answer(201, dumps(shown_movement(movement)))

    def list_movements(self, call: Call) -> Answer:
        """Movements of an entity in the order of their posting."""
        tenant = tenant_of(self._sandbox, call.path["orgId"], call.path["entityId"])
        names = {"itemRefId": "item_id", "documentRefId": "document_id", "type": "type"}
        filters = {names[name]: value for name, value in call.query.items() if name in names}
        after = call.query.get("after")
        position = self._sandbox.cursors.read(call, after) if after is not None else None
        found = read_page(self._session, tables.movements, tenant.key, filters, call.query["limit"], position)
        cursor = self._sandbox.cursors.write(call, end) if (end := found.end()) is not None else None
        return Answer(200, envelope("movements", [row[0] for row in found.rows], cursor))

    def _book(self, call: Call) -> SqlBook:
        sandbox = self._sandbox
        tenant = tenant_of(self._sandbox, call.path["orgId"], call.path["entityId"])
        lock_entity(self._session, tenant)
        return SqlBook(self._session, tenant, sandbox.clock, sandbox.ids, "control-plane")


def _check_adjustable(item: Item, quantity: Decimal) -> None:
    if not quantity:
        raise invalid_at("/Quantity", "must not be 0")
    if not item.is_usable:
        raise Refused("inactive_item", f"{item.item_code} is inactive.", pointer="/ItemRefId")
    check_precision(item.item_code, item.uom, quantity, "/Quantity")


def _changed(item: Item, body: dict[str, Any]) -> Item:
    values: dict[str, Any] = {}
    for name, value in body.items():
        field = _ITEM_FIELDS[name]
        is_number = isinstance(value, int) and not isinstance(value, bool) and field != "mfg_lead_time_days"
        values[field] = Decimal(value) if is_number else value
    if "is_active" in values:
        values["status"] = "Active" if values["is_active"] else "Inactive"
    return replace(item, **values)
