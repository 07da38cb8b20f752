"""Puts each parameter into the operations that take it, with the example that works for each of them."""

from __future__ import annotations

from typing import Any

from scripts.contract.operations import METHODS
from scripts.contract.references import resolved
from scripts.contract.sources import ContractError, fault, plain

EXAMPLES = "x-examples"
_KEY = "Idempotency-Key"


def place_parameters(document: dict[str, Any], faults: list[ContractError]) -> None:
    """Moves the parameters of a path into its operations, with the examples that `x-examples` names.

    Some readers of descriptions lose what stands at the path. An example of a parameter differs from one
    operation to the next: a work order that can be released is none that can be completed.
    """
    for item in document.get("paths", {}).values():
        shared = item.pop("parameters", [])
        for method in METHODS:
            if method in item:
                _place(document, item[method], shared, faults)


def _place(
    document: dict[str, Any], operation: dict[str, Any], shared: Any, faults: list[ContractError]
) -> None:
    given = operation.pop(EXAMPLES, {}).get("parameters", {})
    wanted = dict(given)
    listed = [*shared, *operation.get("parameters", [])]
    placed = []
    for parameter in listed:
        content = resolved(document, parameter)
        name = content.get("name")
        if name == _KEY and name not in wanted:
            # A key belongs to one request: two operations with one key would be a conflict.
            wanted[name] = f"{operation.get('operationId')}-1"
        if name in wanted:
            placed.append({**plain(content), "example": wanted.pop(name)})
        else:
            placed.append(parameter)
    faults.extend(
        fault(f"{operation.get('operationId')} has no parameter {name}", given, name) for name in wanted
    )
    if placed:
        tail = [(key, operation.pop(key)) for key in ("requestBody", "responses") if key in operation]
        operation["parameters"] = placed
        operation.update(tail)
