"""Rules on what is published: who says what, and what answers of today may not promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.labels import BOUNDS, CONSTRAINT, OURS, SCOPES, SOURCE, inside, is_ours
from scripts.contract.operations import calls, operations
from scripts.contract.references import objects, resolved
from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject

_LISTED = ("enum", "const")


def labels(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    for _, schema in walk.schemas(document):
        for name, child in schema.get("properties", {}).items():
            if isinstance(child, dict) and SOURCE not in child:
                yield Finding(f"the property {name} has no {SOURCE}", child)
    for parameter in walk.parameters(document):
        if SOURCE not in parameter:
            yield Finding(f"the parameter {parameter.get('name')} has no {SOURCE}", parameter)
    for pointer, holder in objects(document):
        where = pointer.rpartition("/")[2]
        for what, key in (("header", "headers"), ("example", "examples")):
            entries = holder.get(key, {})
            # In a schema `headers` is no keyword, and `examples` is a list.
            for name, entry in entries.items() if isinstance(entries, dict) else ():
                if isinstance(entry, dict) and "$ref" not in entry and SOURCE not in entry:
                    yield Finding(
                        f"the {what} {name} has no {SOURCE}", entry or entries, None if entry else name
                    )
        if where != "components" and "flows" in holder:
            yield from _scopes(holder)


def _scopes(scheme: dict[str, Any]) -> Iterator[Finding]:
    labelled = scheme.get(SCOPES, {})
    declared = {scope for flow in scheme["flows"].values() for scope in flow.get("scopes", {})}
    for scope in sorted(declared - labelled.keys()):
        yield Finding(f"the scope {scope} has no entry in {SCOPES}", scheme, "flows")
    for scope in sorted(labelled.keys() - declared):
        yield Finding(f"no scope {scope} is declared", labelled, scope)


def claims(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document, announced = subject.document, rule.settings["announced"]
    for call in calls(document):
        if call.operation.get(SOURCE) != OURS:
            continue
        for parameter in call.parameters:
            found = resolved(document, parameter)
            name, source = found.get("name"), found.get(SOURCE, OURS)
            if source != OURS and name not in announced:
                title = walk.title(call.operation)
                yield Finding(f"{title} is assumed, and its parameter {name} is from {source}", found, SOURCE)


def live_answers(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    for _, _, operation in operations(document):
        if operation.get("x-stage") not in rule.settings["stages"]:
            continue
        for status, response in walk.answers(document, operation):
            where = f"{walk.title(operation)} {status}"
            for name, entry in response.get("headers", {}).items():
                for told, node, key in _header(document, resolved(document, entry)):
                    yield Finding(f"{where}: the header {name} is assumed and {told}", node, key)
            seen: set[str] = set()
            for media in walk.media(response):
                for told, node, key in _promised(document, media.get("schema"), OURS, seen):
                    yield Finding(f"{where}: {told}", node, key)


_Told = Iterator[tuple[str, Any, str]]


def _header(document: dict[str, Any], header: dict[str, Any]) -> _Told:
    schema = resolved(document, header.get("schema", {}))
    is_assumed = header.get(SOURCE, OURS) == OURS
    if is_assumed and header.get("required") is True:
        yield "required", header, "required"
    if header.get(CONSTRAINT) == OURS or is_assumed:
        for key in sorted({*BOUNDS, *_LISTED} & schema.keys()):
            yield f"bounded by {key}", schema, key
    elif is_ours(document, schema):
        yield "bounded", header, "schema"


def _promised(document: dict[str, Any], schema: Any, label: str, seen: set[str]) -> _Told:
    """What of a schema, and of all that it leads to, requires, closes or bounds by an assumption of ours."""
    if not isinstance(schema, dict):
        return
    label = schema.get(SOURCE, label)
    if (ref := schema.get("$ref")) is not None:
        if ref not in seen:
            seen.add(ref)
            yield from _promised(document, resolved(document, schema), label, seen)
        return
    constraint = schema.get(CONSTRAINT, label)
    for key in sorted(BOUNDS & schema.keys()) if schema.get(CONSTRAINT, OURS) == OURS else ():
        yield f"bounded by {key}, which is assumed", schema, key
    if constraint == OURS:
        for key in ("format", *_LISTED):
            # The width of an integer closes nothing that a client of JSON could tell.
            if key in schema and schema[key] not in ("int32", "int64"):
                yield f"closed by {key}, which is assumed", schema, key
    if schema.get("additionalProperties") is False:
        yield "an object of an answer is closed", schema, "additionalProperties"
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        if properties.get(name, {}).get(SOURCE, OURS) == OURS:
            yield f"{name} is required and assumed", schema, "required"
    for child in (*properties.values(), *inside(schema)):
        yield from _promised(document, child, label, seen)


CHECKS: dict[str, Check] = {"labels": labels, "claims": claims, "live-answers": live_answers}
