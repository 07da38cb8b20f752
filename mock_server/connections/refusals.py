"""Answers to what never becomes a request, in the documented envelope."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from mock_server.contract import Contract
from mock_server.gateway import Envelope, Scope, Sender
from mock_server.refused import Refused

_RETRY_AFTER = (b"retry-after", b"1")


class WireRefusals:
    """Makes the bytes of a refusal."""

    def __init__(self, contract: Contract) -> None:
        self._envelope = Envelope(contract)
        self._sender = Sender(contract)

    def bytes_of(self, code: str, scope: Scope, common: list[tuple[bytes, bytes]]) -> bytes:
        """A whole answer after which the connection ends; `common` are the server's own headers."""
        headers: list[Any] = [_RETRY_AFTER] if code == "service_unavailable" else []
        answer = self._envelope.refuse(Refused(code, headers=headers))
        status = HTTPStatus(answer.status)
        lines = [b"HTTP/1.1 %d %s" % (status.value, status.phrase.encode())]
        for name, value in (*common, *self._sender.headers(scope, answer), (b"connection", b"close")):
            lines.append(name + b": " + value)
        return b"\r\n".join((*lines, b"", b"" if scope.get("method") == "HEAD" else answer.body))
