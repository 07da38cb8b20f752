"""What the build works out for makers of clients."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.contract.closed import closed
from scripts.contract import SOURCES, bundle
from scripts.contract.clients import add_formats, name_nullables, open_enums
from scripts.contract.operations import operations
from scripts.contract.references import objects
from scripts.contract.rules import walk
from scripts.contract.rules.examples import validators
from scripts.contract.sources import ContractError, plain

Document = dict[str, Any]
UOM = {"description": "Unit.", "type": "string", "enum": ["kg", "m"]}


def ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def media(schema: Document) -> Document:
    return {"content": {"application/json": {"schema": schema}}}


def document(asked: Document, told: Document, **schemas: Document) -> Document:
    """A document with one operation, that takes a schema and answers with one."""
    operation = {
        "operationId": "createIt",
        "requestBody": media(asked),
        "responses": {"201": media(told)},
    }
    return {"paths": {"/its": {"post": operation}}, "components": {"schemas": schemas}}


@pytest.fixture(scope="module")
def contract() -> Document:
    built: Document = plain(bundle(SOURCES))
    return built


def test_an_enum_is_closed_where_it_is_sent_and_may_grow_where_it_is_answered() -> None:
    faults: list[ContractError] = []
    it = document(
        {"type": "object", "properties": {"Uom": ref("Uom")}},
        {"type": "object", "properties": {"Uom": ref("Uom")}},
        Uom=dict(UOM),
    )
    open_enums(it, faults)
    assert faults == []
    operation = it["paths"]["/its"]["post"]
    asked = operation["requestBody"]["content"]["application/json"]["schema"]
    assert asked["properties"]["Uom"] == ref("UomInput")
    schemas = it["components"]["schemas"]
    assert schemas["UomInput"] == UOM
    assert schemas["Uom"]["x-extensible-enum"] == ["kg", "m"]
    assert "enum" not in schemas["Uom"]
    assert "let an unknown one pass" in schemas["Uom"]["description"]


def test_an_enum_that_is_only_sent_keeps_its_name() -> None:
    it = document({"type": "object", "properties": {"Uom": ref("Uom")}}, {"type": "object"}, Uom=dict(UOM))
    open_enums(it, [])
    assert it["components"]["schemas"] == {"Uom": UOM}


def test_an_object_that_is_read_and_written_may_have_no_enum() -> None:
    faults: list[ContractError] = []
    line = {"type": "object", "properties": {"Uom": ref("Uom")}}
    open_enums(document(ref("Line"), ref("Line"), Uom=dict(UOM), Line=line), faults)
    assert [str(fault) for fault in faults] == ["Uom: stands in an object that is read and written"]


def test_a_scalar_beside_null_gets_a_name_and_a_list_of_types() -> None:
    label = {"description": "A label.", "type": "string", "maxLength": 9}
    member = {"description": "Lot.", "anyOf": [ref("Label"), {"type": "null"}]}
    it = {
        "components": {
            "schemas": {"Label": label, "Order": {"type": "object", "properties": {"Lot": member}}}
        }
    }
    name_nullables(it)
    schemas: Document = it["components"]["schemas"]
    assert schemas["Order"]["properties"]["Lot"] == {"description": "Lot.", **ref("NullableLabel")}
    assert schemas["NullableLabel"]["type"] == ["string", "null"]
    assert schemas["NullableLabel"]["maxLength"] == 9
    at = validators(it)
    verdicts = [at("/components/schemas/Order").is_valid({"Lot": lot}) for lot in ("L-1", None, "x" * 10, 1)]
    assert verdicts == [True, True, False, False]


@pytest.mark.parametrize(
    "member",
    [
        {"anyOf": [ref("Object"), {"type": "null"}]},
        {"anyOf": [ref("Uom"), {"type": "null"}]},
        {"anyOf": [ref("Label"), {"type": "integer"}, {"type": "null"}]},
        {"anyOf": [ref("Label"), {"type": "null"}], "type": "string"},
    ],
)
def test_other_unions_stay_what_they_are(member: Document) -> None:
    schemas = {
        "Object": {"type": "object"},
        "Uom": UOM,
        "Label": {"type": "string"},
        "It": {"type": "object", "properties": {"Member": dict(member)}},
    }
    it = {"components": {"schemas": schemas}}
    name_nullables(it)
    assert it["components"]["schemas"]["It"] == {"type": "object", "properties": {"Member": member}}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 0, "maximum": 500}, "int32"),
        ({"type": "integer", "minimum": 0, "maximum": 2**31 - 1}, "int32"),
        ({"type": "integer", "minimum": 0, "maximum": 2**31}, "int64"),
        ({"type": ["integer", "null"]}, "int64"),
        ({"type": "number"}, None),
        ({"type": "integer", "format": "int64", "maximum": 5}, "int64"),
    ],
)
def test_an_integer_gets_the_format_that_holds_it(schema: Document, expected: str | None) -> None:
    it = {"components": {"schemas": {"It": dict(schema)}}}
    add_formats(it)
    assert it["components"]["schemas"]["It"].get("format") == expected


def test_the_built_contract_has_what_generators_need(contract: Document) -> None:
    assert all("parameters" not in item for item in contract["paths"].values())
    bare = [
        pointer
        for pointer, schema in walk.schemas(contract)
        if "integer" in walk.types(schema) and schema.get("format") not in ("int32", "int64")
    ]
    assert bare == []
    assert len(list(operations(contract))) > 60


def test_no_answer_is_closed_to_new_values_and_every_request_is(contract: Document) -> None:
    asked, told = [], []
    for _, _, operation in operations(contract):
        for entry in walk.media(walk.body(contract, operation)):
            asked += list(walk.reachable(contract, entry.get("schema")))
        for _, answer in walk.answers(contract, operation):
            for entry in walk.media(answer):
                told += list(walk.reachable(contract, entry.get("schema")))
    assert [schema for schema in told if len(schema.get("enum", [])) > 1] == []
    assert [schema for schema in asked if "x-extensible-enum" in schema] == []
    assert any("x-extensible-enum" in schema for schema in told)
    assert any("enum" in schema for schema in asked)


def test_a_scalar_and_null_are_no_union_anywhere(contract: Document) -> None:
    named = [
        value["anyOf"][0]["$ref"].rpartition("/")[2]
        for _, value in objects(contract)
        if {"type": "null"} in value.get("anyOf", [])
    ]
    kinds = {name: contract["components"]["schemas"][name] for name in named}
    assert all(schema.get("type") == "object" or "enum" in schema for schema in kinds.values())


def test_our_own_check_of_answers_knows_the_values_of_today() -> None:
    open_schema = {"type": "string", "x-extensible-enum": ["kg", "m"]}
    nullable = {"type": ["string", "null"], "x-extensible-enum": ["kg"]}
    strict = closed({"components": {"schemas": {"Uom": open_schema, "Other": nullable}}})
    at = validators(strict)
    assert [at("/components/schemas/Uom").is_valid(value) for value in ("kg", "lb")] == [True, False]
    assert [at("/components/schemas/Other").is_valid(value) for value in ("kg", None, "m")] == [
        True,
        True,
        False,
    ]
    as_published = validators({"components": {"schemas": {"Uom": open_schema}}})
    assert as_published("/components/schemas/Uom").is_valid("lb")
