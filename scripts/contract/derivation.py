"""Works out what the sources need not repeat: scopes, tenant guard, answers, headers of every answer."""

from __future__ import annotations

from typing import Any

from mock_server.contract import component
from scripts.contract.answers import add_answers, add_codes, parameter_names
from scripts.contract.labels import add_labels
from scripts.contract.operations import calls, operations
from scripts.contract.parameters import place_parameters
from scripts.contract.sources import ContractError, fault, moved


def derive(document: dict[str, Any], faults: list[ContractError]) -> None:
    """Adds scopes, tenant guard, derived answers and the headers of every answer, each in its place."""
    by_id: dict[str, str] = {}
    default = document.get("security", [])
    for path, method, operation in operations(document):
        name = operation.get("operationId")
        if name in by_id:
            faults.append(
                fault(f"the operationId {name} is taken by {by_id[name]}", operation, "operationId")
            )
        elif name:
            by_id[name] = f"{method.upper()} {path}"
        wanted = _scopes(operation.get("security", default))
        if len(wanted) > 1:
            faults.append(fault("the alternatives differ in their scopes", operation, "security"))
        _add_bundles(document, operation, wanted[0] if wanted else [])
        _insert(operation, "x-hellobooks-required-scopes", wanted[0] if wanted else [])
        _insert(operation, "x-hellobooks-tenant-guard", "{entityId}" in path)
    add_answers(document, faults)
    add_codes(document)
    _add_headers(document, faults)
    place_parameters(document, faults)
    add_labels(document)


def _scopes(security: list[dict[str, list[str]]]) -> list[list[str]]:
    found: list[list[str]] = []
    for alternative in security:
        scopes = [scope for listed in alternative.values() for scope in listed]
        if scopes and scopes not in found:
            found.append(scopes)
    return found


def _add_bundles(document: dict[str, Any], operation: dict[str, Any], wanted: list[str]) -> None:
    """Adds an alternative for each bundle that stands for all scopes of an operation, as it is published."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    for name, scheme in schemes.items():
        for bundle, covered in scheme.get("x-scope-bundles", {}).items():
            if wanted and set(wanted) <= set(covered):
                known = operation.get("security", document.get("security", []))
                operation["security"] = [*known, {name: [bundle]}]


def _insert(operation: dict[str, Any], key: str, value: Any) -> None:
    """Puts a derived key before the tail of an operation: the built form keeps the order of the sources."""
    tail = [
        (k, operation.pop(k))
        for k in ("security", "parameters", "requestBody", "responses")
        if k in operation
    ]
    operation[key] = value
    operation.update(tail)


def _optional(document: dict[str, Any], headers: dict[str, Any]) -> dict[str, Any]:
    """Headers that an answer may have, written out without the promise that it has them."""
    found = {}
    for name, node in headers.items():
        header = component(document, node["$ref"]) if "$ref" in node else node
        found[name] = moved([(key, value) for key, value in header.items() if key != "required"], header)
    return found


def _add_headers(document: dict[str, Any], faults: list[ContractError]) -> None:
    policy = document.pop("x-response-headers", None)
    if policy is None:
        return
    every, budget, by_parameter = (policy.get(key, {}) for key in ("every", "budget", "parameters"))
    spare = _optional(document, budget)
    done: dict[str, dict[str, Any]] = {}
    places = [
        (call.operation.get("responses", {}), parameter_names(document, call)) for call in calls(document)
    ]
    for responses, names in [*places, (document.get("x-unrouted-responses", {}), [])]:
        of_success = {header: value for name in names for header, value in by_parameter.get(name, {}).items()}
        for status, response in responses.items():
            wanted = {
                **(of_success if status.startswith("2") else {}),
                **every,
                # A server that fails may not know whose budget it is: the same headers, not promised.
                **({} if status == "401" else spare if status in {"500", "503"} else budget),
            }
            ref = response.get("$ref")
            if ref is not None:
                if done.setdefault(ref, wanted) != wanted:
                    faults.append(fault(f"{ref} also answers where other headers apply", responses, status))
                response = component(document, ref)
            own = response.pop("headers", {})
            tail = [(key, response.pop(key)) for key in ("content", "links") if key in response]
            response["headers"] = {
                **own,
                **{name: value for name, value in wanted.items() if name not in own},
            }
            response.update(tail)
