"""Rules on examples: bodies have named ones, and every example fits its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import jsonschema_rs

from mock_server.contract import stepped
from scripts.contract.operations import operations
from scripts.contract.references import objects, resolved
from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject
from scripts.contract.sources import plain

_URI = "urn:contract"


class Example(NamedTuple):
    """An example value, the JSON pointer of its schema, and where it stands."""

    name: str
    value: Any
    schema: str
    container: Any
    key: str | None


def examples(document: dict[str, Any]) -> Iterator[Example]:
    """Every example and default of a document: of bodies, answers, parameters, headers and schemas."""
    for pointer, holder in objects(document):
        if isinstance(holder.get("schema"), dict):
            schema = f"{pointer}/schema"
            if "example" in holder:
                yield Example("example", holder["example"], schema, holder, "example")
            named = holder.get("examples", {})
            for name, value in named.items() if isinstance(named, dict) else ():
                example = resolved(document, value)
                if "value" in example:
                    yield Example(name, example["value"], schema, example, "value")
    for pointer, holder in walk.schemas(document):
        listed = holder.get("examples", [])
        for number, value in enumerate(listed if isinstance(listed, list) else ()):
            yield Example(f"examples/{number}", value, pointer, holder, "examples")
        for key in ("example", "default"):
            if key in holder:
                yield Example(key, holder[key], pointer, holder, key)


def validators(document: dict[str, Any]) -> Any:
    """A function from the JSON pointer of a schema to its compiled 2020-12 validator, formats included."""
    registry = jsonschema_rs.Registry([(_URI, stepped(plain(document)))], draft=jsonschema_rs.Draft202012)
    compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def at(pointer: str) -> jsonschema_rs.Draft202012Validator:
        if pointer not in compiled:
            ref = {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"}
            compiled[pointer] = jsonschema_rs.Draft202012Validator(
                ref, registry=registry, validate_formats=True
            )
        return compiled[pointer]

    return at


def valid_examples(subject: Subject, rule: Rule) -> Iterator[Finding]:
    at = validators(subject.document)
    for example in examples(subject.document):
        for error in at(example.schema).iter_errors(plain(example.value)):
            path = "".join(f"/{step}" for step in error.instance_path)
            message = f"{example.name}{path}: {error.message[:200]}"
            yield Finding(message, example.container, example.key)


def named_examples(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    for _, _, operation in operations(document):
        good = [(status, answer) for status, answer in walk.answers(document, operation) if status[0] == "2"]
        for what, holder in [("request", walk.body(document, operation)), *good]:
            for kind, entry in holder.get("content", {}).items():
                if "json" in kind and not entry.get("examples"):
                    yield Finding(f"{walk.title(operation)}: {what} without a named example", entry, "schema")


CHECKS: dict[str, Check] = {"valid-examples": valid_examples, "named-examples": named_examples}
