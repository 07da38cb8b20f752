"""Makes the labels of a contract visible: badges, words in descriptions, citations, open questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.contract.labels.questions import by_place, read_questions
from scripts.contract.operations import operations, webhooks
from scripts.contract.sources import ContractError, fault, load, plain

CITATIONS = "citations"
_ASSUMED = "assumed"
_SOURCE = "x-provenance"
# What renderers of references show; the words are those of x-stage and x-provenance.
_COLOURS = {
    "live": "#1b7f4d",
    "stub": "#6b7280",
    "planned": "#1d5fbf",
    "roadmap": "#1d5fbf",
    "docs": "#1b7f4d",
    "published-spec": "#1b7f4d",
    "assumed": "#b45309",
}
_MOST = 3


def show_labels(document: dict[str, Any], root: Path, faults: list[ContractError]) -> None:
    """Adds `x-badges`, "(assumed, Q-012)", `x-citations` and `x-questions` to a document that is complete."""
    questions = read_questions(root)
    if not questions:
        # The contract of a sandbox's own controls promises nothing of HelloBooks'.
        return
    asked = by_place(questions)
    every = [spec for _, _, spec in (*operations(document), *webhooks(document))]
    for operation in every:
        words = [operation[key] for key in ("x-stage", _SOURCE) if key in operation]
        if words:
            operation["x-badges"] = [{"name": word, "color": _COLOURS.get(word, "#6b7280")} for word in words]
        _say(operation, asked.get(str(operation.get("operationId")), []))
        for parameter in operation.get("parameters", []):
            _say(parameter, asked.get(str(parameter.get("name")), []))
    for name, holder in _components(document):
        _say(holder, asked.get(name) or asked.get(str(holder.get("name")), []))
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        for key, value in schema.get("properties", {}).items():
            ids = asked.get(f"{name}.{key}", [])
            # Where the whole schema is assumed, its own words say so.
            if ids or schema.get(_SOURCE) != _ASSUMED:
                _say(value, ids)
    _cite(document, root, every, faults)
    document["x-questions"] = plain(questions)


def _components(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for section in ("schemas", "parameters", "headers"):
        yield from document.get("components", {}).get(section, {}).items()


def _say(holder: dict[str, Any], ids: list[str]) -> None:
    """Ends a description with its label, where it is assumed and has one of its own."""
    text = holder.get("description")
    if holder.get(_SOURCE) == _ASSUMED and isinstance(text, str) and "(assumed" not in text:
        holder["description"] = f"{text.rstrip()} ({', '.join([_ASSUMED, *ids[:_MOST]])})"


def _cite(
    document: dict[str, Any], root: Path, every: list[dict[str, Any]], faults: list[ContractError]
) -> None:
    """Puts each citation at what it covers; what it covers must be there."""
    places = {**dict(_components(document)), **{str(spec.get("operationId")): spec for spec in every}}
    files = sorted((root / CITATIONS).glob("*.yaml"))
    for citation in (each for file in files for each in load(file)):
        covers = citation.get("covers", [])
        said = {key: value for key, value in citation.items() if key != "covers"}
        for number, name in enumerate(covers):
            if name in places:
                places[name].setdefault("x-citations", []).append(plain(said))
            else:
                faults.append(fault(f"there is no {name} to cite for", covers, number))
