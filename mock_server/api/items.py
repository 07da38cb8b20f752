"""Items with their stock, and vendors."""

from __future__ import annotations

from mock_server.api.documents import DocumentHandlers
from mock_server.api.pages import Filters
from mock_server.api.services import Services
from mock_server.gateway.answers import Answer
from mock_server.gateway.calls import Call
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.vendors import Vendor
from mock_server.storage.tables import items, vendors


class ItemHandlers(DocumentHandlers[Item]):
    """Items."""

    table = items
    key = "items"
    filters = Filters({"itemCode": "code"})


class VendorHandlers(DocumentHandlers[Vendor]):
    """Vendors."""

    table = vendors
    key = "vendors"


class Items:
    """The handlers, named by operation."""

    def __init__(self, services: Services) -> None:
        items, vendors = ItemHandlers(services), VendorHandlers(services)
        self.list_items, self.list_vendors = items.page, vendors.page
        self._items, self._vendors = items, vendors

    def get_item(self, call: Call) -> Answer:
        """One item; items have no ETag, because no revision of them is published."""
        return _without_etag(self._items.one(call))

    def get_vendor(self, call: Call) -> Answer:
        """One vendor, likewise."""
        return _without_etag(self._vendors.one(call))


def _without_etag(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body)
