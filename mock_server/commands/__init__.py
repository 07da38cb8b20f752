"""The commands that ask a sandbox, and those for receivers of events, one module each."""

from mock_server.commands.certify import certify
from mock_server.commands.env import env
from mock_server.commands.events import events
from mock_server.commands.listen import listen
from mock_server.commands.login import login
from mock_server.commands.trigger import trigger
from mock_server.commands.verify import verify
