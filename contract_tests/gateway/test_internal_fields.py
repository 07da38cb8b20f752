"""Internal fields and their values are in no byte that a client can get."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.kit import INTERNAL_VALUES, Client, Contract, Fixtures, Operation, internal_names


def test_the_sources_mark_internal_fields() -> None:
    assert {"RepositoryVersion", "CreatedByUserRefId", "CostRollupState"} <= internal_names()


def names_in(value: Any) -> set[str]:
    """Every name of a member, at any depth."""
    if isinstance(value, dict):
        return {*value, *(name for inner in value.values() for name in names_in(inner))}
    if isinstance(value, list):
        return {name for inner in value for name in names_in(inner)}
    return set()


def test_no_answer_has_an_internal_field(client: Client, fixtures: Fixtures, operation: Operation) -> None:
    if operation.method != "GET":
        return
    ids = {"id": fixtures.bom()["id"]} if "/boms/" in operation.path else {}
    query = {"plannedQty": 1} if operation.takes("query", "plannedQty") else {}
    answer = client.call(operation.id, query=query, **ids)
    assert not names_in(answer.json()) & internal_names()


def test_what_is_written_shows_no_internal_field(fixtures: Fixtures) -> None:
    part = fixtures.item()
    inner = fixtures.bom(ItemRefId=part["id"], Status="Active")
    outer = fixtures.bom(Lines=[{"ItemRefId": part["id"], "Quantity": 1}])
    fixtures.change_item(fixtures.item(), StandardCost=3)
    fixtures.update(inner, OtherOverhead=1)
    fixtures.archive(inner)
    for bom in (inner, outer):
        text = json.dumps(fixtures.read(bom))
        assert not names_in(json.loads(text)) & internal_names()
        assert not INTERNAL_VALUES.search(text)


@pytest.mark.parametrize("name", sorted(internal_names()))
def test_an_internal_field_cannot_be_written_and_is_not_explained(fixtures: Fixtures, name: str) -> None:
    body = fixtures.body()
    refusal = fixtures.client.refusal("createBom", 400, "invalid_request", json={**body, name: "x"})
    unknown = fixtures.client.refusal("createBom", 400, "invalid_request", json={**body, "Colour": "x"})
    assert json.dumps(refusal).replace(name, "Colour") == json.dumps(unknown)


def test_the_contract_itself_has_none(contract: Contract) -> None:
    text = json.dumps(contract.document)
    assert 'x-internal"' not in text
    assert not [name for name in internal_names() if name in text]


@pytest.mark.parametrize("file", ["openapi.json", "openapi.yaml", "openapi-3.0.json"])
def test_no_served_file_has_one(client: Client, file: str) -> None:
    answer = client.http.get(f"{client.target.origin}/{file}")
    if answer.status_code != 200:
        pytest.skip(f"the target does not serve /{file}")
    assert not [name for name in internal_names() if name in answer.text]
