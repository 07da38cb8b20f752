"""Requests that no ordinary client would send, written to the socket byte by byte."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http.client import HTTPResponse
from urllib.parse import urlsplit

import httpx
import pytest

from contract_tests.kit.client import Client
from contract_tests.kit.promises import check_promises

Headers = Sequence[tuple[str, str | bytes]]
JSON: Headers = (("Content-Type", "application/json"),)
_SECONDS = 30.0
_CHUNK = 65536


@dataclass(frozen=True)
class Reply:
    """An answer, and how much of the body was sent when it came."""

    response: httpx.Response
    sent: int


def exchange(
    client: Client,
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    chunks: Iterable[bytes] | None = None,
    length: int | None = None,
    headers: Headers = (),
) -> Reply:
    """Sends a request as it is, URL and headers untouched; the answer must keep the promises.

    A body is sent with its length, or with a false one, or in chunks; sending stops when the answer comes.
    """
    if (reason := client.target.forbids(method)) is not None:
        pytest.skip(reason)
    parts = urlsplit(client.target.url)
    path = url.removeprefix(client.target.origin)
    head: list[tuple[str, str | bytes]] = [("Host", parts.netloc), ("Connection", "close"), *headers]
    if client.token is not None:
        head.append(("Authorization", f"Bearer {client.token}"))
    if chunks is not None:
        head.append(("Transfer-Encoding", "chunked"))
    elif body is not None or length is not None:
        head.append(("Content-Length", str(len(body or b"") if length is None else length)))
    text = f"{method} ".encode() + path.encode("utf-8") + b" HTTP/1.1\r\n"
    for name, value in head:
        text += name.encode("latin-1") + b": " + _bytes(value) + b"\r\n"
    with _connect(parts.hostname or "", parts.port, parts.scheme == "https") as connection:
        connection.sendall(text + b"\r\n")
        pieces = _framed(chunks) if chunks is not None else _pieces(body or b"")
        sent = _feed(connection, pieces)
        answer = HTTPResponse(connection, method=method)
        answer.begin()
        content = answer.read()
    url = client.target.origin + _printable(path)
    request = httpx.Request(method, url, extensions={"target": path.encode("utf-8")})
    response = httpx.Response(answer.status, headers=answer.getheaders(), content=content, request=request)
    check_promises(response, client.contract)
    return Reply(response, sent)


def raw(client: Client, request: bytes) -> bytes:
    """Writes these bytes and returns all that comes back before the connection ends."""
    if (reason := client.target.forbids("RAW")) is not None:
        pytest.skip(reason)
    parts = urlsplit(client.target.url)
    answer = b""
    with _connect(parts.hostname or "", parts.port, parts.scheme == "https") as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        try:
            while piece := connection.recv(_CHUNK):
                answer += piece
        except ConnectionResetError:
            pass
    return answer


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")


def _printable(path: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in path[:1000])


def _connect(host: str, port: int | None, is_tls: bool) -> socket.socket:
    connection = socket.create_connection((host, port or (443 if is_tls else 80)), _SECONDS)
    return (
        ssl.create_default_context().wrap_socket(connection, server_hostname=host) if is_tls else connection
    )


def _pieces(body: bytes) -> Iterable[bytes]:
    return (body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK))


def _framed(chunks: Iterable[bytes]) -> Iterable[bytes]:
    for chunk in chunks:
        yield b"%x\r\n%s\r\n" % (len(chunk), chunk)
    yield b"0\r\n\r\n"


def _feed(connection: socket.socket, pieces: Iterable[bytes]) -> int:
    sent = 0
    for piece in pieces:
        if select.select([connection], [], [], 0)[0]:
            break
        try:
            connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            break
        sent += len(piece)
    return sent
