"""A connection that a test holds open: it says half a thing, waits, and listens to the end."""

from __future__ import annotations

import json
import socket
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from contract_tests.kit import Target

# Longer than any limit that the tests set, shorter than those that the server has by itself.
PATIENCE = 20.0
_PIECE = 65536


@dataclass(frozen=True)
class Heard:
    """An answer, and what came behind it on the same connection."""

    status: int
    headers: dict[str, str]
    body: bytes
    rest: bytes

    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)


class Line(AbstractContextManager["Line"]):
    """One connection to a server."""

    def __init__(self, target: Target, *, buffer: int | None = None) -> None:
        """`buffer` is how much the client's side takes in without being read."""
        parts = urlsplit(target.url)
        self._target = target
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._socket.settimeout(PATIENCE)
        self._socket.connect((parts.hostname or "", parts.port or 80))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()

    def finish(self) -> None:
        """Says that no more will be said; the connection stays open for the answer."""
        self._socket.shutdown(socket.SHUT_WR)

    def pause(self, seconds: float) -> None:
        """Lets time go by on the server's side."""
        time.sleep(seconds)

    def say(self, text: bytes) -> Line:
        """Sends bytes."""
        self._socket.sendall(text)
        return self

    def ask(self, method: str, path: str, *headers: str, body: bytes = b"", has_token: bool = True) -> Line:
        """Sends a request below the API's path: this head, and these bytes behind it."""
        lines = [f"{method} {self._target.base_path}{path} HTTP/1.1", "Host: sandbox", *headers]
        if has_token:
            lines.append(f"Authorization: Bearer {self._target.tenant.token}")
        return self.say("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def expect(self, text: bytes) -> None:
        """Waits for these very bytes."""
        heard = b""
        while len(heard) < len(text):
            piece = self._socket.recv(len(text) - len(heard))
            assert piece, f"the connection ended after {heard[:300]!r}"
            heard += piece
        assert heard == text

    def hear(self) -> bytes:
        """Everything until the server ends the connection; fails where it does not."""
        heard = b""
        try:
            while piece := self._socket.recv(_PIECE):
                heard += piece
        except ConnectionResetError:
            pass
        except TimeoutError:
            raise AssertionError(f"the connection is still open; it said {heard[:300]!r}") from None
        return heard

    def hear_one(self) -> Heard:
        """The first answer, which gives its length; what follows is not waited for."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            piece = self._socket.recv(_PIECE)
            assert piece, f"the connection ended after {heard[:300]!r}"
            heard += piece
        found = read(heard)
        while len(found.body) < int(found.headers.get("content-length", 0)):
            heard += self._socket.recv(_PIECE)
            found = read(heard)
        return found


def read(heard: bytes) -> Heard:
    """The first answer in these bytes."""
    head, _, behind = heard.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", 0))
    return Heard(int(first.split()[1]), headers, behind[:length], behind[length:])
