"""A receiver of events for a test: HTTPS on this machine, with a certificate of an authority of its own."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_SECONDS = 30.0


@dataclass(frozen=True)
class Received:
    """What came, byte for byte."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The body."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Reply:
    """What is answered."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Receiver:
    """Keeps what comes; `answers` say what to reply to what comes to a path."""

    def __init__(self, port: int) -> None:
        self.origin = f"https://localhost:{port}"
        self.answers: dict[str, Callable[[Received], Reply]] = {}
        self._got: list[Received] = []
        self._news = threading.Condition()

    def url(self, path: str = "/hooks") -> str:
        """An address of the receiver."""
        return self.origin + path

    def take(self, request: Received) -> Reply:
        """One request."""
        answer = self.answers.get(request.path)
        reply = Reply() if answer is None else answer(request)
        with self._news:
            self._got.append(request)
            self._news.notify_all()
        return reply

    def at(self, path: str) -> list[Received]:
        """What has come to a path."""
        with self._news:
            return [request for request in self._got if request.path == path]

    def wait(self, path: str, count: int = 1) -> list[Received]:
        """What has come to a path, as soon as it is so many."""
        end = time.monotonic() + _SECONDS
        with self._news:
            while True:
                found = [request for request in self._got if request.path == path]
                if len(found) >= count:
                    return found
                if not self._news.wait(end - time.monotonic()):
                    raise AssertionError(f"{len(found)} of {count} events came to {path}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    receiver: Receiver

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that leaves is no failure of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Takes an event."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.receiver.take(Received(self.path, headers, body))
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests need no log."""


@contextmanager
def receiving(folder: Path) -> Iterator[tuple[Receiver, Path]]:
    """A running receiver, and the file of its authority's certificate."""
    # Loaded where it is needed: a target far away needs none.
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.receiver = Receiver(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.receiver, file
        finally:
            server.shutdown()
            thread.join()
