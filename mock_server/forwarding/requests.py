"""The log of a sandbox over its control plane: what was asked, as it was and as it comes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from mock_server.forwarding.server import ForwardingError, Server

_OFF = "There is no log: the sandbox was started with --no-log."
_WIDE = 60


async def asked(
    server: Server, method: str, path: str, query: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the control plane answers; a ForwardingError where it refuses."""
    answer = await server.control(method, quote(path), query=query)
    if answer.status != 200 or not isinstance(answer.body, dict):
        raise ForwardingError(f"{method} {path}: {answer.told}.")
    return answer.body


async def list_requests(
    server: Server, query: Mapping[str, Any], warn: Callable[[str], None]
) -> list[dict[str, Any]]:
    """The last requests that fit, oldest first."""
    page = await asked(server, "GET", "/requests", query)
    if not page["is_logging"]:
        warn(_OFF)
    found: list[dict[str, Any]] = page["requests"]
    return found


async def follow_requests(
    server: Server, query: Mapping[str, Any], show: Callable[[Any], None], warn: Callable[[str], None]
) -> None:
    """Shows the last requests that fit and each one that comes, until the server stops."""
    if not (await asked(server, "GET", "/requests", {"limit": 1}))["is_logging"]:
        raise ForwardingError(_OFF)
    kind = ""
    async for line in server.lines("/requests/stream", query):
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data" and kind == "request":
            show(json.loads(value))
        elif name == "data" and kind == "missed":
            warn(f"{json.loads(value)['count']} were left out: they came faster than they were read.")
    warn("The server has stopped.")


def request_line(request: Mapping[str, Any]) -> str:
    """A request and what came of it, in one line."""
    time = request["at"][11:23]
    what = request["operation_id"] or _short(request["path"])
    parts = [time, str(request["status"]), f"{request['method']} {what}"]
    named = ", ".join(each["number"] or each["id"] for each in request["records"][:3])
    more = len(request["records"]) - 3
    if named:
        parts.append(f"{named} and {more} more" if more > 0 else named)
    if request["code"]:
        parts.append(request["code"])
    parts += [f"{request['duration_ms']:.1f} ms", request["request_id"]]
    if request["plane"] != "public":
        parts.append(f"({request['plane']})")
    return "  ".join(parts)


def _short(path: str) -> str:
    return path if len(path) <= _WIDE else f"{path[: _WIDE - 1]}…"
