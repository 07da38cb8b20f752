"""Subcontract orders: job work that goes out and comes back."""

from __future__ import annotations

from mock_server.api.answers import modified, of_one_state
from mock_server.api.documents import DocumentHandlers
from mock_server.api.pages import Filters
from mock_server.gateway import Answer, Call
from mock_server.manufacturing import subcontract_orders
from mock_server.manufacturing.subcontract_orders import SubcontractOrder


class SubcontractOrders(DocumentHandlers[SubcontractOrder]):
    """The handlers, named by operation."""

    collection = "subcontract_orders"
    key = "subcontract_orders"
    filters = Filters(
        {"subcontractorRefId": "subcontractor_id"},
        {"overdue": "material_due", "deliveryOverdue": "delivery_due"},
    )

    @of_one_state
    def list_subcontract_orders(self, call: Call) -> Answer:
        """A page of subcontract orders."""
        return self.page(call)

    def create_subcontract_order(self, call: Call) -> Answer:
        """Creates a Draft."""
        book = self.services.book(call)
        return self.created(call, book, subcontract_orders.create(book, call.body))

    @of_one_state
    def get_subcontract_order(self, call: Call) -> Answer:
        """One subcontract order, archived ones included."""
        return self.one(call)

    def update_subcontract_order(self, call: Call) -> Answer:
        """Changes a subcontract order."""
        book, order = self.find(call)
        return self.answer(book, subcontract_orders.update(book, order, call.body))

    def issue_subcontract_materials(self, call: Call) -> Answer:
        """Sends material to the subcontractor, with a challan."""
        book, order = self.find(call)
        return self.answer(book, subcontract_orders.issue_materials(book, order, call.body))

    def receive_subcontract_goods(self, call: Call) -> Answer:
        """Takes finished goods in, accepted and rejected."""
        book, order = self.find(call)
        return self.answer(book, subcontract_orders.receive_goods(book, order, call.body))

    def return_subcontract_materials(self, call: Call) -> Answer:
        """Takes unused material back at the value it was issued at."""
        book, order = self.find(call)
        return self.answer(book, subcontract_orders.return_materials(book, order, call.body))

    def complete_subcontract_order(self, call: Call) -> Answer:
        """Closes the order once all material is accounted for."""
        book, order = self.find(call)
        return self.answer(book, subcontract_orders.complete(book, order, call.body))

    def cancel_subcontract_order(self, call: Call) -> Answer:
        """Ends an order of which nothing is out."""
        book, order = self.find(call)
        return self.answer(book, subcontract_orders.cancel(book, order, call.body))

    def archive_subcontract_orders(self, call: Call) -> Answer:
        """Archives several orders, all or none."""
        return modified(subcontract_orders.archive(self.services.book(call), call.body["ids"]))

    def restore_subcontract_orders(self, call: Call) -> Answer:
        """Restores several archived orders."""
        return modified(subcontract_orders.restore(self.services.book(call), call.body["ids"]))
