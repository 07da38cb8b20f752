"""The sandbox around the contract: its state, its seed, its control plane."""

from mock_server.sandbox.control import Control
from mock_server.sandbox.keys import demo_install_id
from mock_server.sandbox.sandbox import Sandbox
