"""Which keywords of a description hold data of the API, and which map names."""

from __future__ import annotations

from typing import Any

# How many decimals a number may have.
DECIMAL_PLACES = "x-decimal-places"
# The values that a text of an answer has today; a client has to let others pass.
KNOWN_VALUES = "x-extensible-enum"

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


def stepped(document: Any, names: bool = False) -> Any:
    """A copy with `multipleOf` in place of `x-decimal-places`, for validators that count in decimals.

    It is not published so: common validators divide binary fractions and refuse 19.99 as a multiple of 0.01.
    """
    if isinstance(document, list):
        return [stepped(child) for child in document]
    if not isinstance(document, dict):
        return document
    copy: dict[str, Any] = {}
    for key, child in document.items():
        if not names and is_data(key, child):
            copy[key] = child
        elif not names and key == DECIMAL_PLACES:
            copy["multipleOf"] = float(f"1e-{child}")
        else:
            copy[key] = stepped(child, not names and key in NAME_MAPS)
    return copy
