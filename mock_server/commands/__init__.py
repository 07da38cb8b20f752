"""The commands that speak to a sandbox over HTTP, one module each."""

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
