"""Reads YAML source files and remembers the line of every key and item, so that a fault can be found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # libyaml is missing: slower, same result
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]


class Place(NamedTuple):
    """A line of a source file; the line counts from 1."""

    file: str
    line: int


class ContractError(Exception):
    """A fault of the contract. It prints as `file:line: message`, as editors expect."""

    def __init__(self, message: str, file: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line

    @property
    def faults(self) -> list[ContractError]:
        return [self]

    def __str__(self) -> str:
        if self.file is None:
            return self.message
        return f"{shown(self.file)}:{self.line or 1}: {self.message}"


class ContractErrors(ContractError):
    """Several faults at once. It prints one line for each."""

    def __init__(self, faults: Iterable[ContractError]) -> None:
        self._faults = sorted(faults, key=lambda fault: (fault.file or "", fault.line or 0))
        first = self._faults[0]
        super().__init__(first.message, first.file, first.line)

    @property
    def faults(self) -> list[ContractError]:
        return self._faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self._faults)


class Node(dict[str, Any]):
    """A mapping that knows its source file, its own line and the line of each of its keys."""

    __slots__ = ("file", "line", "lines")

    def __init__(self, data: Iterable[tuple[str, Any]], file: str, line: int, lines: dict[str, int]) -> None:
        super().__init__(data)
        self.file = file
        self.line = line
        self.lines = lines


class Items(list[Any]):
    """A sequence that knows its source file, its own line and the line of each of its items."""

    __slots__ = ("file", "line", "lines")

    def __init__(self, data: Iterable[Any], file: str, line: int, lines: list[int]) -> None:
        super().__init__(data)
        self.file = file
        self.line = line
        self.lines = lines


def moved(data: Iterable[tuple[str, Any]], origin: Any) -> dict[str, Any]:
    """A mapping that stands where another one does; bare where that is data made elsewhere."""
    return Node(data, origin.file, origin.line, origin.lines) if isinstance(origin, Node) else dict(data)


def relisted(data: Iterable[Any], origin: list[Any]) -> list[Any]:
    """A list that stands where another one of its length does."""
    return Items(data, origin.file, origin.line, origin.lines) if isinstance(origin, Items) else list(data)


def shown(file: str) -> str:
    """The file relative to the working directory where it lies below it."""
    try:
        return Path(file).resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file


def place(container: Any, key: str | int | None = None) -> Place | None:
    """Where a container, or one of its entries, stands in the sources; None for data made elsewhere."""
    if isinstance(container, Node):
        line = container.lines.get(key, container.line) if isinstance(key, str) else container.line
        return Place(container.file, line)
    if isinstance(container, Items):
        if isinstance(key, int) and key < len(container.lines):
            return Place(container.file, container.lines[key])
        return Place(container.file, container.line)
    return None


def fault(message: str, container: Any = None, key: str | int | None = None) -> ContractError:
    """A ContractError that points at an entry of a loaded document."""
    spot = place(container, key)
    return ContractError(message, *spot) if spot else ContractError(message)


def plain(value: Any) -> Any:
    """The same data as bare dictionaries and lists."""
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    return value


class _Loader(_BaseLoader):
    """Plain scalars as JSON knows them: dates, `yes` and `012` stay strings, whatever YAML 1.1 says."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


_NUMBER_STARTS = list("-0123456789")
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), _NUMBER_STARTS)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"),
    _NUMBER_STARTS,
)


def load(file: Path, text: str | None = None) -> Any:
    """The data of one YAML file as Node, Items and scalars.

    Tabs, duplicate keys, keys that are not strings, aliases and tags raise ContractErrors with every fault.
    """
    name = str(file)
    if text is None:
        try:
            text = file.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ContractError("is not UTF-8", name, 1) from error
    faults = [
        ContractError("a tab; indent with spaces", name, number)
        for number, line in enumerate(text.split("\n") if "\t" in text else (), 1)
        if "\t" in line
    ]
    if faults:
        raise ContractErrors(faults)
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ContractError(error.problem or "is not YAML", name, mark.line + 1 if mark else 1) from error
    except yaml.YAMLError as error:
        raise ContractError("is not YAML", name, 1) from error
    finally:
        loader.dispose()
    if root is None:
        raise ContractError("is empty", name, 1)
    data = _build(root, name, root.start_mark.line + 1, faults, set())
    if faults:
        raise ContractErrors(faults)
    return data


def _build(node: yaml.Node, file: str, line: int, faults: list[ContractError], seen: set[int]) -> Any:
    own_line = node.start_mark.line + 1
    if id(node) in seen:
        faults.append(ContractError("an alias; write the value out or use a $ref", file, line))
        return None
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, file, own_line, faults)
    if isinstance(node, yaml.SequenceNode):
        lines = [child.start_mark.line + 1 for child in node.value]
        values = [_build(child, file, at, faults, seen) for child, at in zip(node.value, lines, strict=True)]
        return Items(values, file, line, lines)
    data: list[tuple[str, Any]] = []
    lines_of: dict[str, int] = {}
    for key_node, value_node in node.value:
        at = key_node.start_mark.line + 1
        if key_node.tag != "tag:yaml.org,2002:str":
            faults.append(ContractError(f"the key {key_node.value} is not a string; quote it", file, at))
            continue
        key = key_node.value
        if key in lines_of:
            faults.append(ContractError(f"the key {key} stands here twice", file, at))
        lines_of[key] = at
        data.append((key, _build(value_node, file, at, faults, seen)))
    return Node(data, file, line, lines_of)


def _scalar(node: yaml.ScalarNode, file: str, line: int, faults: list[ContractError]) -> Any:
    value: str = node.value
    match node.tag.rpartition(":")[2]:
        case "str":
            return value
        case "null":
            return None
        case "bool":
            return value == "true"
        case "int":
            return int(value)
        case "float":
            return float(value)
    faults.append(ContractError(f"the tag {node.tag}; only plain data is used here", file, line))
    return None
