"""Rate limits: windows of one process, and those that several share."""

from mock_server.gateway.limits.shared import SharedWindow
from mock_server.gateway.limits.window import Unlimited, Window, budget_headers
