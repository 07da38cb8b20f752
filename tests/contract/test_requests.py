"""Requests are read and refused by the contract: bounded work, the branch meant, one fault for one value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mock_server.contract import Contract, Requests, read_document
from mock_server.contract import requests as module
from mock_server.gateway.bodies import MAX_VALUES, parse
from mock_server.letters import composed, folded, trimmed
from mock_server.refused import Refused
from mock_server.settings import Settings
from tests.scripts.bodies import Bodies

ID = "019e2d80-5a00-7000-8000-000000000111"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(read_document(Settings().build_dir / "openapi.json"))


@pytest.fixture(scope="module")
def requests(contract: Contract) -> Requests:
    return Requests(contract)


def told(contract: Contract, requests: Requests, operation: str, body: Any) -> dict[str, str]:
    ref = contract.operations[operation].body_pointer
    assert ref is not None
    return {fault["pointer"]: fault["message"] for fault in requests.faults(ref, requests.read(ref, body))}


def bom(**members: Any) -> dict[str, Any]:
    return {"Name": "x", "ItemRefId": ID, "Lines": [{"ItemRefId": ID, "Quantity": 1}], **members}


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        ("createBom", bom(Notes="x" * 2001), {"/Notes": "must have at most 2000 characters, and has 2001"}),
        ("createBom", bom(Notes=1), {"/Notes": "must be text or null, not a whole number"}),
        ("createBom", bom(Name=None), {"/Name": "must be text, not null"}),
        (
            "createBom",
            bom(Lines=[{"ItemRefId": ID, "Quantity": 1, "Uom": "Nos"}]),
            {"/Lines/0/Uom": "must be one of NOS, SET, PAIR, kg, m, L"},
        ),
        (
            "createBom",
            bom(EffectiveFrom="2026-02-30"),
            {"/EffectiveFrom": "must be a day of the calendar, such as 2026-06-15"},
        ),
        ("createBom", bom(Nmae="x"), {"/Nmae": "is not a member of this object; did you mean Name?"}),
        ("createBom", {"Name": "x", "ItemRefId": ID}, {"/Lines": "is required"}),
        (
            "createBom",
            bom(ByProducts=[{"ItemRefId": ID, "Quantity": 1, "CostMethod": "FixedRate"}]),
            {"/ByProducts/0/Rate": "is required where CostMethod is FixedRate"},
        ),
        (
            "createWorkOrder",
            {"ItemRefId": ID, "PlannedQuantity": 0, "BomRefId": ID, "RecipeRefId": ID},
            {
                "/PlannedQuantity": "must be more than 0",
                "/RecipeRefId": "cannot be given together with BomRefId",
            },
        ),
        (
            "createQualityInspection",
            {"Type": "Final", "WorkOrderRefId": ID, "SubcontractOrderRefId": ID, "Criteria": []},
            {
                "/LotQuantity": "is required",
                "/SampleSize": "is required",
                "/Criteria": "must have at least 1 entry",
                "/SubcontractOrderRefId": "does not go with Type Final",
            },
        ),
        (
            "createWebhookSubscription",
            {"topics": ["bom.created"]},
            {"/target_url": "is required where delivery_mode is absent"},
        ),
        ("createWebhookSubscription", {"topics": ["bom.created"], "delivery_mode": "pull"}, {}),
        ("createBom", bom(ItemRefId=ID.upper()), {}),
        ("archiveBoms", {"ids": [ID, ID.upper()]}, {"/ids/1": "repeats an earlier entry"}),
    ],
)
def test_a_refusal_says_what_is_expected_in_words(
    contract: Contract, requests: Requests, operation: str, body: Any, expected: dict[str, str]
) -> None:
    assert told(contract, requests, operation, body) == expected


def test_a_recipe_input_is_asked_for_what_its_basis_needs(contract: Contract, requests: Requests) -> None:
    body = {"Name": "x", "ItemRefId": ID, "BatchSize": 1}
    line = {"ItemRefId": ID, "Basis": "PercentOfBatch", "Quantity": 1}
    assert told(contract, requests, "createRecipe", {**body, "Ingredients": [line]}) == {
        "/Ingredients/0/Percent": "is required where Basis is PercentOfBatch",
        "/Ingredients/0/Quantity": "does not go with Basis PercentOfBatch",
    }


@pytest.mark.parametrize(
    "body",
    [
        {f"member{number}": 1 for number in range(50_000)},
        bom(Lines=[{f"m{number}": number for number in range(100)} for _ in range(500)]),
        bom(Lines=[{"ItemRefId": 1, "Quantity": "x"}] * 500),
        bom(Lines=[[]] * 90_000),
    ],
    ids=["members", "members of lines", "lines", "entries"],
)
def test_a_body_of_garbage_is_worked_through_to_its_twentieth_fault_alone(
    contract: Contract, requests: Requests, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out = 0
    whole = module.fault

    def counted(pointer: str, message: str) -> dict[str, str]:
        nonlocal worked_out
        worked_out += 1
        return whole(pointer, message)

    monkeypatch.setattr(module, "fault", counted)
    found = told(contract, requests, "createBom", body)
    assert 1 <= len(found) <= 20
    assert worked_out <= 20


def test_a_body_of_too_many_values_is_refused_before_it_is_read() -> None:
    raw = json.dumps([[]] * MAX_VALUES).encode()
    with pytest.raises(Refused) as refusal:
        parse(raw)
    assert refusal.value.details["details"][0]["message"] == f"holds more than {MAX_VALUES} values"
    assert len(parse(json.dumps([1] * (MAX_VALUES - 1)).encode())) == MAX_VALUES - 1


def test_every_body_that_does_not_fit_is_told_why(contract: Contract, requests: Requests) -> None:
    """Generated bodies of every operation: the verdict of the validator and the words go together."""
    told_of = 0
    for operation in contract.operations.values():
        if operation.body_pointer is None:
            continue
        made = Bodies(dict(contract.document), operation.id)
        stream = made.stream({"$ref": operation.body_pointer})
        for _ in range(60):
            body = requests.read(operation.body_pointer, next(stream))
            found = requests.faults(operation.body_pointer, body)
            assert all(fault["message"] != "does not fit the contract" for fault in found), (body, found)
            told_of += bool(found)
    assert told_of > 200


def _schemas(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema that requests are read by, with the name of its member."""
    waiting: list[tuple[str, Any]] = []
    for operation in contract.operations.values():
        if operation.body_pointer is not None:
            waiting.append((operation.id, {"$ref": operation.body_pointer}))
        waiting.extend((each.name, each.schema) for each in operation.parameters)
    seen: set[int] = set()
    while waiting:
        name, node = waiting.pop()
        schema = contract.resolve(node) if "$ref" in node else node
        yield name, schema
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        waiting.extend(schema.get("properties", {}).items())
        waiting.extend((name, each) for each in schema.get("anyOf", ()))
        if "items" in schema:
            waiting.append((f"{name}[]", schema["items"]))


