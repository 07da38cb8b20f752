"""Bodies made from a schema, most of them valid, and faults put into them; one seed, one sequence."""

from __future__ import annotations

import copy
import random
import re
import string
from collections.abc import Iterator
from typing import Any

from scripts.contract.references import objects, resolved

# No 1.0: whether it is an integer is a matter of the validator, not of the form.
JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    0.1234567,
    10**15,
    "",
    "x",
    "x" * 5000,
    "a\nb",
    "2026-02-30",
    "not-a-uuid",
    [],
    {},
    [None],
    {"unknown": 1},
]


def _joined(schema: dict[str, Any], key: str, member: dict[str, Any]) -> dict[str, Any]:
    """One member of a union, with what an object around the union says itself."""
    if "properties" not in schema:
        return member
    around = {name: value for name, value in schema.items() if name != key}
    return {
        **around,
        "required": [*around.get("required", []), *member.get("required", [])],
        "properties": {**around["properties"], **member.get("properties", {})},
    }


class Bodies:
    """Makes values for the schemas of a bundled 3.1 document."""

    def __init__(self, document: dict[str, Any], seed: str) -> None:
        self.document = document
        self.random = random.Random(seed)
        examples = (value["value"] for _, value in objects(document) if "value" in value)
        self.words = sorted({word for example in examples for word in _strings(example)})

    def stream(self, schema: dict[str, Any]) -> Iterator[Any]:
        """Bodies without end: as made, with a fault at random, and at times with a fault at every place."""
        while True:
            body = self.value(schema)
            yield body
            for _ in range(20):
                yield self.value(schema)
                yield self.spoilt(body)
            yield from self.spoilt_everywhere(body)

    def value(self, schema: dict[str, Any], depth: int = 0) -> Any:
        """A value that fits the schema, unless a pattern or a rule between values is in its way."""
        schema = resolved(self.document, schema)
        chance = self.random
        if schema.get("examples") and chance.random() < 0.5:
            return copy.deepcopy(chance.choice(schema["examples"]))
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self.value(_joined(schema, key, chance.choice(schema[key])), depth)
        types = schema.get("type", "object")
        match chance.choice(types) if isinstance(types, list) else types:
            case "object":
                return self.object(schema, depth)
            case "array":
                least = schema.get("minItems", 0)
                count = chance.randint(least, max(least, min(schema.get("maxItems", 3), least + 2)))
                return [self.value(schema["items"], depth + 1) for _ in range(count)]
            case "string":
                return self.text(schema)
            case "boolean":
                return chance.random() < 0.5
            case "null":
                return None
            case kind:
                return self.number(schema, kind)

    def object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", [])
        if schema.get("additionalProperties") is True and "properties" not in schema:
            return {f"member{number}": self.random.random() for number in range(self.random.randrange(3))}
        return {
            name: self.value(child, depth + 1)
            for name, child in schema.get("properties", {}).items()
            if name in required or (depth < 4 and self.random.random() < 0.4)
        }

    def text(self, schema: dict[str, Any]) -> str:
        chance = self.random
        match schema.get("format"):
            case "uuid":
                digits = f"{chance.getrandbits(128):032x}"
                return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
            case "date":
                return f"20{chance.randint(10, 99)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            case "date-time":
                return f"2026-06-{chance.randint(1, 30):02}T06:30:00.{chance.randint(0, 999):03}Z"
            case "uri":
                return f"https://{''.join(chance.choices(string.ascii_lowercase, k=8))}.example"
        least = schema.get("minLength", 0)
        if "pattern" in schema:
            # Few random texts fit a pattern; those of the examples do.
            fitting = [
                word for word in self.words if re.search(schema["pattern"], word) and len(word) >= least
            ]
            if fitting:
                return chance.choice(fitting)
        count = chance.randint(least, max(least, min(schema.get("maxLength", 20), least + 20)))
        return "".join(chance.choices(string.ascii_letters + string.digits, k=count))

    def number(self, schema: dict[str, Any], kind: str) -> float:
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        high = schema.get("maximum", schema.get("exclusiveMaximum", 100))
        value = self.random.uniform(low, min(high, low + 1000))
        if self.random.random() < 0.2:
            value = self.random.choice([low, high])
        return round(value) if kind == "integer" else round(value, 2)

    def spoilt(self, body: Any) -> Any:
        """A copy of a body with something taken away, added or replaced somewhere."""
        body = copy.deepcopy(body)
        spots = list(_spots(body))
        if not spots:
            return self.random.choice([*JUNK, self.random.random()])
        container, key = self.random.choice(spots)
        match self.random.randrange(4):
            case 0 if isinstance(container, dict):
                del container[key]
            case 1 if isinstance(container, dict):
                container[f"{key}X"] = 1
            case 2 if isinstance(container, list):
                container.extend(copy.deepcopy(container))
            case _:
                container[key] = copy.deepcopy(self.random.choice(JUNK))
        return body

    def spoilt_everywhere(self, body: Any) -> Iterator[Any]:
        """A copy of a body for each place in it, with null there, and one without what is there."""
        for number in range(len(list(_spots(body)))):
            for is_null in (True, False):
                changed = copy.deepcopy(body)
                container, key = list(_spots(changed))[number]
                if is_null:
                    container[key] = None
                else:
                    del container[key]
                yield changed


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _strings(child)


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _spots(value[key])
