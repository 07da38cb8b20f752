"""Work orders."""

from __future__ import annotations

from mock_server.api.answers import modified, of_one_state
from mock_server.api.documents import DocumentHandlers
from mock_server.api.pages import Filters
from mock_server.gateway import Answer, Call
from mock_server.manufacturing import work_orders
from mock_server.manufacturing.reports import log_completion
from mock_server.manufacturing.work_orders import WorkOrder
from mock_server.storage import SqlBook
from mock_server.storage.rows import drop_reports


class WorkOrders(DocumentHandlers[WorkOrder]):
    """The handlers, named by operation."""

    collection = "work_orders"
    key = "work_orders"
    filters = Filters(
        {"bomRefId": "bom_id", "recipeRefId": "recipe_id", "dueBefore": "due_date:before"},
        {"overdue": "open_due"},
    )

    @of_one_state
    def list_work_orders(self, call: Call) -> Answer:
        """A page of work orders; Drafts as their BOMs and recipes are now."""
        return self.page(call)

    def create_work_order(self, call: Call) -> Answer:
        """Creates a Draft."""
        book = self.services.book(call)
        return self.created(call, book, work_orders.create(book, call.body))

    @of_one_state
    def get_work_order(self, call: Call) -> Answer:
        """One work order, archived ones included."""
        return self.one(call)

    def update_work_order(self, call: Call) -> Answer:
        """Changes a work order."""
        book, order = self.find(call)
        return self.answer(book, work_orders.update(book, order, call.body))

    def release_work_order(self, call: Call) -> Answer:
        """Allocates all materials, or none."""
        book, order = self.find(call)
        return self._acted(book, work_orders.release(book, order))

    def complete_work_order(self, call: Call) -> Answer:
        """Posts consumption and receipts, and closes the order."""
        book, order = self.find(call)
        return self._acted(book, log_completion(book, work_orders.complete(book, order, call.body)))

    def cancel_work_order(self, call: Call) -> Answer:
        """Gives the allocations free and ends the order."""
        book, order = self.find(call)
        return self._acted(book, work_orders.cancel(book, order, call.body))

    def archive_work_orders(self, call: Call) -> Answer:
        """Archives several work orders, all or none."""
        return modified(work_orders.archive(self.services.book(call), call.body["ids"]))

    def restore_work_orders(self, call: Call) -> Answer:
        """Restores several archived work orders."""
        return modified(work_orders.restore(self.services.book(call), call.body["ids"]))

    def _acted(self, book: SqlBook, order: WorkOrder) -> Answer:
        # In the same transaction, so that no report is ever older than the order.
        drop_reports(book.session, book.tenant)
        return self.answer(book, order)
