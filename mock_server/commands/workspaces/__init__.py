"""Commands on workspaces, on their state, and on their clocks."""

from mock_server.commands.workspaces.clock import clock
from mock_server.commands.workspaces.state import diff, reset, snapshots
from mock_server.commands.workspaces.workspaces import workspaces
