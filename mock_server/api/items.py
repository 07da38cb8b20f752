"""Items with their stock, and vendors."""

from __future__ import annotations

from sqlalchemy import Table

from mock_server.api.answers import record
from mock_server.api.pages import page
from mock_server.api.services import Services, tenant_of
from mock_server.gateway.answers import Answer, Refusal
from mock_server.gateway.calls import Call
from mock_server.storage.listing import read_body
from mock_server.storage.tables import items, vendors


class Items:
    """The handlers, named by operation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def list_items(self, call: Call) -> Answer:
        """A page of items."""
        return page(call, self._services.session, self._services.cursors, items, "items")

    def get_item(self, call: Call) -> Answer:
        """One item."""
        return self._one(call, items)

    def list_vendors(self, call: Call) -> Answer:
        """A page of vendors."""
        return page(call, self._services.session, self._services.cursors, vendors, "vendors")

    def get_vendor(self, call: Call) -> Answer:
        """One vendor."""
        return self._one(call, vendors)

    def _one(self, call: Call, table: Table) -> Answer:
        found = read_body(self._services.session, table, tenant_of(call).key, call.path["id"])
        if found is None:
            raise Refusal("not_found")
        return record(found[0])
