"""Events, and what goes wrong with their deliveries."""

from mock_server.control.webhooks.events import EventControl
from mock_server.control.webhooks.faults import FaultControl
