"""Rules on the open questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract.labels import by_place, is_merged, names
from scripts.contract.operations import operations
from scripts.contract.references import resolved
from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject

_ASSUMED = "assumed"


def questions_form(subject: Subject, rule: Rule) -> Iterator[Finding]:
    known = names(subject.document)
    entries = _entries(subject)
    whole = {
        entry["id"] for entry in entries if isinstance(entry, dict) and not is_merged(entry) and "id" in entry
    }
    for number, entry in enumerate(entries, 1):
        wanted = f"Q-{number:03}"
        if not isinstance(entry, dict):
            yield Finding("a question is a mapping", subject.questions)
        elif entry.get("id") != wanted:
            yield Finding(f"the id is {entry.get('id')}; it should be {wanted}", entry, "id")
        elif is_merged(entry):
            # Its id stays, so that whoever wrote it down finds what became of it.
            if entry.get("merged_into") not in whole:
                yield Finding(f"{wanted} is merged into no open question", entry, "merged_into")
        else:
            yield from _whole(entry, wanted, known, rule)


def _whole(entry: dict[str, Any], wanted: str, known: set[str], rule: Rule) -> Iterator[Finding]:
    for key in ("question", "sandbox", "impact"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            yield Finding(f"{wanted} has no {key}", entry, key)
    for key in ("priority", "state"):
        if entry.get(key) not in rule.settings[key]:
            yield Finding(f"{wanted}: {key} is one of {', '.join(rule.settings[key])}", entry, key)
    shows_in = entry.get("shows_in")
    if not isinstance(shows_in, list) or not shows_in:
        yield Finding(f"{wanted} names no place in shows_in", entry, "shows_in")
        return
    for index, name in enumerate(shows_in):
        if name not in known:
            yield Finding(f"{wanted} shows in {name}, which the contract does not have", shows_in, index)


def questions_count(subject: Subject, rule: Rule) -> Iterator[Finding]:
    entries, least, first = _entries(subject), rule.settings["least"], rule.settings["first"]
    if len(entries) < least:
        yield Finding(f"{len(entries)} open questions; at least {least}", subject.questions)
    if entries and not any(words in str(entries[0].get("question", "")).lower() for words in first):
        yield Finding(f"the first question speaks of: {' or '.join(first)}", entries[0], "question")


def questions_cover(subject: Subject, rule: Rule) -> Iterator[Finding]:
    document = subject.document
    asked = by_place(_entries(subject))
    schemas = document.get("components", {}).get("schemas", {})
    parameters = document.get("components", {}).get("parameters", {})
    for _, _, operation in operations(document):
        name = walk.title(operation)
        if operation.get("x-provenance") == _ASSUMED and name not in asked:
            yield Finding(f"no question is about the operation {name}", operation)
        for parameter in operation.get("parameters", []):
            content = resolved(document, parameter)
            own = content.get("name", "")
            known = {own, *(key for key, each in parameters.items() if each.get("name") == own)}
            if content.get("x-provenance") == _ASSUMED and not known & asked.keys():
                yield Finding(f"no question is about the parameter {own} of {name}", content)
        for top in _tops(document, operation):
            schema = schemas[top]
            source = schema.get("x-provenance")
            for key, value in schema.get("properties", {}).items():
                is_assumed = value.get("x-provenance", source) == _ASSUMED
                if is_assumed and not {top, f"{top}.{key}"} & asked.keys():
                    yield Finding(f"no question is about {top}.{key}", value)


def _tops(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[str]:
    """The named schemas of an operation's body and of its 2xx answers."""
    good = [answer for status, answer in walk.answers(document, operation) if status.startswith("2")]
    for holder in (walk.body(document, operation), *good):
        for entry in walk.media(holder):
            ref = entry.get("schema", {}).get("$ref", "")
            if ref:
                yield ref.rpartition("/")[2]


def _entries(subject: Subject) -> list[Any]:
    data = subject.questions
    return data if isinstance(data, list) else []


CHECKS: dict[str, Check] = {
    "questions-form": questions_form,
    "questions-count": questions_count,
    "questions-cover": questions_cover,
}
