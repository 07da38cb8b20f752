"""Web pages for people."""

from mock_server.console.site import Site
