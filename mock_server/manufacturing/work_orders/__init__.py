"""Work orders: planned, released, completed, costed."""

from mock_server.manufacturing.work_orders.commands import archive, create, restore, update
from mock_server.manufacturing.work_orders.completion import complete
from mock_server.manufacturing.work_orders.costs import MINUTES_PLACES
from mock_server.manufacturing.work_orders.records import (
    COMPLETED,
    DRAFT,
    IN_PROGRESS,
    INTERNAL_WORK_ORDER_FIELDS,
    WorkOrder,
    WorkOrderActualCost,
    WorkOrderByProduct,
    WorkOrderPlannedCost,
    WorkOrderVariance,
)
from mock_server.manufacturing.work_orders.release import cancel, release
from mock_server.manufacturing.work_orders.view import shown_work_order
