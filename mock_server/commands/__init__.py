"""The commands that speak to a sandbox over HTTP, one module each."""

from mock_server.commands.listed import COMMANDS
