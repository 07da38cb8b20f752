"""Workspaces: isolated sandboxes of one server. The token of a request decides which one answers it."""

from mock_server.workspaces.making import Maker
from mock_server.workspaces.record import Record, Wanted
from mock_server.workspaces.registry import Workspaces
from mock_server.workspaces.snapshots import Snapshots
from mock_server.workspaces.templates import Templates
from mock_server.workspaces.workspace import Endpoints, Workspace
