"""A receiver of events in a process of its own: answers 204, and says when each one came.

Usage: python -m scripts.benchmark.receiver CERTIFICATE
Prints its port; a GET tells what has come since the last one.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import sys
import time
from typing import Any

_CREATED = re.compile(rb'"created_at":"([^"]+)"')
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
_TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"
_arrivals: list[tuple[float, str]] = []


class _Requests(asyncio.Protocol):
    def __init__(self) -> None:
        self._read = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A sender has come."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Takes whole requests, one after the other."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            found = _LENGTH.search(head)
            size = end + 4 + (int(found[1]) if found else 0)
            if len(self._read) < size:
                return
            body, self._read = self._read[end + 4 : size], self._read[size:]
            self._transport.write(_report() if head.startswith(b"GET") else _taken(body))


def _taken(body: bytes) -> bytes:
    created = _CREATED.search(body)
    _arrivals.append((time.time(), created[1].decode() if created else ""))
    return _TAKEN


def _report() -> bytes:
    told = json.dumps(_arrivals).encode()
    _arrivals.clear()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told)


async def _serve(certificate: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Requests, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
