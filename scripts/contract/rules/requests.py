"""Rules on requests: keys, pages, scopes by method, and bodies that are there or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.answers import parameter_names
from scripts.contract.operations import calls, operations
from scripts.contract.references import resolved
from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject


def idempotency_key(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for call in calls(subject.document):
        is_stub = call.operation.get("x-stage") == "stub"
        if call.method == "post" and not is_stub:
            if rule.settings["header"] not in parameter_names(subject.document, call):
                yield Finding(
                    f"{walk.title(call.operation)} takes no {rule.settings['header']}", call.operation
                )


def paging(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document, settings = subject.document, rule.settings
    for call in calls(document):
        title = walk.title(call.operation)
        if call.method != "get" or title in settings["whole"] or call.operation.get("x-stage") == "stub":
            continue
        taken = set(parameter_names(document, call))
        shown = _members(document, call.operation)
        is_list = title.startswith("list") or bool(shown & set(settings["members"]))
        missing = [*(name for name in settings["parameters"] if name not in taken)]
        missing += [name for name in settings["members"] if name not in shown]
        if is_list and missing:
            yield Finding(f"{title} is a list without {', '.join(missing)}", call.operation)


def _members(document: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for status, response in walk.answers(document, operation):
        if status.startswith("2"):
            for media in walk.media(response):
                found |= set(resolved(document, media.get("schema", {})).get("properties", {}))
    return found


def location(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for _, _, operation in operations(subject.document):
        # What the gateway sends today is not published.
        if operation.get("x-stage") == "live":
            continue
        for status, response in walk.answers(subject.document, operation):
            if status == "201" and rule.settings["header"] not in response.get("headers", {}):
                yield Finding(
                    f"{walk.title(operation)} creates and has no {rule.settings['header']}", response
                )


def scope_of_method(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for _, method, operation in operations(subject.document):
        allowed = rule.settings["actions"].get(method, [])
        for alternative in operation.get("security", []):
            for scope in (scope for listed in alternative.values() for scope in listed):
                if scope.rpartition(":")[2] not in allowed:
                    title = walk.title(operation)
                    yield Finding(f"{title}: a {method.upper()} needs {scope}", operation, "security")


def action_bodies(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    for path, method, operation in operations(document):
        above = path.rpartition("/")[0]
        body = walk.body(document, operation)
        # An action is a verb below a record: `/work-orders/{id}/cancel`.
        if method != "post" or not body or not above.endswith("}") or above.endswith("{entityId}"):
            continue
        needed = any(_needed(document, entry.get("schema", {})) for entry in walk.media(body))
        if needed is not bool(body.get("required")):
            says = "needs members and is optional" if needed else "needs no member and is required"
            yield Finding(f"the body of {walk.title(operation)} {says}", body, "required")


def _needed(document: dict[str, Any], schema: Any) -> bool:
    return bool(resolved(document, schema).get("required"))


def nullable_names(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    first: dict[str, tuple[bool, str]] = {}
    for _, _, operation in operations(document):
        for entry in walk.media(walk.body(document, operation)):
            for schema in walk.reachable(document, entry.get("schema")):
                for name, child in schema.get("properties", {}).items():
                    found = _is_nullable(document, child)
                    known, there = first.setdefault(name, (found, walk.title(operation)))
                    if known is not found:
                        says = "takes null" if found else "takes no null"
                        title = walk.title(operation)
                        yield Finding(f"{name} of {title} {says}, unlike that of {there}", child)


def _is_nullable(document: dict[str, Any], schema: Any) -> bool:
    schema = resolved(document, schema)
    if not isinstance(schema, dict):
        return False
    members = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
    return "null" in walk.types(schema) or any(_is_nullable(document, member) for member in members)


CHECKS: dict[str, Check] = {
    "idempotency-key": idempotency_key,
    "paging": paging,
    "location": location,
    "scope-of-method": scope_of_method,
    "action-bodies": action_bodies,
    "nullable-names": nullable_names,
}
