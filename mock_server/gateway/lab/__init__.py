"""What may be asked of the gateway in a test: that requests go wrong, and that they are remembered."""

from mock_server.gateway.lab.mishaps import FAULT_HEADER, MISHAPS, SPOILT, TRANSPORT, Met, Mishaps
from mock_server.gateway.lab.recording import Recording
