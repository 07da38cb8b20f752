"""Reads what each module of a tree imports, and says which import no rule allows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tests.layers import ALLOWED, IMPURE, LAYERS, OPEN, STORABLE

FOLDERS = ("mock_server", "contract_tests", "scripts", "tests")
MAX_MODULE_LINES = 250
MAX_MODULES = 15
MAX_FACE_LINES = 30
# Tables are one list, whatever its length.
# What `scripts.contract` may know of the server: how the keywords of a description are read.
KEYWORDS = {"NAME_MAPS", "component", "stepped", "is_data"}
LONG_MODULES = {"mock_server.storage.tables"}


class Import(NamedTuple):
    """One name that a module imports of the project: from which module, and at which line."""

    importer: str
    module: str
    name: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.name} of {self.module}"


@dataclass(frozen=True)
class Tree:
    """The modules below a folder."""

    root: Path

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every module by its dotted name; a package's name is that of its face."""
        found: dict[str, Path] = {}
        for folder in FOLDERS:
            for file in sorted((self.root / folder).rglob("*.py")):
                name = ".".join(file.relative_to(self.root).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = file
        return found

    @cached_property
    def packages(self) -> set[str]:
        """The dotted names of the packages."""
        return {name for name, file in self.files.items() if file.name == "__init__.py"}

    @cached_property
    def imports(self) -> list[Import]:
        """Every name that one module of the project imports from another."""
        return [each for name in self.files for each in self._imports(name)]

    def parsed(self, module: str) -> ast.Module:
        """The module's syntax tree."""
        return ast.parse(self.files[module].read_text())

    def modules_of(self, package: str) -> list[str]:
        """The modules directly in a package, its face aside."""
        return [
            name for name in self.files if name not in self.packages and name.rpartition(".")[0] == package
        ]

    def foreign(self, module: str) -> set[str]:
        """The top-level names of all that a module imports from anywhere."""
        found: set[str] = set()
        for node in ast.walk(self.parsed(module)):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").split(".")[0])
        return found

    def handed_on(self, package: str) -> set[str]:
        """The names that a package's face imports."""
        return {
            alias.asname or alias.name
            for node in self.parsed(package).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def origin(self, package: str, name: str) -> str:
        """The module that a name on a package's face comes from, by its last name."""
        for node in self.parsed(package).body:
            if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
                return (node.module or "").rpartition(".")[2]
        return package.rpartition(".")[2]

    def _imports(self, importer: str) -> Iterator[Import]:
        for node in ast.walk(self.parsed(importer)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name in self.files:
                        yield Import(importer, alias.name, "", node.lineno)
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                if node.level:
                    yield Import(importer, "." * node.level + module, "", node.lineno)
                elif module in self.files:
                    for alias in node.names:
                        inner = f"{module}.{alias.name}"
                        if inner in self.packages or (inner in self.files and module in OPEN):
                            yield Import(importer, inner, "", node.lineno)
                        else:
                            yield Import(importer, module, alias.name, node.lineno)


def faults(root: Path) -> list[str]:
    """Every breach of a rule, one line each."""
    tree = Tree(root)
    rules = (relative, past_faces, unlayered, stored, across_packages, faces, sizes, circles, hidden, impure)
    return [fault for rule in rules for fault in rule(tree)]


def relative(tree: Tree) -> Iterator[str]:
    """Imports are absolute."""
    yield from (f"{each}: relative" for each in tree.imports if each.module.startswith("."))


def _is_inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def past_faces(tree: Tree) -> Iterator[str]:
    """Outside a package only its face is imported; white-box tests may look inside."""
    for each in tree.imports:
        package = each.module if each.module in tree.packages else each.module.rpartition(".")[0]
        if _is_inside(each.importer, "tests") or package in OPEN or not package:
            continue
        # Tests are on no face: a folder may run those of another on a server of its own.
        if _is_inside(each.importer, package) or each.name.startswith("test_"):
            continue
        if each.module != package:
            yield f"{each}: past the face of {package}"
        elif each.name and each.name not in tree.handed_on(package):
            yield f"{each}: not handed on"


def across_packages(tree: Tree) -> Iterator[str]:
    """The server's packages import only those below them, and each tree only what it may."""
    for each in tree.imports:
        importer, module = each.importer, each.module
        if _is_inside(importer, "contract_tests") and not _is_inside(module, "contract_tests"):
            yield f"{each}: the kit is a black box"
        if _is_inside(importer, "mock_server") and not _is_inside(module, "mock_server"):
            yield f"{each}: the server stands alone"
        if _is_inside(importer, "scripts.contract") and _is_inside(module, "mock_server"):
            if module != "mock_server.contract" or each.name not in KEYWORDS:
                yield f"{each}: the workshop knows the keywords of the contract alone"
        if not (_is_inside(importer, "mock_server") and _is_inside(module, "mock_server")):
            continue
        mine, theirs = (".".join(name.split(".")[:2]) for name in (importer, module))
        if theirs not in {mine, "mock_server.refused"}:
            if theirs.removeprefix("mock_server.") not in ALLOWED.get(mine, set()):
                yield f"{each}: not below it"


def stored(tree: Tree) -> Iterator[str]:
    """Storage uses the records and ports of manufacturing, not its commands."""
    for each in tree.imports:
        if _is_inside(each.importer, "mock_server.storage") and each.name:
            origin = tree.origin(each.module, each.name)
            if _is_inside(each.module, "mock_server.manufacturing") and origin not in STORABLE:
                yield f"{each}: which is of {origin}, neither record nor port"


def unlayered(tree: Tree) -> Iterator[str]:
    """Within manufacturing and storage a part imports the parts below it."""
    for package, parts in LAYERS.items():
        for each in tree.imports:
            target = _part(each.module, package, parts)
            if target is None or not _is_inside(each.importer, package) or each.importer == package:
                continue
            mine = _part(each.importer, package, parts)
            if mine != target and target not in parts.get(mine or "", set()):
                yield f"{each}: {mine or each.importer} is not above {target}"


def _part(module: str, package: str, parts: dict[str, set[str]]) -> str | None:
    if not module.startswith(f"{package}."):
        return None
    name = module.removeprefix(f"{package}.").split(".")[0]
    return name if name in parts else None


def faces(tree: Tree) -> Iterator[str]:
    """A package's face hands names on and defines nothing."""
    for package in sorted(tree.packages):
        if _is_inside(package, "tests"):
            continue
        body = tree.parsed(package).body
        if not ast.get_docstring(tree.parsed(package)):
            yield f"{package}: its face says nothing"
        for node in body[1:]:
            if not isinstance(node, ast.ImportFrom):
                yield f"{package}:{node.lineno}: a face defines nothing"
            elif not _is_inside(node.module or "", package):
                yield f"{package}:{node.lineno}: a face hands on what is its own"
        if len(tree.files[package].read_text().splitlines()) > MAX_FACE_LINES:
            yield f"{package}: a face of more than {MAX_FACE_LINES} lines"


def sizes(tree: Tree) -> Iterator[str]:
    """Modules that a reader can hold, packages that fit a screen."""
    for name, file in tree.files.items():
        limit = MAX_MODULE_LINES if not _is_inside(name, "tests") and ".test_" not in name else 400
        if name not in LONG_MODULES and len(file.read_text().splitlines()) > limit:
            yield f"{name}: more than {limit} lines"
    for package in sorted(tree.packages):
        modules = [name for name in tree.modules_of(package) if ".test_" not in name]
        if len(modules) > MAX_MODULES:
            yield f"{package}: {len(modules)} modules, more than {MAX_MODULES}"


def circles(tree: Tree) -> Iterator[str]:
    """No module imports itself by way of others."""
    graph: dict[str, set[str]] = {name: set() for name in tree.files}
    for each in tree.imports:
        if each.module in graph and not _is_inside(each.importer, "tests"):
            inner = f"{each.module}.{each.name}"
            graph[each.importer].add(inner if inner in graph else each.module)
    done: set[str] = set()
    for name in graph:
        yield from _circle(graph, name, [], done)


def _circle(graph: dict[str, set[str]], name: str, way: list[str], done: set[str]) -> Iterator[str]:
    if name in way:
        yield "a circle: " + " → ".join([*way[way.index(name) :], name])
        return
    if name in done:
        return
    for target in sorted(graph[name]):
        yield from _circle(graph, target, [*way, name], done)
    done.add(name)


def hidden(tree: Tree) -> Iterator[str]:
    """No import is hidden from the rules or from the reader."""
    for name in tree.files:
        if not _is_inside(name, "tests") and "TYPE_CHECKING" in tree.files[name].read_text():
            yield f"{name}: an import for types alone hides a circle"


def impure(tree: Tree) -> Iterator[str]:
    """The rules are pure, and only the clock asks for the time or makes an id."""
    for name, file in tree.files.items():
        if _is_inside(name, "mock_server.manufacturing") and (found := tree.foreign(name) & IMPURE):
            yield f"{name}: imports {', '.join(sorted(found))}"
        if _is_inside(name, "mock_server") and name != "mock_server.clock":
            text = file.read_text()
            yield from (f"{name}: {call}" for call in ("datetime.now(", "uuid4(") if call in text)
