"""Decimals are bound by `x-decimal-places`: common validators pass what they should, ours refuse the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contract_tests.kit import stepped as stepped_by_the_kit
from mock_server.contract import Contract, Requests, Validators, read_document, schema_digest
from mock_server.contract.keywords import stepped
from mock_server.gateway.bodies import parse
from mock_server.settings import Settings

CONTRACT = Contract(read_document(Settings().build_dir / "openapi.json"))
SCHEMAS = CONTRACT.document["components"]["schemas"]
DECIMAL = {
    name: schema["x-decimal-places"] for name, schema in SCHEMAS.items() if "x-decimal-places" in schema
}
VALIDATORS = Validators(CONTRACT)
REQUESTS = Requests(CONTRACT)
DIGITS = 15


def ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def in_bounds(name: str, value: Decimal) -> bool:
    schema = SCHEMAS[name]
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema["maximum"]
    return Decimal(str(low)) <= value <= Decimal(str(high)) and (value > 0 or "minimum" in schema)


@st.composite
def decimals(draw: st.DrawFn, *, more: int = 0) -> tuple[str, Decimal]:
    """A schema, and a value in its bounds with as many decimals as it allows at most, and some more."""
    name = draw(st.sampled_from(sorted(DECIMAL)))
    places, high = DECIMAL[name] + more, Decimal(str(SCHEMAS[name]["maximum"]))
    most = min(10**DIGITS - 1, int(high.scaleb(places)))
    number = draw(st.integers(1, most).filter(lambda number: not more or number % 10))
    return name, Decimal(number).scaleb(-places)


@given(decimals())
def test_every_decimal_of_the_allowed_scale_passes_a_common_validator_and_ours(
    case: tuple[str, Decimal],
) -> None:
    name, value = case
    if not in_bounds(name, value):
        return
    published: Any = Draft202012Validator(SCHEMAS[name])
    assert published.is_valid(float(value))
    assert VALIDATORS.at(ref(name)).is_valid(float(value))
    assert REQUESTS.faults(ref(name), parse(f"{value:f}".encode())) == []


@given(decimals(more=1))
def test_a_decimal_too_many_is_refused_in_words(case: tuple[str, Decimal]) -> None:
    name, value = case
    if not in_bounds(name, value):
        return
    found = REQUESTS.faults(ref(name), parse(f"{value:f}".encode()))
    assert [fault["message"] for fault in found] == [f"must have at most {DECIMAL[name]} decimals"]
    assert not VALIDATORS.at(ref(name)).is_valid(float(value))


def test_what_is_judged_are_quantities_costs_and_amounts() -> None:
    assert {"Quantity", "UnitCost", "Amount", "SignedAmount", "NullablePercent"} <= DECIMAL.keys()


def test_no_published_form_asks_for_a_multiple() -> None:
    for file in ("openapi.json", "openapi-3.0.json", "sandbox-openapi.json", "sandbox-openapi-3.0.json"):
        assert "multipleOf" not in (Settings().build_dir / file).read_text()


def test_the_server_and_the_kit_read_the_extension_alike() -> None:
    document = dict(CONTRACT.document)
    mine = stepped(document)["components"]["schemas"]
    assert mine["Amount"]["multipleOf"] == 0.01
    assert stepped_by_the_kit(document)["components"]["schemas"] == mine


def test_a_property_of_that_name_and_data_stay_what_they_are() -> None:
    document = {
        "properties": {"x-decimal-places": {"type": "integer"}},
        "example": {"x-decimal-places": 2},
    }
    assert stepped(document) == document


@pytest.mark.parametrize(("places", "is_equal"), [(2, True), (3, False)])
def test_stored_records_are_held_anew_against_another_scale(places: int, is_equal: bool) -> None:
    older = {"components": {"schemas": {"Amount": {"type": "number", "x-decimal-places": 2}}}}
    newer = {"components": {"schemas": {"Amount": {"type": "number", "x-decimal-places": places}}}}
    digests = {schema_digest(document, [ref("Amount")]) for document in (older, newer)}
    assert (len(digests) == 1) is is_equal
