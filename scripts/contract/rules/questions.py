"""Rules on the list of open questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject


def questions_form(subject: Subject, rule: Rule) -> Iterator[Finding]:
    known = names(subject.document)
    for number, entry in enumerate(_entries(subject), 1):
        if not isinstance(entry, dict):
            yield Finding("a question is a mapping", subject.questions)
            continue
        wanted = f"Q-{number:03}"
        if entry.get("id") != wanted:
            yield Finding(f"the id is {entry.get('id')}; it should be {wanted}", entry, "id")
        for key in ("question", "sandbox"):
            if not isinstance(entry.get(key), str) or not entry[key].strip():
                yield Finding(f"{wanted} has no {key}", entry, key)
        shows_in = entry.get("shows_in")
        if not isinstance(shows_in, list) or not shows_in:
            yield Finding(f"{wanted} names no place in shows_in", entry, "shows_in")
            continue
        for index, name in enumerate(shows_in):
            if name not in known:
                yield Finding(f"{wanted} shows in {name}, which the contract does not have", shows_in, index)


def questions_count(subject: Subject, rule: Rule) -> Iterator[Finding]:
    entries, least, first = _entries(subject), rule.settings["least"], rule.settings["first"]
    if len(entries) < least:
        yield Finding(f"{len(entries)} open questions; at least {least}", subject.questions)
    if entries and not any(words in str(entries[0].get("question", "")).lower() for words in first):
        yield Finding(f"the first question speaks of: {' or '.join(first)}", entries[0], "question")


def names(document: dict[str, Any]) -> set[str]:
    """What a question may refer to: operations, schemas, `Schema.Property`, parameters, headers, topics."""
    components = document.get("components", {})
    schemas = components.get("schemas", {})
    known = {walk.title(operation) for operation in walk.every_operation(document)}
    known.update(schemas, components.get("parameters", {}), document.get("webhooks", {}))
    known.update(document.get("x-silent-topics", []), components.get("headers", {}))
    known.update(parameter.get("name", "") for parameter in walk.parameters(document))
    known.update(f"{name}.{key}" for name, schema in schemas.items() for key in schema.get("properties", {}))
    return known


def _entries(subject: Subject) -> list[Any]:
    data = subject.questions
    if isinstance(data, dict):
        data = data.get("questions")
    return data if isinstance(data, list) else []


CHECKS: dict[str, Check] = {"questions-form": questions_form, "questions-count": questions_count}
