"""Merges `allOf` of objects into one object schema: the built forms have no `allOf`.

Properties come in the order in which a schema states `allOf` and `properties`. One that `allOf` brings gets
other words, or a default, where it is named again with these alone.
"""

from __future__ import annotations

from typing import Any

from mock_server.contract import NAME_MAPS, component, is_data
from scripts.contract.sources import ContractError, fault, moved

# Keywords that say something about a schema and constrain nothing.
ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "deprecated", "$comment", "externalDocs"}
)
KEY_ORDER = ("title", "description", "type", "x-provenance", "required", "additionalProperties", "properties")

Schema = dict[str, Any]


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

    def merged(self, outer: Schema) -> Schema:
        parts = [self.member(outer["allOf"], number) for number in range(len(outer["allOf"]))]
        own = {key: value for key, value in outer.items() if key != "allOf"}
        result = self.leading(outer, own, parts)
        for part in [*parts, own]:
            for key, value in part.items():
                if key == "properties":
                    added = value if part is own else _labelled(value, part, outer)
                    self.add_properties(result.setdefault("properties", {}), added)
                elif key == "required":
                    known = result.setdefault("required", [])
                    known.extend(name for name in value if name not in known)
                elif key in result and key not in own and not is_annotation(key) and result[key] != value:
                    self.faults.append(fault(f"the members of allOf disagree on {key}", outer, "allOf"))
                elif key not in result or part is own:
                    result[key] = value
        ordered = sorted(result, key=lambda key: KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER))
        return moved([(key, result[key]) for key in ordered], outer)

    def member(self, members: list[Any], number: int) -> Schema:
        schema: Schema = members[number]
        if not isinstance(schema, dict):
            self.faults.append(fault("allOf is for objects only", members, number))
            return {}
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

    def leading(self, outer: Schema, own: Schema, parts: list[Schema]) -> Schema:
        """What comes before the parts: own members, where the schema states them before `allOf`."""
        members = own.get("properties", {})
        taken = {name for part in parts for name in part.get("properties", {})}
        new = {name: schema for name, schema in members.items() if name not in taken}
        for name, schema in new.items():
            if schema and _is_remark(schema):
                self.faults.append(fault(f"no member of allOf has the property {name}", members, name))
        keys = list(outer)
        if not members or keys.index("properties") > keys.index("allOf"):
            return {}
        return {"properties": new, **({"required": [*own["required"]]} if "required" in own else {})}

    def add_properties(self, known: Schema, more: Schema) -> None:
        for name, schema in more.items():
            if name in known and _is_remark(schema):
                known[name] = _remarked(known[name], schema)
                continue
            if name in known and constraints(known[name]) != constraints(schema):
                self.faults.append(fault(f"allOf has two definitions of {name}", more, name))
            known[name] = schema


def _labelled(properties: Schema, part: Schema, outer: Schema) -> Schema:
    """Properties that `allOf` brings, with the source of their own schema: it is assumed within what is."""
    labels = [schema.get("x-provenance", "assumed") for schema in (part, outer) if "x-provenance" in schema]
    if not labels:
        return properties
    label = "assumed" if "assumed" in labels else labels[0]
    return {
        name: moved([("x-provenance", label), *schema.items()], schema)
        if isinstance(schema, dict) and "x-provenance" not in schema
        else schema
        for name, schema in properties.items()
    }


def _is_remark(schema: Any) -> bool:
    """Whether a schema only says something about one that stands elsewhere, its default among it."""
    return isinstance(schema, dict) and all(is_annotation(key) or key == "default" for key in schema)


def _remarked(schema: Any, remark: Schema) -> Any:
    if not isinstance(schema, dict):
        return schema
    # As everywhere in the built forms, the reference first, then the words, the default last.
    first = {key: value for key, value in schema.items() if key == "$ref"}
    words = {key: value for key, value in remark.items() if key != "default"}
    return moved({**first, **words, **schema, **remark}.items(), remark)
