"""What a `$ref` of the sources means: which file, and whether it becomes a component or is written out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mock_server.contract import NAME_MAPS, component, is_data
from scripts.contract.sources import ContractError, Items, Node

# The folder that a file lies in decides its section of the components.
SECTIONS = {
    "schemas": "schemas",
    "errors": "responses",
    "parameters": "parameters",
    "examples": "examples",
    "headers": "headers",
    "links": "links",
}


class Target(NamedTuple):
    """What a reference points at. `section` and `name` are empty where the target is written out in place."""

    file: Path
    pointer: str
    section: str
    name: str


def objects(value: Any, pointer: str = "", names: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a description with its JSON pointer, data and maps of names left out."""
    if isinstance(value, list):
        for number, child in enumerate(value):
            yield from objects(child, f"{pointer}/{number}")
    elif isinstance(value, dict):
        if not names:
            yield pointer, value
        for key, child in value.items():
            if names or not is_data(key, child):
                yield from objects(child, f"{pointer}/{escaped(key)}", not names and key in NAME_MAPS)


def escaped(key: str) -> str:
    """A key as one segment of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def target(ref: Any, node: Node) -> Target:
    """The target of a `$ref` that stands in `node`; a ContractError where it cannot be one."""
    at = (node.file, node.lines.get("$ref", node.line))
    if not isinstance(ref, str) or not ref:
        raise ContractError("a $ref is a path to a file", *at)
    path, _, pointer = ref.partition("#")
    if not path:
        raise ContractError(f"{ref}: refer to a file, not into the document", *at)
    if "://" in path or path.startswith("/"):
        raise ContractError(f"{ref}: refer by a relative path", *at)
    file = (Path(node.file).parent / path).resolve()
    if not file.is_file():
        raise ContractError(f"{ref}: there is no such file", *at)
    section = SECTIONS.get(file.parent.name, "")
    if section and pointer:
        raise ContractError(f"{ref}: a component is referred to as a whole", *at)
    return Target(file, pointer, section, file.stem if section else "")


def follow(document: Any, pointer: str, ref: str, node: Node) -> Any:
    """The value at a JSON pointer of a loaded file; a ContractError where there is none."""
    value = document
    for segment in pointer.split("/")[1:]:
        key = segment.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Node) and key in value:
            value = value[key]
        elif isinstance(value, Items) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            at = (node.file, node.lines.get("$ref", node.line))
            raise ContractError(f"{ref}: the file has no {pointer}", *at)
    return value


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """An object of a bundled document, or what its `$ref` leads to."""
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        value = component(document, value["$ref"])
    return value
