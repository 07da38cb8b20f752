"""Routing by a tree of path segments, built from the document."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import unquote_to_bytes

from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware

from mock_server.contract import METHODS, compiled
from mock_server.gateway.answers import Answer, Receive, Scope, Send
from mock_server.refused import Refused

Segments = list[bytes]
# How alike two words are to be taken for one another, and how much of a path is looked at.
_LIKE = 0.65
_MAX_WORDS, _MAX_WORD = 10, 64


class RoutingError(Exception):
    """The document has paths that a tree without backtracking cannot serve."""


class Node:
    """One segment: its literal children, its one template child, and the operations that end here."""

    __slots__ = ("allow", "literals", "operations", "parameter", "schema", "template")

    def __init__(self) -> None:
        self.literals: dict[bytes, Node] = {}
        self.template: Node | None = None
        self.parameter = ""
        self.schema: Mapping[str, Any] = {}
        self.operations: dict[str, str] = {}
        self.allow = b""

    def add(self, path: str, segments: list[str], methods: dict[str, str], schemas: dict[str, Any]) -> None:
        """Adds the operations of a path, method to operation id."""
        node = self
        for segment in segments:
            if segment.startswith("{"):
                name = segment[1:-1]
                if node.template is None:
                    node.template, node.parameter, node.schema = Node(), name, schemas[name]
                elif node.parameter != name:
                    raise RoutingError(
                        f"{path}: {{{node.parameter}}} and {{{name}}} stand in the same place."
                    )
                node = node.template
            else:
                node = node.literals.setdefault(segment.encode(), Node())
        node.operations.update(methods)
        if "GET" in methods:
            node.operations["HEAD"] = methods["GET"]
        node.allow = ", ".join(sorted({*node.operations, "OPTIONS"})).encode()

    def check(self, path: str = "") -> None:
        """Refuses a literal that would also do as a value of the template beside it: it would hide paths."""
        if self.template is not None:
            allowed = compiled(self.schema)
            for literal in self.literals:
                if allowed.is_valid(literal.decode()):
                    raise RoutingError(f"{path}/{literal.decode()} hides {path}/{{{self.parameter}}}.")
            self.template.check(f"{path}/{{{self.parameter}}}")
        for literal, child in self.literals.items():
            child.check(f"{path}/{literal.decode()}")


class Tree:
    """Finds the operation of a method and a path. A literal segment always wins."""

    def __init__(self, paths: Mapping[str, Any], base: str) -> None:
        self._root = Node()
        self._depth = len(_split(base))
        self._paths = list(paths)
        for path, item in paths.items():
            methods = {m.upper(): item[m]["operationId"] for m in METHODS if m in item}
            holders = (item, *(item[method] for method in METHODS if method in item))
            taken = [p for holder in holders for p in holder.get("parameters", [])]
            schemas = {p["name"]: p["schema"] for p in taken if p["in"] == "path"}
            self._root.add(path, [*_split(base), *_split(path)], methods, schemas)
        self._root.check()

    def find(self, segments: Segments) -> tuple[Node, dict[str, str]] | None:
        """The node of a path and its path parameters, decoded; None where no path fits."""
        node, values = self._root, {}
        for segment in segments:
            child = node.literals.get(segment)
            if child is None:
                child = node.template
                if child is None or not segment:
                    return None
                values[node.parameter] = decoded(segment)
            node = child
        return (node, values) if node.operations else None

    def nearest(self, segments: Segments) -> str | None:
        """The path that was probably meant: one of the same length whose words are nearly those asked for."""
        asked = [decoded(segment) for segment in segments[self._depth :]]
        if not 0 < len(asked) <= _MAX_WORDS or max(map(len, asked)) > _MAX_WORD:
            return None
        rated = [(_likeness(asked, _split(path)), path) for path in self._paths]
        best = max(rated, key=lambda each: each[0], default=(0.0, ""))
        return best[1] if best[0] else None


def _likeness(asked: list[str], path: list[str]) -> float:
    """How near a path is to what was asked for, 1 at most; 0 where a word is another one."""
    if len(asked) != len(path):
        return 0
    total = 0.0
    for word, known in zip(asked, path, strict=True):
        if known.startswith("{"):
            # A place for an id, which is not likely to be a word of the API.
            total += 0.5
            continue
        likeness = SequenceMatcher(None, word.lower(), known).ratio()
        if likeness < _LIKE:
            return 0
        total += likeness
    return total / len(path)


def _split(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def decoded(segment: bytes) -> str:
    """A path segment as text; broken UTF-8 becomes replacement characters, which no id has."""
    raw = unquote_to_bytes(segment) if b"%" in segment else segment
    return raw.decode("utf-8", "replace")


def segments_of(scope: Scope) -> Segments:
    """The raw path in segments, so that an encoded slash never separates."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].lstrip(b"/").split(b"/")


class TreeRouting(SpecMiddleware):  # type: ignore[misc]
    """Keeps Connexion's routing contract: path parameters and the operation id in the scope."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._trees: list[tuple[str, Tree]] = []

    def add_api(self, specification: Any, **options: Any) -> None:
        """Builds the tree of one document."""
        base = options.get("base_path") or specification.base_path
        self._trees.append((base, Tree(specification["paths"], base)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Routes the request, or refuses it with 404 or 405."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        segments = scope.get("hellobooks.segments") or segments_of(scope)
        method = scope["method"]
        for base, tree in self._trees:
            found = tree.find(segments)
            if found is None:
                continue
            node, values = found
            operation = node.operations.get(method)
            if operation is None:
                allow = [(b"allow", node.allow)]
                if method == "OPTIONS":
                    scope["hellobooks.answer"] = Answer(204, b"", allow)
                    return
                raise Refused("method_not_allowed", headers=allow)
            scope["path_params"] = values
            scope["extensions"] = {
                **scope.get("extensions", {}),
                ROUTING_CONTEXT: {"api_base_path": base, "operation_id": operation},
            }
            await self.app(scope, receive, send)
            return
        meant = next((path for _, tree in self._trees if (path := tree.nearest(segments))), None)
        raise Refused("not_found", f"No such path; did you mean {meant}?" if meant else "No such path.")
