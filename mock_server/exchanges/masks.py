"""Secrets, before an exchange is kept: masked by what the contract marks as secret."""

from __future__ import annotations

import marshal
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson

from mock_server.contract import METHODS, Contract

MASK = "***"
# The last version that does not look for objects that occur twice.
_MARSHAL = 2
MASKED = MASK.encode()
_HEADERS = (b"authorization", b"cookie", b"proxy-authorization", b"x-api-key", b"x-auth-token")
_QUERY = re.compile(rb"(?i)(?<![^&])([^=&]*(?:token|secret|password|authorization|api_key)[^=&]*)=[^&]*")
_ILLEGIBLE = b"*** not shown: it may hold a secret, and is not JSON"


def head_of(scope: MutableMapping[str, Any]) -> bytes:
    """The headers of a request, packed; those masked that are secret, the lines of one joined."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    # The gateway has made it to find them, and needs it no more.
    headers: dict[bytes, bytes] = scope.get("hellobooks.headers") or dict(lines)
    if len(headers) < len(lines):
        headers = {}
        for name, value in lines:
            headers[name] = value if name not in headers else headers[name] + b", " + value
    for name in _HEADERS:
        if name in headers:
            headers[name] = MASKED
    return marshal.dumps(headers, _MARSHAL)


def packed(headers: dict[bytes, bytes] | list[tuple[bytes, bytes]]) -> bytes:
    """Headers in one piece: a third of the memory of pairs, and nothing else is made as fast."""
    return marshal.dumps(headers, _MARSHAL)


def unpacked(head: bytes) -> list[tuple[str, str]]:
    """The headers of such a piece, which this process has made itself."""
    found = marshal.loads(head)
    pairs = found.items() if isinstance(found, dict) else found
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]


def masked_query(query: bytes) -> bytes:
    """A query string, the values of parameters masked that are named like secrets."""
    return _QUERY.sub(rb"\1=***", query)


class Masks:
    """The operations of one contract whose bodies hold secrets, and the members that are secret there."""

    def __init__(self, contract: Contract) -> None:
        self._members: dict[str, frozenset[str]] = {}
        for item in contract.document["paths"].values():
            for method in METHODS:
                if method in item:
                    names = frozenset(_secret_members(contract, item[method]))
                    if names:
                        self._members[item[method]["operationId"]] = names

    @property
    def operations(self) -> set[str]:
        """The operations whose bodies hold secrets."""
        return set(self._members)

    def masked(self, operation: str, body: bytes) -> bytes:
        """A body of a request or an answer, as it may be kept."""
        return _masked(body, self._members[operation])


def _secret_members(contract: Contract, operation: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    seen: set[str] = set()
    waiting: list[Any] = [operation.get("requestBody"), operation.get("responses")]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        if not isinstance(node, Mapping):
            continue
        reference = node.get("$ref")
        if isinstance(reference, str):
            if reference not in seen:
                seen.add(reference)
                waiting.append(contract.resolve({"$ref": reference}))
        for name, schema in _properties(node):
            if _is_secret(contract.resolve(schema)) or _is_secret(schema):
                found.add(name)
        waiting.extend(value for key, value in node.items() if key not in {"examples", "example"})
    return found


def _properties(node: Mapping[str, Any]) -> list[tuple[str, Any]]:
    properties = node.get("properties")
    return list(properties.items()) if isinstance(properties, Mapping) else []


def _is_secret(schema: Any) -> bool:
    return isinstance(schema, Mapping) and (
        schema.get("x-secret") is True
        or schema.get("writeOnly") is True
        or schema.get("format") == "password"
    )


def _masked(body: bytes, names: frozenset[str]) -> bytes:
    if not body:
        return body
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _ILLEGIBLE
    waiting = [value]
    is_found = False
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            for name in names & inner.keys():
                inner[name] = MASK
                is_found = True
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)
    return orjson.dumps(value) if is_found else body
