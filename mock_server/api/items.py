"""Items with their stock, and vendors."""

from __future__ import annotations

from mock_server.api.documents import DocumentHandlers
from mock_server.api.pages import Filters
from mock_server.api.services import Services
from mock_server.gateway import Answer, Call
from mock_server.manufacturing import Item, Vendor


class ItemHandlers(DocumentHandlers[Item]):
    """Items."""

    collection = "items"
    key = "items"
    filters = Filters({"itemCode": "code"})


class VendorHandlers(DocumentHandlers[Vendor]):
    """Vendors."""

    collection = "vendors"
    key = "vendors"


class Items:
    """The handlers, named by operation."""

    def __init__(self, services: Services) -> None:
        items, vendors = ItemHandlers(services), VendorHandlers(services)
        self.list_item, self.list_vendor = items.page, vendors.page
        self._items, self._vendors = items, vendors

    def get_item(self, call: Call) -> Answer:
        """One item; its ETag moves with its stock too."""
        return self._items.one(call)

    def get_vendor(self, call: Call) -> Answer:
        """One vendor, without an ETag: none is published."""
        return Answer(200, self._vendors.one(call).body)