def test_no_format_is_narrowed_by_a_pattern_in_requests(contract: Contract) -> None:
    # A day has one spelling; of addresses, https alone is taken.
    assert {
        schema["format"] for _, schema in _schemas(contract) if "format" in schema and "pattern" in schema
    } == {"date", "uri"}


def test_every_pattern_of_requests_is_told_in_words(contract: Contract) -> None:
    assert [
        name for name, schema in _schemas(contract) if "pattern" in schema and "x-expected" not in schema
    ] == []


def test_no_combinator_stands_beside_properties(contract: Contract) -> None:
    assert [name for name, each in _schemas(contract) if "properties" in each and "anyOf" in each] == []


def test_a_member_is_nullable_in_all_bodies_or_in_none(contract: Contract) -> None:
    found: dict[str, set[bool]] = {}
    for _, schema in _schemas(contract):
        for name, node in schema.get("properties", {}).items():
            inner = contract.resolve(node)
            types = inner.get("type", [])
            is_nullable = "null" in types if isinstance(types, list) else False
            branches = [contract.resolve(each) for each in inner.get("anyOf", ())]
            found.setdefault(name, set()).add(is_nullable or any(b.get("type") == "null" for b in branches))
    assert [name for name, kinds in found.items() if len(kinds) > 1] == []


def test_letters_are_composed_in_work_that_grows_with_the_text() -> None:
    heap = "a" + "\u0300\u0316" * 4000
    assert composed(heap) == heap
    assert composed("e\u0301") == "\u00e9"
    assert trimmed("\u200b\u00a0x y\ufeff\n") == "x y"
    assert folded("STRASSE Ko\u0308ln") == folded("stra\u00dfe K\u00d6LN")
