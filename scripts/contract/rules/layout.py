"""Rules on the source files: their style, size, names and the order of their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import yaml

from scripts.contract.references import SECTIONS
from scripts.contract.rules.rules import Check, Finding, Rule, Source, Subject
from scripts.contract.sources import Node


def block_style(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for source in subject.sources:
        events = list(yaml.parse(source.text, Loader=yaml.SafeLoader)) if _may_have_flow(source.text) else []
        for event, following in pairwise(events):
            if not isinstance(event, yaml.CollectionStartEvent) or not event.flow_style:
                continue
            if not isinstance(following, yaml.CollectionEndEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                yield Finding("a collection in flow style", Node((), source.file, line, {}))


def _may_have_flow(text: str) -> bool:
    return re.search(r"[{\[][^}\]]", text) is not None


def file_size(subject: Subject, rule: Rule) -> Iterator[Finding]:
    limits = {"operations": rule.settings["operation_lines"], "schemas": rule.settings["schema_lines"]}
    for source in subject.sources:
        lines = len(source.text.splitlines())
        limit = limits.get(source.folder)
        if limit is not None and lines > limit:
            yield Finding(f"{lines} lines; at most {limit}", Node((), source.file, limit + 1, {}))


def file_name(subject: Subject, rule: Rule) -> Iterator[Finding]:
    pascal, example = re.compile(rule.settings["component"]), re.compile(rule.settings["example"])
    for source in subject.sources:
        if source.folder == "operations":
            named = source.data.get("operationId") if isinstance(source.data, dict) else None
            if named != source.stem:
                yield Finding(
                    f"the file {source.stem} holds the operation {named}", source.data, "operationId"
                )
        elif source.folder in SECTIONS:
            pattern = example if source.folder == "examples" else pascal
            if not pattern.fullmatch(source.stem):
                yield Finding(f"the file name {source.stem} does not fit {pattern.pattern}", source.data)


def index_of_references(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for source in subject.sources:
        if not source.path.endswith("openapi.yaml"):
            continue
        for section in ("paths", "webhooks"):
            entries = source.data.get(section, {})
            for name, value in entries.items():
                if list(value or ()) != ["$ref"]:
                    yield Finding(f"{name} is more than a $ref", entries, name)


def operation_key_order(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for source in subject.sources:
        for operation in _operations(source):
            yield from _order(operation, rule.settings["order"])


def schema_key_order(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for source in subject.sources:
        if source.folder == "schemas":
            yield from _order(source.data, rule.settings["order"])


def _operations(source: Source) -> Iterator[Any]:
    if source.folder == "operations":
        yield source.data
    elif source.path.startswith("webhooks/"):
        yield source.data.get("post", {})


def _order(data: Any, order: list[str]) -> Iterator[Finding]:
    known = [key for key in data if key in order]
    for key, right in zip(known, sorted(known, key=order.index), strict=True):
        if key != right:
            yield Finding(f"{key} stands where {right} belongs", data, key)
            return


CHECKS: dict[str, Check] = {
    "block-style": block_style,
    "file-size": file_size,
    "file-name": file_name,
    "index-of-references": index_of_references,
    "operation-key-order": operation_key_order,
    "schema-key-order": schema_key_order,
}
