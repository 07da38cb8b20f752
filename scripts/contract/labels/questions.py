"""The open questions of a contract: what HelloBooks has not published, and what depends on it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.contract.sources import load

FOLDER = "questions"
PLACES = "shows_in"


def read_questions(root: Path) -> list[Any]:
    """The questions of the contract in `root`, in the order of their ids; none where there is no folder."""
    found: list[Any] = []
    for file in sorted((root / FOLDER).glob("*.yaml")):
        listed = load(file)
        # What is no list is for the house rules to tell.
        found += listed if isinstance(listed, list) else [listed]
    return sorted(found, key=lambda each: str(each.get("id")) if isinstance(each, dict) else "")


def by_place(questions: Iterable[Any]) -> dict[str, list[str]]:
    """Name of a place to the ids of the questions that show in it."""
    found: dict[str, list[str]] = {}
    for each in questions:
        if isinstance(each, dict):
            for name in each.get(PLACES, []):
                found.setdefault(str(name), []).append(str(each["id"]))
    return found


def names(document: dict[str, Any]) -> set[str]:
    """What a question may refer to: operations, schemas, `Schema.Property`, parameters, headers, topics."""
    components = document.get("components", {})
    schemas = components.get("schemas", {})
    known: set[str] = set()
    for items in (document.get("paths", {}), document.get("webhooks", {})):
        for item in items.values():
            for operation in (each for each in item.values() if isinstance(each, dict)):
                known.add(str(operation.get("operationId")))
                known.update(str(each.get("name")) for each in operation.get("parameters", []))
            known.update(str(each.get("name")) for each in item.get("parameters", []))
    known.update(schemas, components.get("parameters", {}), document.get("webhooks", {}))
    known.update(document.get("x-silent-topics", []), components.get("headers", {}))
    known.update(str(each.get("name")) for each in components.get("parameters", {}).values())
    known.update(f"{name}.{key}" for name, schema in schemas.items() for key in schema.get("properties", {}))
    return known


def is_merged(question: dict[str, Any]) -> bool:
    """Whether another question has taken this one in."""
    return question.get("state") == "merged"
