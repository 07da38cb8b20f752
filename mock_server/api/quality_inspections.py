"""Quality inspections."""

from __future__ import annotations

from mock_server.api.answers import modified
from mock_server.api.documents import DocumentHandlers
from mock_server.api.pages import Filters
from mock_server.gateway import Answer, Call
from mock_server.manufacturing import inspections
from mock_server.manufacturing.inspections import Inspection


class QualityInspections(DocumentHandlers[Inspection]):
    """The handlers, named by operation."""

    collection = "inspections"
    key = "quality_inspections"
    filters = Filters({"workOrderRefId": "work_order_id", "subcontractOrderRefId": "subcontract_order_id"})

    def list_quality_inspections(self, call: Call) -> Answer:
        """A page of inspections."""
        return self.page(call)

    def create_quality_inspection(self, call: Call) -> Answer:
        """Opens an inspection of one lot of an order."""
        book = self.services.book(call)
        return self.created(call, book, inspections.create(book, call.body))

    def get_quality_inspection(self, call: Call) -> Answer:
        """One inspection, archived ones included."""
        return self.one(call)

    def update_quality_inspection(self, call: Call) -> Answer:
        """Enters readings, quantities and the disposition."""
        book, inspection = self.find(call)
        return self.answer(book, inspections.update(book, inspection, call.body))

    def complete_quality_inspection(self, call: Call) -> Answer:
        """Freezes the inspection with its result."""
        book, inspection = self.find(call)
        return self.answer(book, inspections.complete(book, inspection, call.body))

    def archive_quality_inspections(self, call: Call) -> Answer:
        """Archives several inspections; an Open one becomes Cancelled."""
        return modified(inspections.archive(self.services.book(call), call.body["ids"]))

    def restore_quality_inspections(self, call: Call) -> Answer:
        """Restores several archived inspections."""
        return modified(inspections.restore(self.services.book(call), call.body["ids"]))
