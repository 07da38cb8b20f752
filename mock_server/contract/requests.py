"""Reads values of requests by their schemas, and names the first faults of one that does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from mock_server.contract import words
from mock_server.contract.document import Contract
from mock_server.contract.shapes import Schema, Shapes, branches, rules_of
from mock_server.contract.validators import MAX_FAULTS, Validators, token

Fault = dict[str, str]
_NAME = 100


def fault(pointer: str, message: str) -> Fault:
    """One fault of a request."""
    return {"pointer": pointer, "message": message}


def unknown_name(name: str, known: Iterable[str], what: str) -> str:
    """That a name is unknown, and which one was probably meant."""
    return words.unknown_name(name, list(known), what)


def first_fault(schema: Schema, value: Any) -> str:
    """What is wrong with a text or number that does not fit its schema."""
    message = words.wrong_type(schema, value) or words.wrong_choice(schema, value)
    if message is None:
        wrong = words.wrong_text if isinstance(value, str) else words.wrong_number
        message = wrong(schema, value)
    return message or "does not fit the contract"


class Requests:
    """The values of requests to one contract."""

    def __init__(self, contract: Contract) -> None:
        self._validators = Validators(contract)
        self._shapes = Shapes(dict(contract.document))

    def read(self, ref: str, value: Any) -> Any:
        """The value as the schema has it read; what is of another type stays as it is."""
        read = self._shapes.reader(ref)
        return value if read is None else read(value)

    def faults(self, ref: str, value: Any, root: str = "") -> list[Fault]:
        """What is wrong with a value, the first 20 faults at most; no more of it is worked out."""
        if self._fits(ref, value):
            return []
        found = list(islice(self._explain({"$ref": ref}, value, root), MAX_FAULTS))
        return found or [fault(root, "does not fit the contract")]

    def _fits(self, ref: str, value: Any) -> bool:
        if not self._validators.at(ref).is_valid(value):
            return False
        holds = self._shapes.check(ref)
        return holds is None or holds(value)

    def _explain(self, node: Schema, value: Any, pointer: str, is_nullable: bool = False) -> Iterator[Fault]:
        if "$ref" in node and self._fits(node["$ref"], value):
            return
        schema = self._shapes.schema_at(node)
        message = words.wrong_type(schema, value, is_nullable=is_nullable) or (
            None if value is None and is_nullable else words.wrong_choice(schema, value)
        )
        if message is not None:
            yield fault(pointer, message)
            return
        if choices := branches(schema):
            yield from self._explain_branch(choices, value, pointer)
        if isinstance(value, str):
            message = words.wrong_text(schema, value)
        elif isinstance(value, list):
            message = words.wrong_length(schema, len(value))
            if message is None:
                yield from self._explain_entries(schema, value, pointer)
        elif isinstance(value, dict):
            yield from self._explain_members(schema, value, pointer)
        elif value is not None and not isinstance(value, bool):
            message = words.wrong_number(schema, value)
        if message is not None:
            yield fault(pointer, message)

    def _explain_branch(self, choices: list[Schema], value: Any, pointer: str) -> Iterator[Fault]:
        """The faults by the branch that was probably meant; null is meant by null alone."""
        schemas = [self._shapes.schema_at(choice) for choice in choices]
        real = [
            choice
            for choice, schema in zip(choices, schemas, strict=True)
            if words.types_of(schema) != ["null"]
        ]
        is_nullable = len(real) < len(choices)
        if value is None and is_nullable:
            return
        counted = []
        for place, choice in enumerate(real):
            found = list(islice(self._explain(choice, value, pointer, is_nullable), MAX_FAULTS))
            if not found:
                return
            counted.append((self._is_other(choice, value), len(found), place, found))
        if counted:
            yield from min(counted)[3]

    def _is_other(self, choice: Schema, value: Any) -> bool:
        """Whether a value says by its type, or by a member such as a kind, that it means another branch."""
        schema = self._shapes.schema_at(choice)
        if words.wrong_type(schema, value) is not None:
            return True
        if not isinstance(value, dict):
            return False
        for name, child in schema.get("properties", {}).items():
            inner = self._shapes.schema_at(child)
            if name in value and ("enum" in inner or "const" in inner):
                if words.wrong_choice(inner, value[name]) is not None:
                    return True
        return False

    def _explain_entries(self, schema: Schema, values: list[Any], pointer: str) -> Iterator[Fault]:
        items = schema.get("items")
        if items is not None:
            for place, entry in enumerate(values):
                yield from self._explain(items, entry, f"{pointer}/{place}")
        if schema.get("uniqueItems"):
            seen: set[str] = set()
            for place, entry in enumerate(values):
                key = repr(entry)
                if key in seen:
                    yield fault(f"{pointer}/{place}", "repeats an earlier entry")
                seen.add(key)

    def _explain_members(self, schema: Schema, body: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
        known = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in body:
                yield fault(f"{pointer}/{token(name)}", "is required")
        if (message := words.wrong_size(schema, len(body))) is not None:
            yield fault(pointer, message)
        is_open = schema.get("additionalProperties", True) is not False
        for name, value in body.items():
            place = f"{pointer}/{token(name[:_NAME])}"
            if name in known:
                yield from self._explain(known[name], value, place)
            elif not is_open:
                yield fault(place, words.unknown_name(name, list(known), "a member of this object"))
        for rule in rules_of(schema):
            yield from (fault(f"{pointer}/{token(name)}", told) for name, told in rule.faults(body))
