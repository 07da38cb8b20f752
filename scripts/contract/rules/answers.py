"""Rules on answers: which errors an operation lists, their envelope and codes, and the links of a create."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scripts.contract.answers import UNBUILT, code_of, restated
from scripts.contract.operations import calls, operations
from scripts.contract.references import resolved
from scripts.contract.rules import walk
from scripts.contract.rules.naming import PASCAL
from scripts.contract.rules.rules import Check, Finding, Rule, Subject


def common_errors(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document, settings = subject.document, rule.settings
    for call in calls(document):
        operation, title = call.operation, walk.title(call.operation)
        wanted = [*settings["statuses"]]
        wanted += settings["tenant_statuses"] if "{entityId}" in call.path else []
        if operation.get("x-stage") != "stub":
            wanted += settings["handled_statuses"]
            wanted += settings["write_statuses"] if call.method != "get" else []
            wanted += settings["body_statuses"] if "requestBody" in operation else []
            variables = set(re.findall(r"{(\w+)}", call.path)) - set(settings["tenant_variables"])
            wanted += settings["record_statuses"] if variables else []
        absent = settings["exempt"].get(title, [])
        answers = operation.get("responses", {})
        missing = [status for status in wanted if status not in answers and status not in absent]
        if missing:
            yield Finding(f"{title} lacks {', '.join(missing)}", operation, "responses")
    unrouted = document.get("x-unrouted-responses", {})
    missing = [status for status in settings["unrouted_statuses"] if status not in unrouted]
    if missing and document.get("paths"):
        yield Finding(f"x-unrouted-responses lacks {', '.join(missing)}", document, "x-unrouted-responses")


def restated_answers(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for document in subject.written:
        for call, status in restated(document):
            yield Finding(
                f"{walk.title(call.operation)} states {status}, which is derived",
                call.operation["responses"],
                status,
            )


def not_implemented(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for _, _, operation in operations(subject.document):
        is_built = operation.get("x-stage") != "stub" and operation.get(UNBUILT) is not True
        if is_built is ("501" in operation.get("responses", {})):
            says = "is built and lists 501" if is_built else "is not built and lacks 501"
            yield Finding(f"{walk.title(operation)} {says}", operation, "responses")


def error_envelope(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for where, _, response in _errors(subject.document):
        entries = walk.media(response)
        if not entries or not all(
            _is_envelope(subject.document, entry.get("schema", {})) for entry in entries
        ):
            yield Finding(f"{where} does not answer with the error envelope", response)


def _is_envelope(document: dict[str, Any], schema: dict[str, Any]) -> bool:
    schema = resolved(document, schema)
    members = schema.get("anyOf") or schema.get("oneOf")
    if members:
        return all(_is_envelope(document, member) for member in members)
    return "error" in schema.get("required", [])


def error_code(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    used = set()
    for where, _, response in _errors(document):
        for entry in walk.media(response):
            examples = entry.get("examples", {})
            for name, example in examples.items():
                used.add(example.get("$ref"))
                code = code_of(resolved(document, example).get("value"))
                if code != name:
                    yield Finding(f"{where}: the example {name} has the error {code}", examples, name)
    for name, example in document.get("components", {}).get("examples", {}).items():
        code = code_of(example.get("value"))
        if code is None:
            continue
        # A name in PascalCase tells a case of its own; any other is the code, alone or after an operationId.
        if not PASCAL.fullmatch(name) and name != code and not name.endswith(f"_{code}"):
            yield Finding(f"the example {name} has the error {code}", example)
        if f"#/components/examples/{name}" not in used:
            yield Finding(f"no answer shows the error example {name}", example)


def one_status_per_code(subject: Subject, rule: Rule) -> Iterator[Finding]:
    first: dict[str, tuple[str, str]] = {}
    for where, status, response in _errors(subject.document):
        for entry in walk.media(response):
            for name, example in entry.get("examples", {}).items():
                known, there = first.setdefault(name, (status, where))
                if known != status:
                    yield Finding(f"{where}: {name} comes with {known} in {there}", example)


def _errors(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every 4xx and 5xx of the operations and of unknown paths, with words for where it stands."""
    holders: list[tuple[str, dict[str, Any]]] = [
        (walk.title(operation), operation) for _, _, operation in operations(document)
    ]
    holders.append(("an unknown path", {"responses": document.get("x-unrouted-responses", {})}))
    for where, holder in holders:
        for status, response in walk.answers(document, holder):
            if status[0] in "45":
                yield f"{where}, {status}", status, response


def create_links(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for _, method, operation in operations(subject.document):
        for status, response in walk.answers(subject.document, operation):
            if method == "post" and status == "201" and not response.get("links"):
                yield Finding(f"{walk.title(operation)} creates and has no links", response)


def link_target(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    names = _parameter_names(document)
    for _, _, operation in operations(document):
        for _, response in walk.answers(document, operation):
            for name, value in response.get("links", {}).items():
                link = resolved(document, value)
                aim = link.get("operationId", "")
                if aim not in names:
                    yield Finding(f"the link {name} leads to no operation: {aim}", link, "operationId")
                    continue
                unknown = [
                    key for key in link.get("parameters", {}) if key.rpartition(".")[2] not in names[aim]
                ]
                if unknown:
                    yield Finding(f"{aim} has no parameter {', '.join(unknown)}", link, "parameters")


def _parameter_names(document: dict[str, Any]) -> dict[str, set[str]]:
    names = {}
    for path, _, operation in operations(document):
        listed = [*document["paths"][path].get("parameters", []), *operation.get("parameters", [])]
        names[walk.title(operation)] = {resolved(document, parameter)["name"] for parameter in listed}
    return names


CHECKS: dict[str, Check] = {
    "common-errors": common_errors,
    "restated-answers": restated_answers,
    "not-implemented": not_implemented,
    "error-envelope": error_envelope,
    "error-code": error_code,
    "one-status-per-code": one_status_per_code,
    "create-links": create_links,
    "link-target": link_target,
}
