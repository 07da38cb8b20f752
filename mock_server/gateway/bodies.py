"""Request bodies: bounded, JSON in UTF-8, strictly read."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import orjson

from mock_server.contract import Fault
from mock_server.gateway.answers import Disconnected, Receive, invalid_at
from mock_server.refused import Refused

MAX_BYTES = 1024 * 1024
# A file that is taken as it is.
MAX_FILE = 64 * 1024 * 1024
# More than the largest body that the contract allows has, several times over.
MAX_VALUES = 100_000
_TYPE = re.compile(r"\s*application/json\s*(;.*)?", re.IGNORECASE | re.DOTALL)
# One parameter of a media type: its name and its value, which may be quoted.
_PARAMETER = re.compile(r';\s*([^\s;=,"]*)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?\s*', re.DOTALL)
_UTF_8 = {"utf-8", "utf8"}
_ENCODED = "Send the body as it is: a Content-Encoding such as gzip is not read."
_CLOSE = [(b"connection", b"close")]


async def read_bytes(receive: Receive, headers: dict[bytes, bytes], most: int = MAX_BYTES) -> bytes:
    """The whole body; refused (413) as soon as it is known to be larger than that, by default 1 MiB."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > most:
        raise Refused("payload_too_large", headers=_CLOSE)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body: bytes = message.get("body", b"")
        size += len(body)
        if size > most:
            raise Refused("payload_too_large", headers=_CLOSE)
        parts.append(body)
        if not message.get("more_body"):
            return body if len(parts) == 1 else b"".join(parts)


def read_file(media_type: str, headers: dict[bytes, bytes], raw: bytes, found: list[Fault]) -> bytes:
    """A body that is taken as it is; refused (415) where it is said to be something else."""
    if not raw:
        found.append({"pointer": "", "message": "a body is required"})
    sent = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if sent != media_type:
        raise Refused("unsupported_media_type", f"Send a body of {media_type}.")
    return raw


def check_media_type(headers: dict[bytes, bytes]) -> None:
    """Refuses (415) anything but plain JSON in UTF-8; parameters that say nothing of it are ignored."""
    encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip()
    if encoding and encoding.lower() != "identity":
        raise Refused("unsupported_media_type", _ENCODED)
    found = _TYPE.fullmatch(headers.get(b"content-type", b"").decode("latin-1"))
    if found is None:
        raise Refused("unsupported_media_type")
    rest = found[1] or ""
    while rest:
        parameter = _PARAMETER.match(rest)
        if parameter is None:
            raise Refused("unsupported_media_type")
        name, value = parameter[1].lower(), (parameter[2] or "").strip('"').lower()
        if name == "charset" and value not in _UTF_8:
            raise Refused("unsupported_media_type")
        rest = rest[parameter.end() :]


def check_amount(value: Any) -> None:
    """Refuses (400) more values than a body may hold, and counts no further than that."""
    waiting, count = [value], 1
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            inner = inner.values()
        elif not isinstance(inner, list):
            continue
        count += len(inner)
        if count > MAX_VALUES:
            raise invalid_at("", f"holds more than {MAX_VALUES} values")
        waiting.extend(each for each in inner if isinstance(each, dict | list))


def parse(raw: bytes) -> Any:
    """The value of a JSON text: fractions as decimals, no duplicate members, nothing beyond JSON."""
    try:
        # The strict parser bounds depth and refuses NaN, bad UTF-8 and lone surrogates; it has no decimals.
        check_amount(orjson.loads(raw))
        return _STRICT.decode(raw.decode())
    except DuplicateMember as error:
        raise invalid_at("", f"has the member {str(error)[:100]} more than once") from None
    except (ValueError, RecursionError) as error:
        detail = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise invalid_at("", f"is not JSON: {detail[:100]}") from None


class DuplicateMember(ValueError):
    """An object names a member twice."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise DuplicateMember(json.dumps(name))
            seen.add(name)
    return members


def _decimal(text: str) -> Decimal | int:
    value = Decimal(text)
    if len(text) > 40 or abs(value.adjusted()) > 40:
        raise ValueError("a number has too many digits")
    # Numbers count by their value: 1.0 and 1e2 are integers.
    whole = int(value)
    return whole if whole == value else value


def _integer(text: str) -> int:
    if len(text) > 40:
        raise ValueError("a number has too many digits")
    return int(text)


_STRICT = json.JSONDecoder(parse_float=_decimal, parse_int=_integer, object_pairs_hook=_members)
