"""Says where an assembled document has another shape than the build works on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.operations import METHODS
from scripts.contract.references import objects
from scripts.contract.sources import ContractError, fault

# A mapping by key, or by any other key as `*` says; a list of what its one item says; a text.
Shape = dict[str, Any] | list[Any] | str

PARAMETERS: Shape = [{}]
ANSWERS: Shape = {"*": {"headers": {}}}
OPERATION: Shape = {
    "operationId": "",
    "security": [{"*": [""]}],
    "parameters": PARAMETERS,
    "responses": ANSWERS,
    "x-absent-responses": [""],
    "x-examples": {"parameters": {}, "answers": {"*": {"parameters": {}, "after": [""]}}, "after": [""]},
}
ITEMS: Shape = {"*": {"parameters": PARAMETERS, **dict.fromkeys(METHODS, OPERATION)}}
DOCUMENT: Shape = {
    "info": {"license": {}},
    "security": [{"*": [""]}],
    "paths": ITEMS,
    "webhooks": ITEMS,
    "components": {"responses": ANSWERS, "*": {"*": {}}},
    "x-response-headers": {"every": {}, "budget": {}, "parameters": {"*": {}}},
    "x-derived-responses": {"parameters": {"*": ANSWERS}, "*": ANSWERS},
    "x-unrouted-responses": ANSWERS,
}
# Schemas may stand anywhere. `required` of a parameter, a body or a header is another keyword.
SCHEMA: Shape = {"properties": {}, "required": [""]}
OTHERS = {"in", "content", "schema"}


def misshapen(document: dict[str, Any]) -> Iterator[ContractError]:
    """A fault for each part that is no mapping, list or text where the build expects one."""
    yield from _within(document, DOCUMENT)
    for _, value in objects(document):
        if not OTHERS & value.keys():
            yield from _within(value, SCHEMA)


def _within(value: Any, shape: Shape) -> Iterator[ContractError]:
    if isinstance(shape, dict):
        for key, child in value.items():
            inner = shape.get(key, shape.get("*"))
            if inner is not None:
                yield from _at(value, key, child, inner)
    elif isinstance(shape, list):
        for number, child in enumerate(value):
            yield from _at(value, number, child, shape[0])


def _at(container: Any, key: str | int, value: Any, shape: Shape) -> Iterator[ContractError]:
    if isinstance(value, type(shape)):
        yield from _within(value, shape)
    else:
        kind = {dict: "a mapping", list: "a list", str: "a text"}[type(shape)]
        what = f"entry {key + 1}" if isinstance(key, int) else key
        yield fault(f"{what} is not {kind}", container, key)
