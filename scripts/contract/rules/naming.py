"""Rules on names: operations, schemas, properties, paths, parameters, summaries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.contract.operations import operations
from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject

PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
CAMEL = re.compile(r"[a-z]+([A-Z][a-z0-9]*)*")
KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def operation_id(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for _, method, operation in operations(subject.document):
        name = operation.get("operationId", "")
        if name in rule.settings["published"]:
            continue
        verbs = rule.settings["verbs"].get(method, [])
        found = re.match(r"[a-z]+(?=[A-Z])", name)
        if not CAMEL.fullmatch(name) or found is None:
            yield Finding(
                f"{name or 'no operationId'}: a verb and a noun in camelCase", operation, "operationId"
            )
        elif found[0] not in verbs:
            yield Finding(f"{name}: {method.upper()} takes {', '.join(verbs)}", operation, "operationId")


def schema_name(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for name, schema in subject.document.get("components", {}).get("schemas", {}).items():
        if not PASCAL.fullmatch(name):
            yield Finding(f"the schema {name} is not in PascalCase", schema)


def property_case(subject: Subject, rule: Rule) -> Iterator[Finding]:
    exempt: list[str] = []
    for pointer, schema in walk.schemas(subject.document):
        if schema.get("x-naming") == "published":
            exempt.append(pointer)
        if "properties" not in schema or any(_is_below(pointer, above) for above in exempt):
            continue
        names = list(schema["properties"])
        is_record = all(name == "id" or PASCAL.fullmatch(name) for name in names)
        if not is_record and not all(SNAKE.fullmatch(name) for name in names):
            odd = [name for name in names if name != "id" and not PASCAL.fullmatch(name)]
            odd = [name for name in names if not SNAKE.fullmatch(name)] if 2 * len(odd) > len(names) else odd
            yield Finding(
                f"properties are all PascalCase (and id) or all snake_case: {', '.join(odd)}",
                schema,
                "properties",
            )


def _is_below(pointer: str, above: str) -> bool:
    return pointer == above or pointer.startswith(f"{above}/")


def path_case(subject: Subject, rule: Rule) -> Iterator[Finding]:
    paths = subject.document.get("paths", {})
    for path in paths:
        for segment in path.strip("/").split("/"):
            inner = segment[1:-1] if segment.startswith("{") and segment.endswith("}") else None
            if not (KEBAB.fullmatch(segment) if inner is None else CAMEL.fullmatch(inner)):
                yield Finding(
                    f"{path}: {segment} is neither kebab-case nor a {{camelCase}} variable", paths, path
                )


def parameter_case(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for parameter in walk.parameters(subject.document):
        name = parameter.get("name", "")
        if parameter.get("in") in ("query", "path") and not (CAMEL.fullmatch(name) or SNAKE.fullmatch(name)):
            yield Finding(f"the parameter {name} is neither camelCase nor snake_case", parameter, "name")


def summary_style(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for operation in walk.every_operation(subject.document):
        summary = operation.get("summary", "")
        names = rule.settings["proper_names"]
        words = [word.strip(",.:;()'\"") for word in summary.split()[1:]]
        titled = [word for word in words if re.fullmatch(r"[A-Z][a-z]+", word) and word not in names]
        if not summary:
            yield Finding(f"{walk.title(operation)} has no summary", operation)
        elif summary.endswith(".") or not summary[0].isupper():
            yield Finding(f"{summary!r}: starts with a capital and has no full stop", operation, "summary")
        elif titled:
            yield Finding(f"{summary!r}: sentence case, so not {', '.join(titled)}", operation, "summary")


CHECKS: dict[str, Check] = {
    "operation-id": operation_id,
    "schema-name": schema_name,
    "property-case": property_case,
    "path-case": path_case,
    "parameter-case": parameter_case,
    "summary-style": summary_style,
}
