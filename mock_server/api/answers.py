"""The forms of an answer: one record, a page, a bulk count."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from mock_server.gateway import COMMITS_ITSELF, READS_ONE_STATE, Answer, Call
from mock_server.refused import Refused
from mock_server.wire import dumps

T = TypeVar("T")
R = TypeVar("R")
_TAG = re.compile(r'(?P<weak>W/)?"(?P<tag>[^"]*)"')
# What a proxy that compresses an answer puts behind its tag.
_SUFFIX = re.compile(r"(?<=\d)(--?|[;:+])(x-)?(gzip|br|brotli|deflate|compress|zstd)$", re.IGNORECASE)


def etag(tag: str) -> tuple[bytes, bytes]:
    """The ETag header."""
    return (b"etag", b'"%s"' % tag.encode())


def record(body: bytes, tag: str | None = None) -> Answer:
    """One record, with its ETag where it has one."""
    return Answer(200, body, [] if tag is None else [etag(tag)])


def created(call: Call, body: bytes, record_id: str, tag: str) -> Answer:
    """A new record, with its path."""
    return Answer(201, body, [etag(tag), (b"location", f"{call.target}/{record_id}".encode())])


def modified(count: int) -> Answer:
    """The outcome of a bulk action."""
    return Answer(200, dumps({"ok": True, "modified": count}))


def check_tag(call: Call, tag: str) -> None:
    """Refuses (412) where If-Match names other tags only; by RFC 9110 a weak one never matches."""
    wanted = call.headers.get("If-Match")
    if wanted is None or wanted == "*":
        return
    tags = (found for found in _TAG.finditer(wanted) if not found["weak"])
    if all(_SUFFIX.sub("", found["tag"]) != tag for found in tags):
        raise Refused("precondition_failed", values={"tag": tag})


def of_one_state(handler: Callable[[T, Call], Answer]) -> Callable[[T, Call], Answer]:
    """The handler, marked: the several rows that it reads must be of one and the same state."""
    setattr(handler, READS_ONE_STATE, True)
    return handler


def commits_itself(handler: Callable[[T, Call], R]) -> Callable[[T, Call], R]:
    """The handler, marked: it opens its transactions itself, and acts on what is committed."""
    setattr(handler, COMMITS_ITSELF, True)
    return handler
