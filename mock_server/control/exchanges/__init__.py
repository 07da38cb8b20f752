"""The log of requests."""

from mock_server.control.exchanges.requests import RequestControl
