"""Ways through a bundled document that several checks share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_server.contract import component
from scripts.contract.operations import operations, webhooks
from scripts.contract.references import escaped, objects, resolved
from scripts.contract.sources import ContractError

Located = tuple[str, dict[str, Any]]


def schemas(document: dict[str, Any]) -> Iterator[Located]:
    """Every schema of a document with its JSON pointer, a schema before those inside it."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield from within(schema, f"/components/schemas/{escaped(name)}")
    for pointer, value in objects(document):
        if isinstance(value.get("schema"), dict):
            yield from within(value["schema"], f"{pointer}/schema")


def within(schema: Any, pointer: str = "") -> Iterator[Located]:
    """A schema and every schema written inside it."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for name, child in schema.get("properties", {}).items():
        yield from within(child, f"{pointer}/properties/{escaped(name)}")
    for key in ("items", "additionalProperties", "not"):
        yield from within(schema.get(key), f"{pointer}/{key}")
    for key in ("allOf", "anyOf", "oneOf"):
        for number, child in enumerate(schema.get(key, [])):
            yield from within(child, f"{pointer}/{key}/{number}")


def reachable(document: dict[str, Any], schema: Any) -> Iterator[dict[str, Any]]:
    """A schema, every schema inside it, and all that their references lead to."""
    waiting, seen = [schema], set()
    while waiting:
        for _, value in within(waiting.pop()):
            ref = value.get("$ref")
            if ref is None:
                yield value
            elif ref not in seen:
                seen.add(ref)
                waiting.append(component(document, ref))


def every_operation(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The operations of the paths, then those of the webhooks."""
    for _, _, operation in (*operations(document), *webhooks(document)):
        yield operation


def parameters(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every parameter: the shared ones and those of paths and operations."""
    yield from document.get("components", {}).get("parameters", {}).values()
    for items in (document.get("paths", {}), document.get("webhooks", {})):
        for item in items.values():
            for holder in (item, *(value for value in item.values() if isinstance(value, dict))):
                for parameter in holder.get("parameters", []):
                    if "$ref" not in parameter:
                        yield parameter


def answers(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Status and response of an operation, references followed."""
    for status, response in operation.get("responses", {}).items():
        yield status, resolved(document, response)


def body(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """The request body of an operation, empty where it has none."""
    return resolved(document, operation.get("requestBody", {}))


def media(holder: dict[str, Any]) -> list[dict[str, Any]]:
    """The media type objects of a body or a response."""
    return [value for value in holder.get("content", {}).values() if isinstance(value, dict)]


def types(schema: dict[str, Any]) -> list[str]:
    """The types that a schema names."""
    listed = schema.get("type", [])
    return listed if isinstance(listed, list) else [listed]


def title(operation: dict[str, Any]) -> str:
    """What to call an operation in a message."""
    return str(operation.get("operationId", "the operation"))


def setting(settings: dict[str, Any], key: str) -> Any:
    """A setting of a rule; a ContractError where its file lacks it."""
    if key not in settings:
        raise ContractError(f"the rule has no setting {key}")
    return settings[key]
