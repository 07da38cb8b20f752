"""The sandbox around the contract: its state, its seed, its clock, its keys."""

from mock_server.sandbox import stored_records
from mock_server.sandbox.advance import Advance, Advanced
from mock_server.sandbox.keys import shared_signing_key
from mock_server.sandbox.sandbox import Sandbox, tenant_of
from mock_server.sandbox.seed import SEEDED_EVENTS, seed_sandbox
from mock_server.sandbox.shared import Shared
from mock_server.sandbox.timekeeper import store_setting
