"""The answers that a run has seen, by operation, status and code; what the contract does not list is told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# Operation, status and error code; the code of a success is empty.
Reach = tuple[str, int, str]


class Reached:
    """What a run has seen. `base` is the path that the operations are below."""

    def __init__(
        self, routes: Mapping[str, tuple[str, str]], listed: set[Reach], anywhere: set[tuple[int, str]]
    ) -> None:
        self.base = "/public/v1"
        self.seen: set[Reach] = set()
        self._listed = listed
        self._anywhere = anywhere
        paths: dict[str, dict[str, str]] = {}
        # A literal segment wins over a variable: `/boms/restore` over `/boms/{id}`, whatever the method.
        for name, (method, path) in sorted(routes.items(), key=lambda entry: entry[1][1].replace("{", "~")):
            paths.setdefault(path, {})[method] = name
        self._routes = [
            (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), methods)
            for path, methods in paths.items()
        ]

    def operation_at(self, method: str, path: str) -> str | None:
        """The operation that a path, as it was sent, belongs to."""
        if not path.startswith(f"{self.base}/"):
            return None
        below = path[len(self.base) :].partition("?")[0]
        methods = next((methods for path, methods in self._routes if path.fullmatch(below)), {})
        return methods.get(method)

    def note(self, method: str, path: str, status: int, content: bytes) -> str | None:
        """Remembers an answer; says what is wrong with one that its operation does not list."""
        operation = self.operation_at(method, path)
        if operation is None:
            return None
        code = code_of(content) if status >= 400 else ""
        if (operation, status, code) in self._listed:
            self.seen.add((operation, status, code))
        elif (status, code) not in self._anywhere:
            return f"{operation} does not list {status} {code}".rstrip()
        return None


def code_of(content: bytes) -> str:
    """The code of a refusal; empty where the body names none."""
    try:
        body: Any = json.loads(content)
    except ValueError:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        error = error.get("code")
    return error if isinstance(error, str) else ""
