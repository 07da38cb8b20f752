"""The sandbox around the contract: its state, its seed, its control plane."""

from mock_server.sandbox.control import Control
from mock_server.sandbox.keys import shared_signing_key
from mock_server.sandbox.sandbox import Sandbox
