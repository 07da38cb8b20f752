"""Rules on what generators of clients make names and types of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.contract.rules import walk
from scripts.contract.rules.rules import Check, Finding, Rule, Subject

_COMBINATORS = ("allOf", "anyOf", "oneOf", "not")
_VALUES = ("enum", "x-extensible-enum")
_COMPONENT = re.compile("/components/schemas/[^/]+")
_WORDS = re.compile("[A-Z][a-z]+(?: [a-z]+)*")


def plain_unions(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for _, schema in walk.schemas(subject.document):
        for key in _COMBINATORS:
            if key in schema and "properties" in schema:
                yield Finding(f"{key} beside properties", schema, key)


def named_parts(subject: Subject, rule: Rule) -> Iterator[Finding]:
    for pointer, schema in walk.schemas(subject.document):
        if _COMPONENT.fullmatch(pointer) or "/headers/" in pointer:
            continue
        if "properties" in schema:
            yield Finding("an object inside another one, without a file of its own", schema, "properties")
        for key in _VALUES:
            if len(schema.get(key, [])) > 1:
                yield Finding("a list of values without a file of its own", schema, key)


def one_name_per_enum(subject: Subject, rule: Rule) -> Iterator[Finding]:
    first: dict[tuple[str, frozenset[str]], str] = {}
    for name, schema in subject.document.get("components", {}).get("schemas", {}).items():
        # Beside null it is the same list once more.
        if isinstance(schema.get("type"), list):
            continue
        for key in _VALUES:
            if key in schema:
                known = first.setdefault((key, frozenset(map(str, schema[key]))), name)
                if known != name:
                    yield Finding(f"{name} has the values of {known}", schema, key)


def tag_names(subject: Subject, rule: Rule) -> Iterator[Finding]:
    declared = subject.document.get("tags", [])
    for number, tag in enumerate(declared):
        name = tag["name"]
        if not _WORDS.fullmatch(name):
            yield Finding(f"the tag {name} is no words in lower case after a capital", declared, number)
        if name.lower() in rule.settings["sections"]:
            yield Finding(f"the tag {name} is called as a section of the document", declared, number)


CHECKS: dict[str, Check] = {
    "plain-unions": plain_unions,
    "named-parts": named_parts,
    "one-name-per-enum": one_name_per_enum,
    "tag-names": tag_names,
}
