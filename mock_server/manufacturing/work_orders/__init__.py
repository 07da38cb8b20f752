"""Work orders: planned, released, completed, costed."""

from mock_server.manufacturing.work_orders.commands import archive, create, restore, update
from mock_server.manufacturing.work_orders.completion import complete
from mock_server.manufacturing.work_orders.costs import MINUTES_PLACES
from mock_server.manufacturing.work_orders.records import (
    WorkOrder,
    WorkOrderActualCost,
    WorkOrderByProduct,
    WorkOrderPlannedCost,
    WorkOrderStatus,
    WorkOrderVariance,
)
from mock_server.manufacturing.work_orders.release import cancel, release
from mock_server.manufacturing.work_orders.view import shown_work_order
