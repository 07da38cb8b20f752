"""The control plane: handlers, a module per resource, that put a sandbox into the state asked for."""

from mock_server.control.clock import ClockControl
from mock_server.control.events import EventControl
from mock_server.control.installs import Control
from mock_server.control.oauth_clients import OauthClientControl
from mock_server.control.snapshots import SnapshotControl
from mock_server.control.stock import StockControl
from mock_server.control.webhook_faults import FaultControl
from mock_server.control.workspaces import WorkspaceControl
