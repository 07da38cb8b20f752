"""The sandbox around the contract: its state, its seed, its control plane."""

from mock_server.sandbox import stored_records
from mock_server.sandbox.clock_control import ClockControl
from mock_server.sandbox.control import Control
from mock_server.sandbox.event_control import EventControl
from mock_server.sandbox.fault_control import FaultControl
from mock_server.sandbox.keys import shared_signing_key
from mock_server.sandbox.sandbox import Sandbox
from mock_server.sandbox.stock_control import StockControl
