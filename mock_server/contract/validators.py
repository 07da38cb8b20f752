"""Compiled JSON Schema 2020-12 validators for places of the contract, made when first needed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from mock_server.contract.closed import closed
from mock_server.contract.document import Contract
from mock_server.contract.keywords import stepped

_URI = "urn:hellobooks:contract"
MAX_FAULTS = 20
MAX_TEXT = 300


class Validators:
    """Validators by JSON pointer; with `is_closed`, objects in answers admit no undocumented member."""

    def __init__(self, contract: Contract, *, is_closed: bool = False) -> None:
        self._document = closed(dict(contract.document)) if is_closed else dict(contract.document)
        self._registry: Any = None
        self._compiled: dict[str, Any] = {}

    def at(self, pointer: str) -> Any:
        """The validator for the schema at a pointer such as `#/components/schemas/Bom`."""
        validator = self._compiled.get(pointer)
        if validator is None:
            if self._registry is None:
                self._registry = jsonschema_rs.Registry(
                    [(_URI, stepped(self._document))], draft=jsonschema_rs.Draft202012
                )
            validator = self._compiled[pointer] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_URI}{_encoded(pointer)}"},
                registry=self._registry,
                validate_formats=True,
                mask="the value",
            )
        return validator


def compiled(schema: Mapping[str, Any]) -> Any:
    """A validator for one schema without references; equal schemas share one."""
    return _compiled(json.dumps(schema, sort_keys=True))


@cache
def _compiled(schema: str) -> Any:
    return jsonschema_rs.Draft202012Validator(
        stepped(json.loads(schema)), validate_formats=True, mask="the value"
    )


def faults(validator: Any, value: Any, root: str) -> list[dict[str, str]]:
    """What is wrong with a value, as pointers below `root` and texts that do not repeat the value."""
    found: list[dict[str, str]] = []
    for error in validator.iter_errors(value):
        pointer = root + "".join(f"/{token(part)}" for part in error.instance_path)
        fault = {"pointer": pointer[:MAX_TEXT], "message": error.message[:MAX_TEXT]}
        if fault not in found:
            found.append(fault)
        if len(found) == MAX_FAULTS:
            break
    return found


def token(part: str | int) -> str:
    """One step of a JSON pointer."""
    return str(part).replace("~", "~0").replace("/", "~1")


def _encoded(pointer: str) -> str:
    return pointer.replace("{", "%7B").replace("}", "%7D")
