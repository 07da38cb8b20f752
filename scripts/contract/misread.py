"""Tells a source that cannot be read as the build expects in a sentence, with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from mock_server.contract import component
from scripts.contract.sources import ContractError, Items, Node, fault, place


@contextmanager
def told(what: str, fallback: Path) -> Iterator[None]:
    """Turns a failure into a ContractError at the part of the sources that was being read."""
    try:
        yield
    except ContractError:
        raise
    except Exception as error:
        spot = _spot(error.__traceback__)
        file, line = spot or (str(fallback), 1)
        raise ContractError(f"{what} cannot read this part: {_words(error)}", file, line) from error


def _words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]}"
    if isinstance(error, RecursionError):
        return "it leads back to itself"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, OSError):
        return error.strerror or "the file cannot be read"
    if isinstance(error, TypeError | AttributeError):
        return "a value has another type than belongs there"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _spot(traceback: TracebackType | None) -> tuple[str, int] | None:
    """The last part of the sources that a function was given before it failed."""
    found = None
    while traceback is not None:
        for value in traceback.tb_frame.f_locals.values():
            if isinstance(value, Node | Items):
                found = place(value) or found
        traceback = traceback.tb_next
    return found


def circles(document: dict[str, Any]) -> Iterator[ContractError]:
    """A fault for each component that is a reference to itself, by way of others or not."""
    for section, entries in document.get("components", {}).items():
        for name, value in entries.items():
            seen, ref = set(), value.get("$ref") if isinstance(value, dict) else None
            while isinstance(ref, str) and ref not in seen:
                seen.add(ref)
                if ref == f"#/components/{section}/{name}":
                    yield fault(f"{name} is a reference that leads back to itself", value, "$ref")
                found = component(document, ref)
                ref = found.get("$ref") if isinstance(found, dict) else None
