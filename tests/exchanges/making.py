"""Exchanges as tests need them."""

from __future__ import annotations

from typing import Any

from mock_server.exchanges import Caller, Exchange, packed

_USUAL: dict[str, Any] = {
    "place": 1,
    "size": 2_000,
    "request_id": b"a-1",
    "plane": "public",
    "method": "GET",
    "path": "/public/v1/health",
    "query": b"",
    "head": packed([(b"host", b"sandbox:8080")]),
    "body": None,
    "status": 200,
    "headers": packed([(b"x-request-id", b"a-1")]),
    "answer": b"{}",
    "code": "",
    "operation": "healthCheck",
    "is_routed": True,
    "is_checked": True,
    "caller": Caller("jti-1", "install-1", ("bom:read",)),
    "changes": None,
    "at": 1_800_000_000.0,
    "seconds": 0.002,
}


def exchange(**given: Any) -> Exchange:
    """An exchange that is usual but for what is given; a number stands for place and id."""
    number = given.pop("number", None)
    if number is not None:
        given = {"place": number, "request_id": b"a-%d" % number, **given}
    return Exchange(**{**_USUAL, **given})
