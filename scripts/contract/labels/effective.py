"""Writes on properties, parameters and headers where they come from, and whose their constraint is.

What a source does not label takes the label of what it stands in. Where a name is published and only its
constraint is ours, the constraint has a label of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.operations import METHODS
from scripts.contract.references import resolved
from scripts.contract.sources import moved, relisted

SOURCE = "x-provenance"
CONSTRAINT = "x-constraint-provenance"
SCOPES = "x-scope-provenance"
OURS = "assumed"
# Bounds are never published unless a source says so; lists of values and formats come with the name.
BOUNDS = frozenset(
    "pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems "
    "maxItems uniqueItems minProperties maxProperties x-decimal-places".split()
)
_LISTS = ("anyOf", "oneOf", "allOf")
_INNER = ("items", "additionalProperties", "not")

Schema = dict[str, Any]


def add_labels(document: dict[str, Any]) -> None:
    """Labels the schemas, parameters, headers and examples of a bundled document, wherever they stand."""
    labeller = _Labeller(document)
    components = document.get("components", {})
    schemas = components.get("schemas", {})
    for name, schema in schemas.items():
        schemas[name] = labeller.schema(schema, None, is_labelled=True)
    for section in ("parameters", "headers"):
        for name, holder in components.get(section, {}).items():
            components[section][name] = labeller.holder(holder)
    for response in components.get("responses", {}).values():
        labeller.answer(response, None)
    for response in document.get("x-unrouted-responses", {}).values():
        labeller.answer(response, None)
    for section in ("paths", "webhooks"):
        for item in document.get(section, {}).values():
            labeller.item(item)


def is_ours(document: dict[str, Any], schema: Any) -> bool:
    """Whether a schema, or what it refers to, constrains by what is not published."""
    while isinstance(schema, dict) and CONSTRAINT not in schema and "$ref" in schema:
        schema = resolved(document, {"$ref": schema["$ref"]})
        if isinstance(schema, dict) and CONSTRAINT not in schema and schema.get(SOURCE) == OURS:
            return True
    if not isinstance(schema, dict):
        return False
    if CONSTRAINT in schema:
        return bool(schema[CONSTRAINT] == OURS)
    return bool(BOUNDS & schema.keys()) or any(is_ours(document, child) for child in inside(schema))


def inside(schema: Schema) -> Iterator[Any]:
    """The schemas within one that have no names of their own."""
    for key in _INNER:
        if key in schema:
            yield schema[key]
    for key in _LISTS:
        yield from schema.get(key, [])


class _Labeller:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def schema(self, schema: Any, label: str | None, is_labelled: bool = False) -> Any:
        """A copy with labels: schemas are shared, and what they are part of decides."""
        if not isinstance(schema, dict):
            return schema
        label = schema.get(SOURCE, label)
        found = dict(schema)
        if isinstance(schema.get("properties"), dict):
            entries = schema["properties"]
            found["properties"] = moved(
                [(name, self.schema(child, label, is_labelled=True)) for name, child in entries.items()],
                entries,
            )
        for key in _INNER:
            if isinstance(schema.get(key), dict):
                found[key] = self.schema(schema[key], label)
        for key in _LISTS:
            if isinstance(schema.get(key), list):
                found[key] = relisted([self.schema(child, label) for child in schema[key]], schema[key])
        # What has no label anywhere above stays so, and the house rules find it.
        is_written = is_labelled and label is not None
        return moved(self._written(found, label or OURS).items() if is_written else found.items(), schema)

    def _written(self, schema: Schema, label: str) -> Schema:
        labels = {SOURCE: label}
        if CONSTRAINT in schema or (label != OURS and is_ours(self.document, schema)):
            labels[CONSTRAINT] = schema.get(CONSTRAINT, OURS)
        # Before what may be long, as the sources have it.
        found = {key: value for key, value in schema.items() if key not in labels}
        first: Schema = {}
        for key in ("$ref", "title", "description", "type"):
            if key in found:
                first[key] = found.pop(key)
        return {**first, **labels, **found}

    def holder(self, holder: Any) -> Any:
        """A parameter or a header; one without a label stays so, and the house rules find it."""
        if not isinstance(holder, dict) or "$ref" in holder:
            return holder
        label = holder.get(SOURCE, OURS)
        found = dict(holder)
        if "schema" in holder:
            found["schema"] = self.schema(holder["schema"], holder.get(SOURCE))
            if CONSTRAINT not in holder and label != OURS and is_ours(self.document, holder["schema"]):
                found[CONSTRAINT] = OURS
        return moved(found.items(), holder)

    def answer(self, response: Any, label: str | None) -> None:
        """The headers and schemas of an answer."""
        if not isinstance(response, dict) or "$ref" in response:
            return
        headers = response.get("headers", {})
        for name, header in headers.items():
            headers[name] = self.holder(header)
        self.media(response, label)

    def media(self, holder: dict[str, Any], label: str | None) -> None:
        for entry in holder.get("content", {}).values():
            if isinstance(entry, dict) and "schema" in entry:
                entry["schema"] = self.schema(entry["schema"], label)

    def item(self, item: dict[str, Any]) -> None:
        for holder in (item, *(item[method] for method in METHODS if method in item)):
            label = holder.get(SOURCE)
            listed = holder.get("parameters", [])
            listed[:] = [self.holder(parameter) for parameter in listed]
            if "requestBody" in holder:
                self.media(resolved(self.document, holder["requestBody"]), label)
            for response in holder.get("responses", {}).values():
                self.answer(response, label)
