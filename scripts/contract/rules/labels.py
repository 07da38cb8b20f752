"""Rules on what goes with a shape: provenance, stage, descriptions, tags, scopes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.operations import operations
from scripts.contract.references import objects, resolved
from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject


def provenance(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document, words = subject.document, rule.settings["words"]
    schemas = document.get("components", {}).get("schemas", {})
    labelled = [(walk.title(operation), operation) for operation in walk.every_operation(document)]
    for what, value in [*labelled, *schemas.items()]:
        if "x-provenance" not in value:
            yield Finding(f"{what} has no x-provenance", value)
    for _, value in objects(document):
        word = value.get("x-provenance", words[0])
        if word not in words:
            yield Finding(f"x-provenance {word!r} is not one of {', '.join(words)}", value, "x-provenance")


def citations(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for operation in walk.every_operation(subject.document):
        source = operation.get("x-provenance")
        cited = {citation.get("source") for citation in operation.get("x-citations", [])}
        if source in rule.settings["published"] and source not in cited:
            yield Finding(
                f"{walk.title(operation)} is said to be of {source}, and cites nothing of it", operation
            )


def stage(subject: Subject, rule: Rule) -> Iterator[Finding]:
    words = rule.settings["words"]
    for _, _, operation in operations(subject.document):
        if operation.get("x-stage") not in words:
            yield Finding(f"{walk.title(operation)}: x-stage is {', '.join(words)}", operation, "x-stage")


def descriptions(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    for operation in walk.every_operation(document):
        if not operation.get("description"):
            yield Finding(f"{walk.title(operation)} has no description", operation)
    for parameter in walk.parameters(document):
        if not parameter.get("description"):
            yield Finding(f"the parameter {parameter.get('name')} has no description", parameter)
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        if not schema.get("description"):
            yield Finding(f"the schema {name} has no description", schema)
    for _, schema in walk.schemas(document):
        for name, value in schema.get("properties", {}).items():
            if not _is_described(document, value):
                yield Finding(f"the property {name} has no description", value)


def _is_described(document: dict[str, Any], schema: Any) -> bool:
    """Whether a schema, what it refers to, or the one thing it is when not null, has a description."""
    if not isinstance(schema, dict):
        return False
    if schema.get("description"):
        return True
    if "$ref" in schema:
        return _is_described(document, resolved(document, schema))
    members = schema.get("anyOf") or schema.get("oneOf") or []
    return any("$ref" in member and _is_described(document, member) for member in members)


def declared_tags(subject: Subject, rule: Rule) -> Iterator[Finding]:
    declared = subject.document.get("tags", [])
    names = {tag["name"] for tag in declared}
    used = set()
    for operation in walk.every_operation(subject.document):
        tags = operation.get("tags", [])
        used.update(tags)
        if len(tags) != 1 or not names.issuperset(tags):
            yield Finding(
                f"{walk.title(operation)} has one tag, and the index declares it", operation, "tags"
            )
    for number, tag in enumerate(declared):
        if tag["name"] not in used:
            yield Finding(f"no operation has the tag {tag['name']}", declared, number)


def scopes(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    declared: dict[str, Any] = {}
    for scheme in document.get("components", {}).get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            declared.update(dict.fromkeys(flow.get("scopes", {}), flow.get("scopes")))
    used = set()
    for holder in (document, *(operation for _, _, operation in operations(document))):
        for alternative in holder.get("security", []):
            for listed in alternative.values():
                used.update(listed)
                for scope in listed:
                    if scope not in declared:
                        yield Finding(f"the scope {scope} is not declared", holder, "security")
    for scope, where in declared.items():
        if scope not in used:
            yield Finding(f"no operation needs the scope {scope}", where, scope)


CHECKS: dict[str, Check] = {
    "provenance": provenance,
    "citations": citations,
    "stage": stage,
    "descriptions": descriptions,
    "declared-tags": declared_tags,
    "scopes": scopes,
}
