"""Commands on what was asked of a sandbox, and what it answered."""

from mock_server.commands.exchanges.explaining_requests import explain_request
from mock_server.commands.exchanges.interest import interest
from mock_server.commands.exchanges.logs import logs
from mock_server.commands.exchanges.scopes import scopes
