"""The 3.1 form and the 3.0.3 form say the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
import referencing
from jsonschema import FormatChecker, ValidationError
from jsonschema.validators import extend
from openapi_schema_validator import OAS30Validator

from mock_server.contract import stepped
from scripts.contract import SOURCES, bundle
from scripts.contract.downconvert import to_30
from scripts.contract.operations import operations
from scripts.contract.references import escaped
from scripts.contract.rules import walk
from scripts.contract.rules.examples import examples, validators
from scripts.contract.sources import plain
from tests.scripts.bodies import Bodies
from tests.scripts.trees import with_schema

ENOUGH = 20
ATTEMPTS = 200
Document = dict[str, Any]
Verdict = Callable[[str, Any], bool]


@cache
def _keyword(name: str, value: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({name: json.loads(value)}, validate_formats=True)


def _same(name: str) -> Callable[..., Iterator[ValidationError]]:
    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if not _keyword(name, json.dumps(value)).is_valid(instance):
            yield ValidationError(f"{instance!r} breaks {name}")

    return check


# These keywords mean the same in both forms, but jsonschema divides floats and has Python's idea of patterns
# and formats. Both sides use one implementation of them: what differs then comes from the conversion.
Older: Any = extend(  # type: ignore[no-untyped-call]
    OAS30Validator, {name: _same(name) for name in ("multipleOf", "pattern", "format")}
)


def newer_verdict(document: Document) -> Verdict:
    at = validators(document)
    return lambda pointer, value: bool(at(pointer).is_valid(value))


def older_verdict(older: Document) -> Verdict:
    resource = referencing.Resource.opaque(contents=stepped(older))
    registry: Any = referencing.Registry().with_resource("urn:it", resource)

    def verdict(pointer: str, value: Any) -> bool:
        there = (
            pointer.replace("/webhooks/", "/x-webhooks/", 1) if pointer.startswith("/webhooks/") else pointer
        )
        ref = {"$ref": f"urn:it#{quote(there, safe='/~')}"}
        return bool(Older(ref, registry=registry, format_checker=FormatChecker(())).is_valid(value))

    return verdict


@pytest.fixture(scope="module")
def contract() -> Document:
    document: Document = plain(bundle(SOURCES))
    return document


def body_schemas(document: Document) -> dict[str, Document]:
    """Every schema of a request body by its JSON pointer, a shared one once."""
    found = {}
    for path, method, operation in operations(document):
        for kind, entry in walk.body(document, operation).get("content", {}).items():
            ref = entry["schema"].get("$ref")
            place = f"/paths/{escaped(path)}/{method}/requestBody/content/{escaped(kind)}/schema"
            found[ref.removeprefix("#") if ref else place] = entry["schema"]
    return found


def disagreements(document: Document, older_form: Document, pointer: str, schema: Document) -> list[str]:
    """Bodies on which the forms differ; an error where too few valid or invalid ones come about."""
    newer, older = newer_verdict(document), older_verdict(older_form)
    bodies = Bodies(document, pointer)
    seen: dict[bool, set[str]] = {True: set(), False: set()}
    wrong = []
    for attempt, body in enumerate(islice(bodies.stream(schema), 4000)):
        verdict, text = newer(pointer, body), json.dumps(body)
        if text not in seen[verdict] and older(pointer, body) != verdict:
            wrong.append(f"{pointer}: {text[:300]} is {'valid' if verdict else 'invalid'} in 3.1 only")
        seen[verdict].add(text)
        if attempt >= ATTEMPTS and min(map(len, seen.values())) >= ENOUGH:
            return wrong
    valid, invalid = len(seen[True]), len(seen[False])
    raise AssertionError(f"{pointer}: only {valid} valid and {invalid} invalid bodies")


def test_both_forms_have_the_same_operations(contract: Document) -> None:
    def listed(document: Document) -> list[tuple[str, str, str]]:
        return [(path, method, operation["operationId"]) for path, method, operation in operations(document)]

    older = to_30(contract)
    assert listed(contract) == listed(older)
    assert list(contract.get("webhooks", {})) == list(older.get("x-webhooks", {}))


def test_both_forms_agree_on_every_example(contract: Document) -> None:
    newer, older = newer_verdict(contract), older_verdict(to_30(contract))
    wrong = []
    judged = 0
    for example in examples(contract):
        # Where 3.0.3 writes a union with null as `nullable`, the member has no place of its own there.
        if "/anyOf/" in example.schema or "/oneOf/" in example.schema:
            continue
        judged += 1
        if newer(example.schema, example.value) != older(example.schema, example.value):
            wrong.append(f"{example.schema}: {example.name}")
    assert wrong == []
    assert judged > 200


def test_both_forms_agree_on_generated_bodies(contract: Document) -> None:
    schemas = body_schemas(contract)
    assert len(schemas) > 10
    older = to_30(contract)
    wrong = []
    for pointer, schema in schemas.items():
        wrong += disagreements(contract, older, pointer, schema)
    assert wrong == []


RICH: Document = {
    "type": "object",
    "required": ["Name", "Quantity", "Unit"],
    "additionalProperties": False,
    "properties": {
        "Name": {"type": ["string", "null"], "maxLength": 20},
        "Quantity": {"type": "number", "exclusiveMinimum": 0, "maximum": 50, "x-decimal-places": 2},
        "Unit": {"type": ["string", "null"], "enum": ["kg", "m", None]},
        "Kind": {"const": "line"},
        "Value": {"type": ["string", "number"]},
        "Other": {"anyOf": [{"$ref": "#/components/schemas/Unit"}, {"type": "null"}]},
        "Many": {"oneOf": [{"type": "number"}, {"type": "boolean"}, {"type": "null"}]},
        "Ref": {"$ref": "#/components/schemas/Unit", "description": "Beside a reference."},
        "List": {"type": "array", "maxItems": 3, "uniqueItems": True, "items": {"type": "integer"}},
        "On": {"type": "string", "format": "date", "maxLength": 10},
    },
}


def test_every_converted_keyword_keeps_its_meaning() -> None:
    document = with_schema(RICH, Unit={"type": "string", "enum": ["kg", "m"]})
    assert disagreements(document, to_30(document), "/components/schemas/It", RICH) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("maximum", 5), ("required", ["Name"]), ("nullable", True), ("enum", [1])],
)
def test_a_conversion_that_changes_the_meaning_is_seen(key: str, value: Any) -> None:
    document = with_schema(RICH, Unit={"type": "string", "enum": ["kg", "m"]})
    older = to_30(document)
    it = older["components"]["schemas"]["It"]
    (it if key == "required" else it["properties"]["Quantity"])[key] = value
    assert disagreements(document, older, "/components/schemas/It", RICH)
