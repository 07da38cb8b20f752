from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.contract import ContractError, bundle
from scripts.contract.downconvert import to_30
from tests.scripts.trees import BOM, tree, with_schema


def converted(schema: dict[str, Any], **others: dict[str, Any]) -> Any:
    return to_30(with_schema(schema, **others))["components"]["schemas"]["It"]


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["string", "number"]}, {"anyOf": [{"type": "string"}, {"type": "number"}]}),
        ({"type": "string", "const": "a"}, {"type": "string", "enum": ["a"]}),
        (
            {"type": "number", "exclusiveMinimum": 0},
            {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        ),
        (
            {"type": "number", "minimum": 1, "exclusiveMinimum": 0, "exclusiveMaximum": 5, "maximum": 5},
            {"type": "number", "minimum": 1, "maximum": 5, "exclusiveMaximum": True},
        ),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        (
            {"type": ["string", "null"], "enum": ["a", None]},
            {"type": "string", "nullable": True, "enum": ["a", None]},
        ),
        ({"enum": ["a", None]}, {"type": "string", "nullable": True, "enum": ["a", None]}),
        (
            {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]},
            {"type": "string", "maxLength": 3, "nullable": True},
        ),
        (
            {"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]},
            {"oneOf": [{"type": "string", "nullable": True}, {"type": "number"}]},
        ),
        (
            {"type": "object", "properties": {"const": {"type": ["number", "null"]}}},
            {"type": "object", "properties": {"const": {"type": "number", "nullable": True}}},
        ),
        ({"type": "array", "items": {"const": 1}}, {"type": "array", "items": {"enum": [1]}}),
        ({"$comment": "x", "x-provenance": "docs"}, {"x-provenance": "docs"}),
    ],
)
def test_a_keyword_of_3_1_becomes_one_of_3_0(newer: dict[str, Any], older: dict[str, Any]) -> None:
    assert converted(newer) == older


def test_a_nullable_reference_is_written_out() -> None:
    it = {"description": "Kept.", "anyOf": [{"$ref": "#/components/schemas/Unit"}, {"type": "null"}]}
    unit = {"description": "Lost.", "type": "string", "enum": ["kg"]}
    assert converted(it, Unit=unit) == {
        "description": "Kept.",
        "type": "string",
        "enum": ["kg", None],
        "nullable": True,
    }


def test_annotations_beside_a_reference_are_dropped() -> None:
    it = {"$ref": "#/components/schemas/Unit", "description": "x", "x-provenance": "docs"}
    assert converted(it, Unit={"type": "string"}) == {"$ref": "#/components/schemas/Unit"}


def test_a_default_beside_a_reference_is_kept_with_the_words_beside_it() -> None:
    it = {"$ref": "#/components/schemas/Unit", "description": "Stock unit.", "default": "kg"}
    assert converted(it, Unit={"description": "A unit.", "type": "string"}) == {
        "description": "Stock unit.",
        "type": "string",
        "default": "kg",
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "patternProperties": {}},
        {"type": "array", "prefixItems": [], "items": {}},
        {"if": {}, "then": {}},
        {"unevaluatedProperties": False},
        {"type": "array", "items": {}, "contains": {}},
        {"dependentRequired": {}},
        {"propertyNames": {}},
        {"$defs": {}},
        {"type": "string", "contentEncoding": "base64"},
        {"type": "string", "contentMediaType": "text/plain"},
        {"type": "null"},
        {"type": "array"},
        {"type": "array", "items": True},
        {"const": None},
        {"enum": [None, "a", 1]},
        {"type": "string", "maxlength": 3},
        {"$ref": "#/components/schemas/It", "maxLength": 3},
        {"properties": {"a": True}},
        {"type": "string", "anyOf": [{"type": "string"}, {"type": "null"}]},
        {"anyOf": [{"oneOf": [{"type": "string"}, {"type": "number"}]}, {"type": "null"}]},
    ],
)
def test_what_3_0_cannot_carry_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ContractError, match=r"3\.0\.3 cannot carry .* \(at #/components/schemas/It"):
        converted(schema)


def test_every_refusal_comes_with_file_and_line(tmp_path: Path) -> None:
    bom = BOM.lstrip() + "  Code:\n    type: string\n    contentEncoding: base64\npatternProperties: {}\n"
    root = tree(tmp_path, {"resources/boms/schemas/Bom.yaml": bom})
    with pytest.raises(ContractError) as caught:
        to_30(bundle(root))
    assert [str(fault).replace(f"{root}/", "") for fault in caught.value.faults] == [
        "resources/boms/schemas/Bom.yaml:8: "
        "3.0.3 cannot carry contentEncoding (at #/components/schemas/Bom/properties/Code)",
        "resources/boms/schemas/Bom.yaml:9: "
        "3.0.3 cannot carry patternProperties (at #/components/schemas/Bom)",
    ]


def test_the_frame_of_the_document_is_converted() -> None:
    document = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "T",
            "summary": "S",
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "webhooks": {
            "bom.created": {"post": {"requestBody": {"content": {"a/b": {"schema": {"const": 1}}}}}}
        },
        "x-rate-limit": {"requests": 120},
    }
    assert to_30(document) == {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1", "license": {"name": "Apache-2.0"}},
        "x-webhooks": {
            "bom.created": {"post": {"requestBody": {"content": {"a/b": {"schema": {"enum": [1]}}}}}}
        },
        "x-rate-limit": {"requests": 120},
        "paths": {},
    }


def test_examples_of_bodies_stay_as_they_are() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {
            "examples": {"One": {"value": {"const": 1, "examples": [1], "type": ["a", "null"]}}},
            "parameters": {"P": {"name": "p", "schema": {"type": "string", "examples": ["x"]}}},
        },
    }
    components = to_30(document)["components"]
    assert components["examples"]["One"]["value"] == {"const": 1, "examples": [1], "type": ["a", "null"]}
    assert components["parameters"]["P"]["schema"] == {"type": "string", "example": "x"}


def test_a_foreign_dialect_is_refused() -> None:
    with pytest.raises(ContractError, match="a dialect of its own"):
        to_30({**with_schema({}), "jsonSchemaDialect": "https://example.com/dialect"})
