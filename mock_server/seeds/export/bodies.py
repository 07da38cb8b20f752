"""Turns a record back into the body that would create it, by the schema of the operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mock_server.contract import Contract, component

Body = dict[str, Any]
# Gives the name of the record that a member refers to.
Named = Callable[[str, str], str]
_BRANCHES = ("allOf", "anyOf", "oneOf")


class Bodies:
    """Writes bodies for the operations of both contracts."""

    def __init__(self, contract: Contract, control: Contract) -> None:
        self._contracts = (contract, control)

    def of(self, operation: str, record: Body, named: Named) -> Body:
        """The members of a record that the operation takes, names in place of ids, without what is usual."""
        contract = next(each for each in self._contracts if operation in each.operations)
        pointer = contract.operations[operation].body_pointer
        return _body(contract.document, {"$ref": pointer}, record, named)


def _body(document: Any, node: Any, record: Body, named: Named) -> Body:
    body: Body = {}
    required = {name for schema in _parts(document, node) for name in schema.get("required", ())}
    for name, child in _members(document, node).items():
        value = record.get(name)
        # Ids of lines are made anew.
        if value is None or name == "id" or (name not in required and value == child.get("default", [])):
            continue
        body[name] = _value(document, child, value, name, named)
    return body


def _value(document: Any, node: Any, value: Any, member: str, named: Named) -> Any:
    if isinstance(value, list):
        items: Any = next((each["items"] for each in _parts(document, node) if "items" in each), {})
        return [_value(document, items, each, member, named) for each in value]
    if isinstance(value, dict):
        return _body(document, node, value, named)
    if isinstance(value, str) and any(each.get("format") == "uuid" for each in _parts(document, node)):
        return named(member, value)
    return value


def _members(document: Any, node: Any) -> dict[str, Any]:
    """The members of an object's schema; what stands beside a reference counts."""
    found: dict[str, Any] = {}
    for schema in _parts(document, node):
        for name, child in schema.get("properties", {}).items():
            found[name] = {**found.get(name, {}), **child}
    return found


def _parts(document: Any, node: Any) -> Iterator[Any]:
    while "$ref" in node:
        node = component(document, node["$ref"])
    yield node
    for key in _BRANCHES:
        for branch in node.get(key, ()):
            yield from _parts(document, branch)
