"""Which keywords of a description hold data of the API, and which map names."""

from __future__ import annotations

from typing import Any

# Keywords whose value is data of the API: a `$ref` in there is not a reference.
DATA = frozenset({"example", "default", "enum", "const", "value"})


# Keywords whose value maps names to objects: the names are free, `properties: {default: …}` is a property.
NAME_MAPS = frozenset(
    "paths webhooks x-webhooks pathItems properties patternProperties $defs dependentSchemas schemas "
    "responses parameters examples requestBodies headers securitySchemes links callbacks content encoding "
    "variables mapping scopes every budget x-unrouted-responses".split()
)


def is_data(key: str, value: Any) -> bool:
    """Whether the value of a keyword is data of the API rather than a part of the description."""
    if key == "examples":  # a list in a schema, a map of Example objects elsewhere
        return isinstance(value, list)
    return key in DATA


def component(document: dict[str, Any], ref: str) -> Any:
    """The value that a `#/…` reference of a bundled document names."""
    value: Any = document
    for segment in ref.removeprefix("#/").split("/"):
        value = value[segment.replace("~1", "/").replace("~0", "~")]
    return value
