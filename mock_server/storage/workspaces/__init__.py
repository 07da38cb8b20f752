"""Workspaces and their snapshots, as the server's first database keeps them."""

from mock_server.storage.workspaces.rows import (
    State,
    count_workspaces,
    drop_snapshot,
    drop_workspace,
    expired_workspaces,
    read_snapshots,
    read_workspace,
    read_workspaces,
    write_snapshot,
    write_workspace,
)
