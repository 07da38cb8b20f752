"""Job work out: materials issued, goods received, challans."""

from mock_server.manufacturing.subcontract_orders.commands import (
    archive,
    cancel,
    complete,
    create,
    restore,
    update,
)
from mock_server.manufacturing.subcontract_orders.goods import receive_goods, return_materials
from mock_server.manufacturing.subcontract_orders.issue import issue_materials
from mock_server.manufacturing.subcontract_orders.receipt_cost import add_to_cost, cost_of_receipt
from mock_server.manufacturing.subcontract_orders.records import (
    MaterialMoved,
    SubcontractCost,
    SubcontractMaterial,
    SubcontractOrder,
    SubcontractReceipt,
    SubcontractStatus,
)
from mock_server.manufacturing.subcontract_orders.view import (
    SubcontractView,
    needs_now,
    shown_subcontract_order,
)
