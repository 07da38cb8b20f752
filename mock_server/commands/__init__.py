"""The commands for those who build on the sandbox, one module each."""

from mock_server.commands.certify import certify
from mock_server.commands.events import events
from mock_server.commands.explain import explain
from mock_server.commands.interest import interest
from mock_server.commands.listen import listen
from mock_server.commands.logs import logs
from mock_server.commands.scopes import scopes
from mock_server.commands.trigger import trigger
from mock_server.commands.verify import verify
