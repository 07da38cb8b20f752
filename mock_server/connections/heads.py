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


def checked(head: bytes) -> bytes:
    """The head as it is given to the parser, with an offer to change the protocol struck out."""
    lines = head.count(b"\n")
    if lines != head.count(b"\r\n") or lines != head.count(b"\r"):
        raise MalformedHead("a line that does not end with CR LF")
    if b"\r\n " in head or b"\r\n\t" in head:
        raise MalformedHead("a folded header")
    if head.startswith(b"CONNECT "):
        raise MalformedHead("a tunnel is asked for")
    return _UPGRADE.sub(_IGNORED, head) if b"upgrade" in head.lower() else head


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
