"""Quality inspections."""

from __future__ import annotations

from mock_server.api.answers import modified
from mock_server.api.documents import DocumentHandlers
from mock_server.api.pages import Filters
from mock_server.gateway.answers import Answer
from mock_server.gateway.calls import Call
from mock_server.manufacturing.inspections.commands import (
    archive_inspections,
    complete_inspection,
    create_inspection,
    restore_inspections,
    update_inspection,
)
from mock_server.manufacturing.inspections.records import Inspection
from mock_server.storage.book import SqlBook
from mock_server.storage.tables import quality_inspections


class QualityInspections(DocumentHandlers[Inspection]):
    """The handlers, named by operation."""

    table = quality_inspections
    key = "quality_inspections"
    filters = Filters({"workOrderRefId": "work_order_id", "subcontractOrderRefId": "subcontract_order_id"})

    def list_quality_inspections(self, call: Call) -> Answer:
        """A page of inspections."""
        return self.page(call)

    def create_quality_inspection(self, call: Call) -> Answer:
        """Opens an inspection of one lot of an order."""
        book = self.services.book(call)
        return self.created(call, book, create_inspection(book, call.body).id)

    def get_quality_inspection(self, call: Call) -> Answer:
        """One inspection, archived ones included."""
        return self.one(call)

    def update_quality_inspection(self, call: Call) -> Answer:
        """Enters readings, quantities and the disposition."""
        book, inspection = self.find(call, SqlBook.inspection)
        return self.answer(call, book, update_inspection(book, inspection, call.body).id)

    def complete_quality_inspection(self, call: Call) -> Answer:
        """Freezes the inspection with its result."""
        book, inspection = self.find(call, SqlBook.inspection)
        return self.answer(call, book, complete_inspection(book, inspection, call.body).id)

    def archive_quality_inspections(self, call: Call) -> Answer:
        """Archives several inspections; an Open one becomes Cancelled."""
        return modified(archive_inspections(self.services.book(call), call.body["ids"]))

    def restore_quality_inspections(self, call: Call) -> Answer:
        """Restores several archived inspections."""
        return modified(restore_inspections(self.services.book(call), call.body["ids"]))
