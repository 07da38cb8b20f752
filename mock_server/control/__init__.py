"""The control plane: handlers, a module per resource, that put a sandbox into the state asked for."""

from mock_server.control.clock import ClockControl
from mock_server.control.dry_runs import DryRunControl
from mock_server.control.entities import EntityControl
from mock_server.control.exchanges import RequestControl
from mock_server.control.faults import FaultRuleControl
from mock_server.control.figures import ExplainControl, JournalControl
from mock_server.control.installs import Control
from mock_server.control.oauth_clients import OauthClientControl
from mock_server.control.seed import SeedControl
from mock_server.control.snapshots import SnapshotControl
from mock_server.control.stock import StockControl
from mock_server.control.webhooks import EventControl, FaultControl
from mock_server.control.workspaces import WorkspaceControl
