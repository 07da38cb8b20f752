"""The rows of each kind of record."""

from mock_server.storage.rows.component_usage import ComponentUsage, component_usage
from mock_server.storage.rows.drafts import move_drafts
from mock_server.storage.rows.due import MAX_DUE, Due, attempts_between, due_between
from mock_server.storage.rows.followed import MAX_PAGE_LINES, forget_drafts
from mock_server.storage.rows.formulas import BOMS, RECIPES, FormulaRows
from mock_server.storage.rows.inspections import INSPECTIONS, InspectionRows
from mock_server.storage.rows.items import ITEMS, VENDORS, ItemRows, VendorRows
from mock_server.storage.rows.production import ProductionRows
from mock_server.storage.rows.report_cache import drop_reports, keep_report, kept_report, report_state
from mock_server.storage.rows.stock import StockRows, shown_movement
from mock_server.storage.rows.subcontract_orders import SUBCONTRACT_ORDERS, ChallanNumbers, SubcontractRows
from mock_server.storage.rows.work_orders import WORK_ORDERS, WorkOrderRows
