"""The operations and webhooks of a bundled document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Call(NamedTuple):
    """An operation at its path, with the parameters of both."""

    path: str
    method: str
    operation: dict[str, Any]
    parameters: list[dict[str, Any]]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation, in the order of the index."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def calls(document: dict[str, Any]) -> Iterator[Call]:
    """The operations, in the order of the index, each with the parameters of its path."""
    for path, method, operation in operations(document):
        shared = document["paths"][path].get("parameters", [])
        yield Call(path, method, operation, [*shared, *operation.get("parameters", [])])


def webhooks(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Topic, method and operation of every webhook."""
    for topic, item in document.get("webhooks", {}).items():
        for method in METHODS:
            if method in item:
                yield topic, method, item[method]
