"""Rules on schemas and bodies: bounds, where bodies belong, what is open and what is closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.operations import operations
from scripts.contract.references import resolved
from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject


def bounds(subject: Subject, rule: Rule) -> Iterator[Finding]:
    of_gateway = _of_gateway(subject.document, rule.settings["unbounded_stages"])
    for _, schema in walk.schemas(subject.document):
        if {"enum", "const", "x-extensible-enum"} & schema.keys() or id(schema) in of_gateway:
            continue
        types = walk.types(schema)
        if "string" in types and "maxLength" not in schema:
            yield Finding("a string without maxLength", schema, "type")
        if "array" in types and "maxItems" not in schema:
            yield Finding("a list without maxItems", schema, "type")
        if "number" in types or "integer" in types:
            for low, high in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
                if low not in schema and high not in schema:
                    yield Finding(f"a number without {low}", schema, "type")


def decimal_places(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document, most = subject.document, rule.settings["most"]
    taken = {id(schema) for schema in _of_requests(document)}
    for parameter in walk.parameters(document):
        taken |= {id(schema) for schema in walk.reachable(document, parameter.get("schema"))}
    for _, schema in walk.schemas(document):
        if "multipleOf" in schema:
            yield Finding("multipleOf: say x-decimal-places", schema, "multipleOf")
        is_number = "number" in walk.types(schema) and id(schema) in taken
        places = schema.get("x-decimal-places", 0 if is_number else 1)
        if places not in range(1, most + 1):
            yield Finding(f"a number has x-decimal-places from 1 to {most}", schema, "type")


def _of_gateway(document: dict[str, Any], stages: list[str]) -> set[int]:
    """The schemas of what the gateway answers today: it has not promised a bound, so none is stated."""
    return {
        id(schema)
        for _, _, operation in operations(document)
        if operation.get("x-stage") in stages
        for _, response in walk.answers(document, operation)
        for holder in (
            *walk.media(response),
            *(resolved(document, h) for h in response.get("headers", {}).values()),
        )
        for schema in walk.reachable(document, holder.get("schema"))
    }


def method_body(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for _, method, operation in operations(subject.document):
        if "requestBody" in operation:
            if method in ("get", "head"):
                yield Finding(f"a {method.upper()} with a body", operation, "requestBody")
            elif method == "delete" and operation.get("x-bulk") is not True:
                yield Finding("a DELETE with a body that is not marked x-bulk", operation, "requestBody")


def success_schema(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for _, _, operation in operations(subject.document):
        good = [(s, r) for s, r in walk.answers(subject.document, operation) if s.startswith("2")]
        if operation.get("x-stage") == "stub":
            if good:
                yield Finding(
                    f"{walk.title(operation)} is a stub and answers {good[0][0]}", operation, "responses"
                )
            continue
        if not good:
            yield Finding(f"{walk.title(operation)} has no 2xx", operation, "responses")
        for status, response in good:
            content = walk.media(response)
            if status != "204" and (not content or not all(entry.get("schema") for entry in content)):
                yield Finding(f"{walk.title(operation)}: {status} without a schema", response)


def no_read_only(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    for operation in walk.every_operation(document):
        for entry in walk.media(walk.body(document, operation)):
            for schema in walk.reachable(document, entry.get("schema")):
                if schema.get("readOnly") is True:
                    yield Finding(f"readOnly in the request of {walk.title(operation)}", schema, "readOnly")
    for _, schema in walk.schemas(document):
        for name in schema.get("required", []):
            if _property(schema, name).get("readOnly") is True:
                yield Finding(f"{name} is required and readOnly", schema, "required")


def _property(schema: dict[str, Any], name: str) -> dict[str, Any]:
    value = schema.get("properties", {}).get(name, {})
    return value if isinstance(value, dict) else {}


def closed_requests(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for schema in _of_requests(subject.document):
        if "object" in walk.types(schema) and "additionalProperties" not in schema:
            yield Finding(
                "an object of a request that does not say additionalProperties: false", schema, "type"
            )


def open_answers(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    of_requests = {id(schema) for schema in _of_requests(document)}
    for _, _, operation in operations(document):
        for _, response in walk.answers(document, operation):
            for entry in walk.media(response):
                for schema in walk.reachable(document, entry.get("schema")):
                    if schema.get("additionalProperties") is False and id(schema) not in of_requests:
                        yield Finding("an object of an answer that is closed", schema, "additionalProperties")


def _of_requests(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for _, _, operation in operations(document):
        for entry in walk.media(walk.body(document, operation)):
            yield from walk.reachable(document, entry.get("schema"))


CHECKS: dict[str, Check] = {
    "bounds": bounds,
    "decimal-places": decimal_places,
    "method-body": method_body,
    "success-schema": success_schema,
    "no-read-only": no_read_only,
    "closed-requests": closed_requests,
    "open-answers": open_answers,
}
