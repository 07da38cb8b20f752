"""The commands that speak to a sandbox over HTTP, one module each."""

from mock_server.commands.certify import certify
from mock_server.commands.dry_run import dry_run
from mock_server.commands.env import env
from mock_server.commands.events import events
from mock_server.commands.explain import explain
from mock_server.commands.faults import faults
from mock_server.commands.journal import journal
from mock_server.commands.listen import listen
from mock_server.commands.login import login
from mock_server.commands.records import entities, items, vendors
from mock_server.commands.seed import seed
from mock_server.commands.trigger import trigger
from mock_server.commands.verify import verify
