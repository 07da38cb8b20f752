"""Work orders: planned, released, completed, costed."""

from mock_server.manufacturing.work_orders.commands import archive, create, restore, update
from mock_server.manufacturing.work_orders.completion import complete, shown_movements
from mock_server.manufacturing.work_orders.contents import with_contents
from mock_server.manufacturing.work_orders.costs import (
    MINUTES_PLACES,
    Gross,
    Hours,
    at_rate,
    labour,
    planned_cost,
    unit_of,
)
from mock_server.manufacturing.work_orders.records import (
    SnapshotWork,
    WorkOrder,
    WorkOrderActualCost,
    WorkOrderByProduct,
    WorkOrderMaterial,
    WorkOrderPlannedCost,
    WorkOrderSnapshot,
    WorkOrderStatus,
    WorkOrderVariance,
)
from mock_server.manufacturing.work_orders.release import cancel, release
from mock_server.manufacturing.work_orders.results import settle, work_done
from mock_server.manufacturing.work_orders.view import shown_work_order, source_of
