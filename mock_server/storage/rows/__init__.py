"""The rows of each kind of record."""

from mock_server.storage.rows.formulas import BOMS, RECIPES, FormulaRows
from mock_server.storage.rows.items import ITEMS, VENDORS, item_code_taken
from mock_server.storage.rows.orders import (
    INSPECTIONS,
    SUBCONTRACT_ORDERS,
    WORK_ORDERS,
    InspectionRows,
    challan_taken,
    keep_challan,
)
from mock_server.storage.rows.outbox import add_event
from mock_server.storage.rows.production import SqlProductionLog, keep_completed
from mock_server.storage.rows.report_cache import drop_reports, keep_report, kept_report, report_state
from mock_server.storage.rows.stock import add_movement, read_stock, shown_movement, write_stock
from mock_server.storage.rows.views import (
    SUBCONTRACT_COLUMNS,
    WORK_ORDER_COLUMNS,
    subcontract_order_body,
    subcontract_order_row,
    work_order_body,
    work_order_row,
)
