"""Gives each scalar that may be null a name and a list of types.

An `anyOf` of a text and null is a union to generators, with classes of its own; a list of types is a text
that may be null. Objects and enums stay a union: there a name beside null is what they understand.
"""

from __future__ import annotations

from typing import Any

from mock_server.contract import component
from scripts.contract.references import objects
from scripts.contract.sources import moved

SCALARS = {"string", "number", "integer", "boolean"}
PREFIX = "Nullable"


def name_nullables(document: dict[str, Any]) -> None:
    """Replaces each union of a named scalar and null by a reference to `Nullable…`, in place."""
    added: dict[str, Any] = {}
    for _, holder in list(objects(document)):
        ref = _scalar(document, holder)
        if ref is None:
            continue
        name = f"{PREFIX}{ref.rpartition('/')[2]}"
        if name not in added:
            added[name] = _nullable(component(document, ref))
        content = [
            ("$ref", f"#/components/schemas/{name}") if key == "anyOf" else (key, value)
            for key, value in holder.items()
        ]
        holder.clear()
        holder.update(content)
    if added:
        schemas = document["components"]["schemas"]
        ordered = sorted({**schemas, **added}.items())
        schemas.clear()
        schemas.update(ordered)


def _scalar(document: dict[str, Any], holder: dict[str, Any]) -> str | None:
    """The reference of a union of a named scalar and null, where that is all that an object says."""
    members = holder.get("anyOf")
    if not isinstance(members, list) or len(members) != 2 or {"$ref", "type", "properties"} & holder.keys():
        return None
    named, null = members
    if list(named) != ["$ref"] or dict(null) != {"type": "null"}:
        return None
    schema = component(document, named["$ref"])
    is_scalar = schema.get("type") in SCALARS and not {"enum", "const"} & schema.keys()
    return str(named["$ref"]) if is_scalar else None


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    changed = {
        "description": f"{schema.get('description', '')} Null where there is none.".strip(),
        "type": [schema["type"], "null"],
    }
    return moved(({**schema, **changed}).items(), schema)
