"""Job work out: materials issued, goods received, challans."""

from mock_server.manufacturing.subcontract_orders.challans import financial_year, generated_number
from mock_server.manufacturing.subcontract_orders.commands import (
    archive,
    cancel,
    complete,
    create,
    restore,
    update,
)
from mock_server.manufacturing.subcontract_orders.goods import (
    issue_materials,
    receive_goods,
    return_materials,
)
from mock_server.manufacturing.subcontract_orders.records import INTERNAL_SUBCONTRACT_FIELDS, SubcontractOrder
from mock_server.manufacturing.subcontract_orders.view import (
    SubcontractView,
    delivery_due_date,
    material_due_date,
    shown_subcontract_order,
)
