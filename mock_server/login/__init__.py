"""Signing in as an app does: by the browser, with a redirect to this machine."""

from mock_server.login.flow import Login, log_in
