"""The closed variant of a document, in which an undocumented field is a fault."""

from __future__ import annotations

from typing import Any

from mock_server.contract.keywords import KNOWN_VALUES, NAME_MAPS, is_data


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """A copy in which objects refuse properties, and texts refuse values, that they do not list.

    Schemas that say `additionalProperties` themselves stay as they are. Where an object also has `anyOf` or
    `oneOf`, it is closed as a whole by `unevaluatedProperties`, which only a 2020-12 validator understands.
    """
    result: dict[str, Any] = _copy(document, False, False)
    return result


def _copy(value: Any, names: bool, in_union: bool) -> Any:
    if isinstance(value, list):
        return [_copy(child, False, in_union) for child in value]
    if not isinstance(value, dict):
        return value
    is_object = not names and ("properties" in value or "object" in _types(value))
    union = is_object and ("anyOf" in value or "oneOf" in value)
    result = {}
    for key, child in value.items():
        if not names and is_data(key, child):
            result[key] = child
        elif not names and key == KNOWN_VALUES:
            # Beside null a text keeps its null.
            result["enum"] = [*child, None] if "null" in _types(value) else child
        else:
            member = not names and key in {"anyOf", "oneOf"} and (union or in_union)
            result[key] = _copy(child, not names and key in NAME_MAPS, member)
    if is_object and not in_union and not {"additionalProperties", "unevaluatedProperties"} & value.keys():
        result["unevaluatedProperties" if union else "additionalProperties"] = False
    return result


def _types(schema: dict[str, Any]) -> list[Any]:
    types = schema.get("type")
    return types if isinstance(types, list) else [types]
