"""What a body's schema asks beyond JSON Schema, compiled: how texts are read, and rules between members.

A rule of `x-member-rules` says which members an object needs or may not have because of another one: `when`
lists values by member (null stands for an absent one), `given` names members that are there; `requires` and
`excludes` say what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.contract.canonical import reader_of
from mock_server.contract.keywords import component

Schema = Mapping[str, Any]
Reader = Callable[[Any], Any]
Check = Callable[[Any], bool]


class UnsupportedSchema(Exception):
    """A request's schema is of a kind that cannot be read."""


@dataclass(frozen=True)
class MemberRule:
    """One rule between the members of an object."""

    when: Mapping[str, Sequence[Any]]
    given: Sequence[str]
    requires: Sequence[str]
    excludes: Sequence[str]

    def faults(self, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The members at fault, each with what is wrong with it."""
        if any(body.get(name) not in values for name, values in self.when.items()):
            return
        if any(body.get(name) is None for name in self.given):
            return
        for name in self.requires:
            if body.get(name) is None:
                yield name, f"is required where {self._reason(body, 'is')}"
        for name in self.excludes:
            if body.get(name) is not None:
                if self.when:
                    yield name, f"does not go with {self._reason(body, '')}"
                else:
                    yield name, f"cannot be given together with {' and '.join(self.given)}"

    def _reason(self, body: Mapping[str, Any], verb: str) -> str:
        told = [
            f"{name} {verb} {'absent' if body.get(name) is None else body[name]}".replace("  ", " ")
            for name in self.when
        ]
        return " and ".join([*told, *(f"{name} is given" for name in self.given)])


def rules_of(schema: Schema) -> list[MemberRule]:
    """The rules of one object schema."""
    return [
        MemberRule(
            rule.get("when", {}), rule.get("given", ()), rule.get("requires", ()), rule.get("excludes", ())
        )
        for rule in schema.get("x-member-rules", ())
    ]


class Shapes:
    """Compiles the schemas of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._readers: dict[str, Reader | None] = {}
        self._checks: dict[str, Check | None] = {}

    def schema_at(self, node: Schema) -> Schema:
        """The schema that a node is or refers to."""
        while "$ref" in node:
            node = component(self._document, node["$ref"])
        return node

    def reader(self, ref: str) -> Reader | None:
        """Reads a value by the steps of its schema, in place; none where nothing of it is read so."""
        if ref not in self._readers:
            self._readers[ref] = self._reader({"$ref": ref})
        return self._readers[ref]

    def check(self, ref: str) -> Check | None:
        """Whether a value keeps the rules between members; none where there are none."""
        if ref not in self._checks:
            self._checks[ref] = self._check({"$ref": ref})
        return self._checks[ref]

    def _reader(self, node: Schema, depth: int = 0) -> Reader | None:
        schema = self._bounded(node, depth)
        read = reader_of(schema)
        texts: list[Reader] = [] if read is None else [_of_type(str, read)]
        members = self._inner(schema, self._reader, depth)
        if members:
            texts.append(_of_type(dict, lambda body: _read_members(body, members)))
        items = self._reader(schema["items"], depth + 1) if "items" in schema else None
        if items is not None:
            texts.append(_of_type(list, lambda values: [items(value) for value in values]))
        texts.extend(found for branch in branches(schema) if (found := self._reader(branch, depth + 1)))
        return _in_turn(texts) if texts else None

    def _check(self, node: Schema, depth: int = 0) -> Check | None:
        schema = self._bounded(node, depth)
        checks: list[Check] = []
        rules = rules_of(schema)
        if rules:
            checks.append(
                lambda body: not isinstance(body, dict) or all(not any(r.faults(body)) for r in rules)
            )
        members = self._inner(schema, self._check, depth)
        if members:
            checks.append(
                lambda body: (
                    not isinstance(body, dict)
                    or all(holds(body[name]) for name, holds in members.items() if name in body)
                )
            )
        items = self._check(schema["items"], depth + 1) if "items" in schema else None
        if items is not None:
            checks.append(lambda values: not isinstance(values, list) or all(map(items, values)))
        checks.extend(found for branch in branches(schema) if (found := self._check(branch, depth + 1)))
        return (lambda value: all(holds(value) for holds in checks)) if checks else None

    def _bounded(self, node: Schema, depth: int) -> Schema:
        if depth > 20:
            raise UnsupportedSchema(f"{node.get('$ref', 'a schema')} contains itself")
        return self.schema_at(node)

    @staticmethod
    def _inner(schema: Schema, compiled: Callable[[Schema, int], Any], depth: int) -> dict[str, Any]:
        found = {name: compiled(child, depth + 1) for name, child in schema.get("properties", {}).items()}
        return {name: each for name, each in found.items() if each is not None}


def branches(schema: Schema) -> list[Schema]:
    """The alternatives of a schema."""
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]


def _of_type(kind: type[Any], read: Reader) -> Reader:
    return lambda value: read(value) if isinstance(value, kind) else value


def _read_members(body: dict[str, Any], members: Mapping[str, Reader]) -> dict[str, Any]:
    for name, read in members.items():
        if name in body:
            body[name] = read(body[name])
    return body


def _in_turn(readers: Sequence[Reader]) -> Reader:
    if len(readers) == 1:
        return readers[0]

    def read(value: Any) -> Any:
        for each in readers:
            value = each(value)
        return value

    return read
