"""Where the body of a request names records and days: worked out from the schema of the operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from mock_server.contract import Contract, component

# Formats of the contract.
ID, DAY = "uuid", "date"
_BRANCHES = ("allOf", "anyOf", "oneOf")


class Spot(NamedTuple):
    """One text of a body: the steps that lead to it, and its format."""

    path: tuple[str | int, ...]
    format: str
    text: str

    @property
    def member(self) -> str:
        """The name of the member that holds it."""
        return next((str(step) for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def pointer(self) -> str:
        """Where it is in the body."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.path)


def spots_of(contract: Contract, schema: str, body: Any) -> list[Spot]:
    """The texts of a body at which the schema that a pointer names asks for an id or a day."""
    return list(_spots(contract.document, {"$ref": schema}, body, ()))


def filled(value: Any, spots: list[Spot], fill: Callable[[Spot], str]) -> Any:
    """A copy of a body with another text at each spot."""
    texts = {spot.path: fill(spot) for spot in spots}
    return _copied(value, texts, ())


def _copied(value: Any, texts: Mapping[tuple[str | int, ...], str], path: tuple[str | int, ...]) -> Any:
    if isinstance(value, dict):
        return {name: _copied(inner, texts, (*path, name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner, texts, (*path, place)) for place, inner in enumerate(value)]
    return texts.get(path, value)


def _spots(document: Any, node: Any, value: Any, path: tuple[str | int, ...]) -> Iterator[Spot]:
    schema = _schema(document, node)
    if isinstance(value, str):
        for name in (ID, DAY):
            if name in _formats(document, schema):
                yield Spot(path, name, value)
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            child = schema.get("properties", {}).get(name)
            if child is not None:
                yield from _spots(document, child, inner, (*path, name))
    elif isinstance(value, list) and "items" in schema:
        for place, inner in enumerate(value):
            yield from _spots(document, schema["items"], inner, (*path, place))
    if isinstance(value, dict | list):
        for key in _BRANCHES:
            for branch in schema.get(key, ()):
                yield from _spots(document, branch, value, path)


def _schema(document: Any, node: Any) -> Any:
    while "$ref" in node:
        node = component(document, node["$ref"])
    return node


def _formats(document: Any, schema: Any) -> set[str]:
    found = {schema["format"]} if "format" in schema else set()
    for key in _BRANCHES:
        for branch in schema.get(key, ()):
            found |= _formats(document, _schema(document, branch))
    return found
