"""Closes the enums of requests and opens those of answers, whose values may grow.

A client that was generated from an `enum` refuses a record with a value that it does not know. In answers the
known values stand in `x-extensible-enum`; what is sent has an `enum` of its own, `…Input`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mock_server.contract import component
from scripts.contract.operations import calls, operations
from scripts.contract.references import objects
from scripts.contract.sources import ContractError, fault, moved

OPEN = "x-extensible-enum"
SUFFIX = "Input"
GROWS = "Values may be added: a client has to let an unknown one pass."
_SCHEMAS = "#/components/schemas/"


def open_enums(document: dict[str, Any], faults: list[ContractError]) -> None:
    """Opens each named enum of answers in place, and gives requests a closed one where both have it."""
    schemas = document.get("components", {}).get("schemas", {})
    asked = _Reached(
        document, ([call.parameters, call.operation.get("requestBody")] for call in calls(document))
    )
    answers = [operation.get("responses") for _, _, operation in operations(document)]
    told = _Reached(document, [*answers, document.get("webhooks"), document.get("x-unrouted-responses")])
    enums = {f"{_SCHEMAS}{name}": name for name, schema in schemas.items() if "enum" in schema}
    shared = {ref: name for ref, name in enums.items() if ref in asked.refs and ref in told.refs}
    for holder in asked.holders:
        ref = holder.get("$ref")
        if ref in shared:
            if id(holder) in told.known:
                faults.append(
                    fault(f"{shared[ref]}: stands in an object that is read and written", holder, "$ref")
                )
            holder["$ref"] = f"{ref}{SUFFIX}"
    for ref, name in enums.items():
        if ref not in told.refs:
            continue
        schema = schemas[name]
        if ref in shared:
            schemas[f"{name}{SUFFIX}"] = moved(schema.items(), schema)
        schemas[name] = _opened(schema)
    ordered = sorted(schemas.items())
    schemas.clear()
    schemas.update(ordered)


def _opened(schema: dict[str, Any]) -> dict[str, Any]:
    content = {OPEN if key == "enum" else key: value for key, value in schema.items()}
    content["description"] = f"{schema['description']} {GROWS}" if "description" in schema else GROWS
    return moved(content.items(), schema)


class _Reached:
    """Every object that some parts of a document hold or lead to."""

    def __init__(self, document: dict[str, Any], roots: Iterable[Any]) -> None:
        self.refs: set[str] = set()
        self.holders: list[dict[str, Any]] = []
        waiting = list(roots)
        while waiting:
            for _, value in objects(waiting.pop()):
                self.holders.append(value)
                ref = value.get("$ref")
                if isinstance(ref, str) and ref not in self.refs:
                    self.refs.add(ref)
                    waiting.append(component(document, ref))
        self.known = {id(holder) for holder in self.holders}
