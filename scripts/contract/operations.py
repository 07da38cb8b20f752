"""The operations and webhooks of a bundled document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation, in the order of the index."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def webhooks(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Topic, method and operation of every webhook."""
    for topic, item in document.get("webhooks", {}).items():
        for method in METHODS:
            if method in item:
                yield topic, method, item[method]
