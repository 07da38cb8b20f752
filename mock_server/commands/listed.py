"""All commands that speak to a sandbox over HTTP."""

from __future__ import annotations

from mock_server.commands.dry_run import dry_run
from mock_server.commands.env import env
from mock_server.commands.exchanges import interest, logs, scopes
from mock_server.commands.explain import explain
from mock_server.commands.faults import faults
from mock_server.commands.journal import journal
from mock_server.commands.login import login
from mock_server.commands.receivers import certify, events, listen, trigger, verify
from mock_server.commands.records import entities, items, vendors
from mock_server.commands.seed import seed
from mock_server.commands.workspaces import clock, diff, reset, snapshots, workspaces

COMMANDS = (
    certify,
    clock,
    diff,
    dry_run,
    entities,
    env,
    events,
    explain,
    faults,
    interest,
    items,
    journal,
    listen,
    login,
    logs,
    reset,
    scopes,
    seed,
    snapshots,
    trigger,
    vendors,
    verify,
    workspaces,
)
