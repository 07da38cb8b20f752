"""A digest of schemas: equal for two documents that admit the same values at the same places."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from mock_server.contract.keywords import DECIMAL_PLACES, KNOWN_VALUES, NAME_MAPS, component, is_data

# Keywords that say something to people and nothing to a validator.
_NOTES = frozenset(
    {"title", "description", "$comment", "example", "examples", "deprecated", "externalDocs", "xml"}
)
# Extensions that our validators hold.
_HELD = frozenset({DECIMAL_PLACES, KNOWN_VALUES})


def schema_digest(document: dict[str, Any], pointers: Iterable[str]) -> str:
    """The digest of the schemas at these pointers, and of all that they refer to."""
    found: dict[str, Any] = {}
    waiting = list(pointers)
    while waiting:
        pointer = waiting.pop()
        if pointer not in found:
            found[pointer] = _bare(component(document, pointer), False, waiting)
    return hashlib.blake2b(json.dumps(found, sort_keys=True).encode(), digest_size=16).hexdigest()


def member_pointer(document: dict[str, Any], pointer: str, *path: str) -> str:
    """The pointer of a schema within another one; references on the way are followed."""
    for key in ("", *path):
        pointer = f"{pointer}/{key}" if key else pointer
        node = component(document, pointer)
        while isinstance(node, Mapping) and "$ref" in node:
            pointer = node["$ref"]
            node = component(document, pointer)
    return pointer


def _bare(value: Any, is_names: bool, waiting: list[str]) -> Any:
    if isinstance(value, list):
        return [_bare(child, False, waiting) for child in value]
    if not isinstance(value, dict):
        return value
    if not is_names and isinstance(value.get("$ref"), str):
        waiting.append(value["$ref"])
    kept = {}
    for key, child in value.items():
        if is_names:
            kept[key] = _bare(child, False, waiting)
        elif key not in _NOTES and (key in _HELD or not key.startswith("x-")):
            kept[key] = child if is_data(key, child) else _bare(child, key in NAME_MAPS, waiting)
    return kept
