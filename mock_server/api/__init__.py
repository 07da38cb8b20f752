"""One module per resource: a checked call in, an answer out."""

from mock_server.api.account import Account
from mock_server.api.answers import commits_itself, modified, of_one_state
from mock_server.api.boms import Boms
from mock_server.api.deliveries import Deliveries
from mock_server.api.items import Items
from mock_server.api.manufacturing_reports import ManufacturingReports
from mock_server.api.pages import Cursors, ended, envelope, page_of_records, place_of
from mock_server.api.quality_inspections import QualityInspections
from mock_server.api.recipes import Recipes
from mock_server.api.services import Services
from mock_server.api.subcontract_orders import SubcontractOrders
from mock_server.api.webhooks import Webhooks
from mock_server.api.work_orders import WorkOrders
