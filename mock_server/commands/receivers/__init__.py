"""Commands for those who receive events."""

from mock_server.commands.receivers.certify import certify
from mock_server.commands.receivers.events import events
from mock_server.commands.receivers.listen import listen
from mock_server.commands.receivers.trigger import trigger
from mock_server.commands.receivers.verify import verify
