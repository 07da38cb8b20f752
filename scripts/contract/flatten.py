"""Merges `allOf` of objects into one object schema: the built forms have no `allOf`."""

from __future__ import annotations

from typing import Any

from mock_server.contract import NAME_MAPS, component, is_data
from scripts.contract.sources import ContractError, Node, fault

# Keywords that say something about a schema and constrain nothing.
ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "deprecated", "$comment", "externalDocs"}
)
KEY_ORDER = ("title", "description", "type", "x-provenance", "required", "additionalProperties", "properties")


def flatten(document: dict[str, Any], faults: list[ContractError]) -> None:
    """Replaces every `allOf` in place; a member that cannot be merged is added to the faults."""
    _Flattener(document, faults).inside(document, False)


def is_annotation(key: str) -> bool:
    """Whether a schema keyword constrains nothing."""
    return key in ANNOTATIONS or key.startswith("x-")


def constraints(schema: Any) -> Any:
    """A schema without what only annotates it."""
    if not isinstance(schema, dict):
        return schema
    return {key: value for key, value in schema.items() if not is_annotation(key)}


class _Flattener:
    def __init__(self, document: dict[str, Any], faults: list[ContractError]) -> None:
        self.document = document
        self.faults = faults
        self.busy: set[str] = set()

    def inside(self, value: Any, names: bool) -> Any:
        if isinstance(value, list):
            value[:] = [self.inside(child, False) for child in value]
        elif isinstance(value, dict):
            for key, child in value.items():
                if names or not is_data(key, child):
                    value[key] = self.inside(child, not names and key in NAME_MAPS)
            if not names and isinstance(value.get("allOf"), list):
                return self.merged(value)
        return value

    def merged(self, outer: dict[str, Any]) -> dict[str, Any]:
        parts = [self.member(outer["allOf"], number) for number in range(len(outer["allOf"]))]
        own = {key: value for key, value in outer.items() if key != "allOf"}
        result: dict[str, Any] = {}
        for part in [*parts, own]:
            for key, value in part.items():
                if key == "properties":
                    self.add_properties(result.setdefault("properties", {}), value)
                elif key == "required":
                    known = result.setdefault("required", [])
                    known.extend(name for name in value if name not in known)
                elif key in result and key not in own and not is_annotation(key) and result[key] != value:
                    self.faults.append(fault(f"the members of allOf disagree on {key}", outer, "allOf"))
                elif key not in result or part is own:
                    result[key] = value
        ordered = sorted(result, key=lambda key: KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER))
        data = [(key, result[key]) for key in ordered]
        return Node(data, outer.file, outer.line, outer.lines) if isinstance(outer, Node) else dict(data)

    def member(self, members: list[Any], number: int) -> dict[str, Any]:
        schema: dict[str, Any] = members[number]
        ref = schema.get("$ref")
        if ref is not None:
            if len(schema) > 1:
                self.faults.append(fault("a $ref in allOf takes no other keys", schema, "$ref"))
            if ref in self.busy:
                self.faults.append(fault(f"{ref} contains itself by allOf", schema, "$ref"))
                return {}
            self.busy.add(ref)
            section, name = ref.split("/")[2:]
            schema = self.inside(component(self.document, ref), False)
            self.document["components"][section][name] = schema
            self.busy.discard(ref)
        is_object = schema.get("type", "object") == "object"
        if not is_object or any(key in schema for key in ("$ref", "oneOf", "anyOf", "not", "enum", "const")):
            self.faults.append(fault("allOf is for objects only", members, number))
            return {}
        return schema

    def add_properties(self, known: dict[str, Any], more: dict[str, Any]) -> None:
        for name, schema in more.items():
            if name in known and constraints(known[name]) != constraints(schema):
                self.faults.append(fault(f"allOf has two definitions of {name}", more, name))
            known[name] = schema
