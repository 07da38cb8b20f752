"""The control plane: items, vendors and stock of the sandbox."""

from __future__ import annotations

from mock_server.api import envelope
from mock_server.gateway import Answer, Call
from mock_server.manufacturing.catalogue import (
    adjust_stock,
    create_item,
    create_vendor,
    update_item,
    update_vendor,
)
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox, tenant_of
from mock_server.storage import SqlBook, tables
from mock_server.storage.documents import read_page
from mock_server.storage.rows import shown_movement
from mock_server.storage.tenancy import lock_entity
from mock_server.wire import dumps


class StockControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session

    def create_item(self, call: Call) -> Answer:
        """Creates an item without stock."""
        book = self._book(call)
        item = create_item(book, call.body)
        return Answer(201, book.items.shown(item), [(b"location", f"{call.target}/{item.id}".encode())])

    def update_item(self, call: Call) -> Answer:
        """Changes an item; a new cost or selling price rolls up through every BOM above it."""
        book = self._book(call)
        item = book.items.get(call.path["id"])
        if item is None:
            raise Refused("not_found")
        return Answer(200, book.items.shown(update_item(book, item, call.body)))

    def create_vendor(self, call: Call) -> Answer:
        """Creates a vendor; its place is in the public API, which alone shows vendors."""
        book = self._book(call)
        vendor = create_vendor(book, call.body, book.tenant.currency)
        place = f"/public/v1/orgs/{book.tenant.org}/entities/{book.tenant.entity}/vendor/{vendor.id}"
        return Answer(201, book.vendors.shown(vendor), [(b"location", place.encode())])

    def update_vendor(self, call: Call) -> Answer:
        """Changes a vendor."""
        book = self._book(call)
        vendor = book.vendors.get(call.path["id"])
        if vendor is None:
            raise Refused("not_found")
        return Answer(200, book.vendors.shown(update_vendor(book, vendor, call.body)))

    def create_stock_adjustment(self, call: Call) -> Answer:
        """Counts an item's stock up or down, with a movement."""
        return Answer(201, dumps(shown_movement(adjust_stock(self._book(call), call.body))))

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
