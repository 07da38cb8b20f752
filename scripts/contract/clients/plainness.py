"""Says at each place what common tools do not work out by themselves."""

from __future__ import annotations

from typing import Any

from scripts.contract.references import objects

_HIGHEST = 2**31 - 1


def add_formats(document: dict[str, Any]) -> None:
    """Gives each integer a `format`: int32 where its bounds fit, int64 otherwise."""
    for _, schema in list(objects(document)):
        types = schema.get("type")
        if types == "integer" or (isinstance(types, list) and "integer" in types):
            if "format" not in schema and not {"enum", "const"} & schema.keys():
                fits = (
                    schema.get("maximum", _HIGHEST + 1) <= _HIGHEST and schema.get("minimum", 0) >= -_HIGHEST
                )
                _insert(schema, "format", "int32" if fits else "int64", "type")


def _insert(schema: dict[str, Any], key: str, value: Any, after: str) -> None:
    """Puts a key after another one, in place."""
    content = list(schema.items())
    schema.clear()
    for name, child in content:
        schema[name] = child
        if name == after:
            schema[key] = value
