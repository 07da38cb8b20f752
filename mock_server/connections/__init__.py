"""What a client's connection may do: how long it may wait, how much it may send, and how it ends."""

from mock_server.connections.bound import bound
from mock_server.connections.limits import OTHER_FILES, VARIABLE, Limits, LimitsError, limits_of
from mock_server.connections.refusals import WireRefusals
from mock_server.connections.server import BoundedServer
