"""What is wrong with one value, in words: what is expected there, never what was sent."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from mock_server.contract.keywords import DECIMAL_PLACES
from mock_server.contract.validators import compiled

Schema = Mapping[str, Any]
_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_FORMATS = {
    "date-time": ("a moment by RFC 3339 with Z or an offset", "2026-06-15T06:30:00Z"),
    "date": ("a day of the calendar", "2026-06-15"),
    "uuid": ("a UUID with its hyphens", "019e2d80-5a00-7c11-8b3e-0a1b2c3d4e5f"),
    "uri": ("an absolute URI", "https://example.com/hooks"),
}
_BOUNDS: dict[str, tuple[str, Callable[[Decimal, Decimal], bool]]] = {
    "minimum": ("at least", operator.ge),
    "exclusiveMinimum": ("more than", operator.gt),
    "maximum": ("at most", operator.le),
    "exclusiveMaximum": ("less than", operator.lt),
}
_NAME = 64


def type_of(value: Any) -> str:
    """The JSON type of a value; a number that is whole is an integer."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
    return "number"


def types_of(schema: Schema) -> list[str]:
    """The types that a schema allows; none where it says nothing of them."""
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def wrong_type(schema: Schema, value: Any, *, is_nullable: bool = False) -> str | None:
    """What type is expected, where the value has another."""
    types = types_of(schema)
    given = type_of(value)
    if not types or given in types or (given == "integer" and "number" in types):
        return None
    names = [*types, *(["null"] if is_nullable and "null" not in types else [])]
    return f"must be {' or '.join(_TYPES[name] for name in names)}, not {_TYPES[given]}"


def wrong_choice(schema: Schema, value: Any) -> str | None:
    """The whole list, where the value is none of it."""
    choices = [schema["const"]] if "const" in schema else schema.get("enum")
    if choices is None or any(value == choice and type_of(value) == type_of(choice) for choice in choices):
        return None
    shown = [_shown(choice) for choice in choices]
    return f"must be {shown[0]}" if len(shown) == 1 else f"must be one of {', '.join(shown)}"


def wrong_text(schema: Schema, text: str) -> str | None:
    """The first thing that is wrong with a text: its length, then its form."""
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if not text and least:
        return "must hold a character that is seen" if "x-canonical" in schema else "must not be empty"
    kind, pattern = schema.get("format"), schema.get("pattern")
    if kind in _FORMATS and not compiled({"type": "string", "format": kind}).is_valid(text):
        what, example = _FORMATS[kind]
        return f"must be {what}, such as {_example(schema, example)}"
    if most is not None and len(text) > most:
        return f"must have at most {_count(most, 'character')}, and has {len(text)}"
    if pattern is not None and not compiled({"type": "string", "pattern": pattern}).is_valid(text):
        expected = schema.get("x-expected", "of another form")
        example = _example(schema, "")
        return f"must be {expected}" + (f", such as {example}" if example else "")
    if len(text) < least:
        return f"must have at least {_count(least, 'character')}"
    return None


def wrong_number(schema: Schema, value: Any) -> str | None:
    """The first bound that a number does not keep."""
    for keyword, (told, holds) in _BOUNDS.items():
        bound = schema.get(keyword)
        if bound is not None and not holds(_decimal(value), _decimal(bound)):
            return f"must be {told} {_shown(bound)}"
    places = schema.get(DECIMAL_PLACES)
    if places is not None and _places(value) > places:
        return f"must have at most {_count(places, 'decimal')}"
    return None


def wrong_length(schema: Schema, count: int) -> str | None:
    """The number of entries that is expected of a list with another."""
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if count < least:
        return f"must have at least {_count(least, 'entry', 'entries')}"
    if most is not None and count > most:
        return f"must have at most {_count(most, 'entry', 'entries')}, and has {count}"
    return None


def wrong_size(schema: Schema, count: int) -> str | None:
    """The number of members that is expected of an object with fewer."""
    least = schema.get("minProperties", 0)
    return f"must have at least {_count(least, 'member')}" if count < least else None


def unknown_name(name: str, known: Sequence[str], what: str) -> str:
    """That a name is unknown, and which one was probably meant."""
    near = get_close_matches(name[:_NAME], known, n=1, cutoff=0.7)
    near = near or [each for each in known if each.lower() == name[:_NAME].lower()]
    return f"is not {what}" + (f"; did you mean {near[0]}?" if near else "")


def _example(schema: Schema, otherwise: str) -> str:
    return str(schema["examples"][0]) if schema.get("examples") else otherwise


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return format(_decimal(value), "f") if isinstance(value, float | Decimal) else str(value)


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _places(value: Any) -> int:
    exponent = _decimal(value).normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {more or one + 's'}"
