"""The forms in which a stretch of the log can be taken away."""

from __future__ import annotations

from collections.abc import Callable

from mock_server.contract import Contract
from mock_server.exchanges.arazzo import arazzo_of
from mock_server.exchanges.curl import curl_of
from mock_server.exchanges.exchange import Exchange
from mock_server.exchanges.har import har_of
from mock_server.exchanges.pytest_file import pytest_of

_TEXT = b"text/plain; charset=utf-8"
_JSON = b"application/json"
# Name of the form to its media type and to what writes it.
EXPORTS: dict[str, tuple[bytes, Callable[[list[Exchange], Contract], bytes]]] = {
    "curl": (_TEXT, lambda exchanges, _: curl_of(exchanges)),
    "pytest": (_TEXT, lambda exchanges, _: pytest_of(exchanges)),
    "har": (_JSON, lambda exchanges, contract: har_of(exchanges, contract.version)),
    "arazzo": (_JSON, arazzo_of),
}
