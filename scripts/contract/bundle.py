"""Bundles the source files into one OpenAPI 3.1 document and derives what the sources need not repeat."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mock_server.contract import NAME_MAPS, is_data
from scripts.contract.clients import add_formats, name_nullables, open_enums
from scripts.contract.derivation import derive
from scripts.contract.flatten import flatten
from scripts.contract.labels import show_labels
from scripts.contract.misread import circles, told
from scripts.contract.references import Target, follow, target
from scripts.contract.shape import misshapen
from scripts.contract.sources import ContractError, ContractErrors, Items, Node, fault, load
from scripts.contract.trimming import prune, strip_internal

SECTION_ORDER = (
    "schemas responses parameters examples requestBodies headers securitySchemes links callbacks".split()
)
INTRODUCTION = "introduction.md"
SOURCE_FOLDERS = ("resources", "shared", "webhooks")


def bundle(root: Path, *, internal: bool = False, derived: bool = True) -> dict[str, Any]:
    """One 3.1 document from the folder that holds `openapi.yaml`; every container knows its source line.

    Properties marked `x-internal: true` are left out unless `internal`; what the sources need not repeat is
    added where it is wanted `derived`. All faults that can be found together are raised together, as
    ContractErrors.
    """
    tree = _Tree(root.resolve())
    with told("the build", root / "openapi.yaml"):
        document = _assemble(tree)
        _stop(tree.faults)
        tree.faults.extend(misshapen(document))
        _stop(tree.faults)
        tree.faults.extend(circles(document))
        _stop(tree.faults)
        flatten(document, tree.faults)
        _stop(tree.faults)
        if not internal:
            strip_internal(document)
        if derived:
            derive(document, tree.faults)
            open_enums(document, tree.faults)
            _stop(tree.faults)
            name_nullables(document)
            add_formats(document)
        prune(document)
        if derived:
            show_labels(document, tree.root, tree.faults)
            _stop(tree.faults)
    return document


def source_files(root: Path) -> list[Path]:
    """Every YAML file below the source folders of a contract, sorted."""
    return sorted(file for folder in SOURCE_FOLDERS for file in (root / folder).rglob("*.yaml"))


@dataclass
class _Tree:
    root: Path
    faults: list[ContractError] = field(default_factory=list)
    files: dict[Path, Any] = field(default_factory=dict)
    components: dict[str, dict[str, Path]] = field(default_factory=dict)
    waiting: deque[tuple[str, str, Path]] = field(default_factory=deque)
    entries: dict[Path, set[str]] = field(default_factory=dict)
    unreadable: bool = False


def _stop(faults: list[ContractError]) -> None:
    if faults:
        raise ContractErrors(faults)


def _assemble(tree: _Tree) -> Node:
    index_file = tree.root / "openapi.yaml"
    if not index_file.is_file():
        raise ContractError("there is no such index", str(index_file), 1)
    index = _read(tree, index_file)
    _stop(tree.faults)
    if not isinstance(index, Node):
        raise ContractError("the index is not a mapping", str(index_file), 1)
    for section in ("paths", "webhooks"):
        if section in index and not isinstance(index[section], Node):
            raise fault(f"{section} is not a mapping", index, section)
    document: Node = _copied(tree, index, False, ())
    _introduce(tree.root, document)
    components = document.pop("components", Node((), index.file, 1, {}))
    while tree.waiting:
        section, name, file = tree.waiting.popleft()
        content = _copied(tree, _read(tree, file), False, ())
        components.setdefault(section, Node((), str(file), 1, {}))[name] = content
    document["components"] = Node(
        (
            (section, Node(sorted(components[section].items()), index.file, 1, {}))
            for section in sorted(components, key=_section_rank)
        ),
        index.file,
        index.lines.get("components", 1),
        {},
    )
    if not tree.unreadable:
        tree.faults.extend(_unused(tree))
    return document


def _introduce(root: Path, document: Node) -> None:
    """The introduction is a page, and a page is easier to write as one."""
    file, info = root / INTRODUCTION, document.get("info")
    if isinstance(info, Node) and file.is_file():
        rest = [(key, info.pop(key)) for key in list(info) if key not in {"title", "version", "summary"}]
        info["description"] = file.read_text("utf-8")
        info.update(rest)


def _section_rank(section: str) -> int:
    return SECTION_ORDER.index(section) if section in SECTION_ORDER else len(SECTION_ORDER)


def _read(tree: _Tree, file: Path) -> Any:
    if file not in tree.files:
        try:
            tree.files[file] = load(file)
        except ContractError as error:
            tree.faults.extend(error.faults)
            tree.files[file] = Node((), str(file), 1, {})
            tree.unreadable = True
    return tree.files[file]


def _copied(tree: _Tree, value: Any, names: bool, inside: tuple[tuple[Path, str], ...]) -> Any:
    """A copy with every reference replaced. In a map of names, a key is never a keyword."""
    if isinstance(value, Items):
        return Items(
            (_copied(tree, child, False, inside) for child in value), value.file, value.line, value.lines
        )
    if not isinstance(value, Node):
        return value
    if "$ref" in value and not names:
        return _referred(tree, value, inside)
    copy = Node((), value.file, value.line, value.lines)
    for key, child in value.items():
        if not names and is_data(key, child):
            copy[key] = child
        elif not names and key == "discriminator" and isinstance(child, Node):
            copy[key] = _discriminator(tree, child)
        else:
            copy[key] = _copied(tree, child, not names and key in NAME_MAPS, inside)
    return copy


def _referred(tree: _Tree, node: Node, inside: tuple[tuple[Path, str], ...]) -> Any:
    try:
        aim = target(node["$ref"], node)
        if aim.section:
            copy = _copied(
                tree, Node(((k, v) for k, v in node.items() if k != "$ref"), *_spot(node)), False, inside
            )
            return Node([("$ref", _register(tree, aim, node)), *copy.items()], *_spot(node))
        if (aim.file, aim.pointer) in inside:
            raise fault(f"{node['$ref']}: the file leads back to itself", node, "$ref")
        if len(node) > 1:
            raise fault(f"{node['$ref']}: is written out here, so it takes no other keys", node, "$ref")
        content = follow(_read(tree, aim.file), aim.pointer, node["$ref"], node)
    except ContractError as error:
        if not tree.unreadable or "the file has no" not in error.message:
            tree.faults.append(error)
        return Node((), *_spot(node))
    tree.entries.setdefault(aim.file, set()).add(aim.pointer)
    return _copied(tree, content, False, (*inside, (aim.file, aim.pointer)))


def _spot(node: Node) -> tuple[str, int, dict[str, int]]:
    return node.file, node.line, node.lines


def _register(tree: _Tree, aim: Target, node: Node) -> str:
    known = tree.components.setdefault(aim.section, {})
    if aim.name not in known:
        known[aim.name] = aim.file
        tree.waiting.append((aim.section, aim.name, aim.file))
    elif known[aim.name] != aim.file:
        _read(tree, aim.file)  # so that it does not count as unused as well
        raise fault(
            f"{node['$ref']}: the name {aim.name} is taken by {_below(tree, known[aim.name])}", node, "$ref"
        )
    return f"#/components/{aim.section}/{aim.name}"


def _discriminator(tree: _Tree, node: Node) -> Node:
    mapping = node.get("mapping")
    if not isinstance(mapping, Node):
        return node
    refs = Node((), *_spot(mapping))
    for value, ref in mapping.items():
        try:
            pointer = Node([("$ref", ref)], mapping.file, mapping.lines.get(value, mapping.line), {})
            refs[value] = _register(tree, target(ref, pointer), pointer)
        except ContractError as error:
            tree.faults.append(error)
    return Node(((key, refs if key == "mapping" else child) for key, child in node.items()), *_spot(node))


def _below(tree: _Tree, file: Path) -> str:
    return file.relative_to(tree.root).as_posix() if file.is_relative_to(tree.root) else file.as_posix()


def _unused(tree: _Tree) -> Iterator[ContractError]:
    for file in source_files(tree.root):
        if file.resolve() not in tree.files:
            yield ContractError("nothing refers to this file", str(file), 1)
    for file, pointers in tree.entries.items():
        content = tree.files[file]
        if "" not in pointers and isinstance(content, Node):
            used = {pointer.split("/")[1] for pointer in pointers}
            for key in content.keys() - used:
                yield fault(f"nothing refers to {key}", content, key)
