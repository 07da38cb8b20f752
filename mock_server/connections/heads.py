"""Request heads: what is refused before they are read, and how long the body that follows is."""

from __future__ import annotations

import re
from collections.abc import Sequence

END = b"\r\n\r\n"
# The name alone is changed, so that no parser takes what follows the head for another protocol.
_UPGRADE = re.compile(rb"\r\nupgrade(?=[ \t]*:)", re.IGNORECASE)
_IGNORED = b"\r\nx-ignored-upgrade"
CHUNKED = -1


class MalformedHead(ValueError):
    """The head is no HTTP/1.1, or two readers could take it for two different requests."""


def count_headers(head: bytes) -> int:
    """The number of headers; a MalformedHead where lines do not end with CR LF, or one continues another."""
    lines = head.splitlines()
    if len(lines) != head.count(b"\r\n") or min(lines[:-1]) < b"!":
        raise MalformedHead("a line that is none")
    return len(lines) - 2


def without_offer(head: bytes) -> bytes:
    """The head with an offer to change the protocol struck out."""
    return _UPGRADE.sub(_IGNORED, head)


def body_length(version: str, headers: Sequence[tuple[bytes, bytes]]) -> int:
    """Bytes of the body, or CHUNKED; a MalformedHead where that, or the host, is not beyond doubt."""
    length: bytes | None = None
    is_chunked = False
    hosts = 0
    for name, value in headers:
        if name == b"content-length":
            if length is not None or not value.isdigit() or len(value) > 18:
                raise MalformedHead("more than one length, or none that is a number")
            length = value
        elif name == b"transfer-encoding":
            if is_chunked or value.strip().lower() != b"chunked" or version != "1.1":
                raise MalformedHead("a transfer coding that is not chunked")
            is_chunked = True
        elif name == b"host":
            hosts += 1
    if is_chunked and length is not None:
        raise MalformedHead("two lengths")
    if hosts != 1 and (hosts or version == "1.1"):
        raise MalformedHead("no host, or more than one")
    return CHUNKED if is_chunked else int(length or 0)
