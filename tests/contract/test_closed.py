from __future__ import annotations

from typing import Any

import pytest

from mock_server.contract.closed import closed
from scripts.contract.rules.examples import validators
from tests.scripts.trees import with_schema


def accepts(schema: dict[str, Any], value: Any) -> bool:
    document = closed(with_schema(schema))
    return bool(validators(document)("/components/schemas/It").is_valid(value))


def test_an_undocumented_field_is_a_fault_at_any_depth() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "integer"}}}
    schema = {"type": "object", "properties": {"list": {"type": "array", "items": inner}}}
    assert accepts(schema, {"list": [{"a": 1}]})
    assert not accepts(schema, {"list": [{"a": 1, "b": 2}]})
    assert not accepts(schema, {"list": [], "more": 1})


@pytest.mark.parametrize("own", [True, {"type": "integer"}])
def test_a_schema_that_speaks_for_itself_stays_open(own: Any) -> None:
    assert accepts({"type": "object", "additionalProperties": own}, {"anything": 1})


def test_a_property_named_like_a_keyword_is_no_schema() -> None:
    schema = {"type": "object", "properties": {"properties": {"type": "string"}}}
    assert accepts(schema, {"properties": "x"})


def test_an_object_with_a_union_is_closed_as_a_whole() -> None:
    schema = {
        "type": "object",
        "properties": {"kind": {"type": "string"}},
        "oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
            {"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}},
        ],
    }
    assert accepts(schema, {"kind": "x", "a": 1})
    assert not accepts(schema, {"kind": "x", "a": 1, "c": 1})


def test_the_document_itself_is_left_alone() -> None:
    document = with_schema({"type": "object", "properties": {}})
    closed(document)
    assert "additionalProperties" not in document["components"]["schemas"]["It"]
