"""Takes out of a bundled document what the public does not get to see, and what nothing refers to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mock_server.contract import component
from scripts.contract.references import objects
from scripts.contract.sources import load


def strip_internal(document: dict[str, Any]) -> None:
    """Takes out properties marked `x-internal: true`, or whose schema is, and their place in `required`."""
    for _, schema in list(objects(document)):
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            continue
        hidden = {name for name, value in properties.items() if _is_internal(document, value)}
        for name in hidden:
            del properties[name]
        if hidden and "required" in schema:
            schema["required"] = [name for name in schema["required"] if name not in hidden]
            if not schema["required"]:
                del schema["required"]


def _is_internal(document: dict[str, Any], schema: Any) -> bool:
    while isinstance(schema, dict):
        if schema.get("x-internal") is True:
            return True
        if "$ref" not in schema:
            return False
        schema = component(document, schema["$ref"])
    return False


def internal_names(root: Path) -> list[str]:
    """The names of the properties that schemas mark `x-internal: true`, for whoever looks for leaks."""
    found: set[str] = set()
    for file in root.rglob("schemas/*.yaml"):
        if "x-internal" in (text := file.read_text("utf-8")):
            properties: dict[str, Any] = load(file, text).get("properties", {})
            found |= {name for name, node in properties.items() if node.get("x-internal")}
    return sorted(found)


def prune(document: dict[str, Any]) -> None:
    """Drops components that nothing refers to any more, such as the parts of a flattened `allOf`."""
    waiting = [{key: value for key, value in document.items() if key != "components"}]
    seen: set[str] = set()
    while waiting:
        for _, value in objects(waiting.pop()):
            refs = list(value.get("mapping", {}).values()) if "propertyName" in value else [value.get("$ref")]
            for ref in refs:
                if isinstance(ref, str) and ref not in seen:
                    seen.add(ref)
                    waiting.append(component(document, ref))
    components = document["components"]
    for section in list(components):
        if section != "securitySchemes":
            for name in list(components[section]):
                if f"#/components/{section}/{name}" not in seen:
                    del components[section][name]
        if not components[section]:
            del components[section]
