"""Every documented 4xx of the BOM operations is reached, and changes nothing."""

from __future__ import annotations

import pytest

from contract_tests.kit import UNKNOWN, Case, Contract, Fixtures, documented, unchanged
from contract_tests.records.bom_refusals import REFUSALS, line

_WITH_POINTER = {"createBom", "updateBom"}


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: "-".join(map(str, case)))
def test_a_documented_refusal_is_reached_and_changes_nothing(fixtures: Fixtures, case: Case) -> None:
    operation_id, status, code = case
    request = REFUSALS[case](fixtures)
    with unchanged(fixtures.client):
        body = fixtures.client.refusal(operation_id, status, code, **request)
    if status == 422 and operation_id in _WITH_POINTER and code != "explosion_too_large":
        assert body["pointer"].startswith("/"), body


def test_every_documented_refusal_has_its_request(contract: Contract) -> None:
    assert set(REFUSALS) == {
        (operation.id, status, code)
        for operation in contract.operations.values()
        if "Boms" in operation.spec["tags"]
        for status, code in documented(contract, operation)
    }


@pytest.mark.parametrize("operation_id", ["archiveBoms", "restoreBoms"])
@pytest.mark.parametrize(
    "ids", [None, "x", ["no-uuid"], [UNKNOWN, UNKNOWN], [UNKNOWN] * 101, [1], [[UNKNOWN]]]
)
def test_ids_that_are_not_one_to_a_hundred_different_ones_are_400(
    fixtures: Fixtures, operation_id: str, ids: object
) -> None:
    fixtures.client.refusal(operation_id, 400, "invalid_request", json={"ids": ids})


@pytest.mark.parametrize("operation_id", ["createBom", "updateBom"])
def test_an_external_reference_is_given_once(fixtures: Fixtures, operation_id: str) -> None:
    reference = fixtures.label("REF")
    fixtures.bom(ExternalReference=reference)
    if operation_id == "createBom":
        fixtures.client.refusal(
            operation_id, 409, "duplicate_number", json=fixtures.body(ExternalReference=reference)
        )
    else:
        fixtures.client.refusal(
            operation_id,
            409,
            "duplicate_number",
            id=fixtures.bom()["id"],
            json={"ExternalReference": reference},
        )


def test_more_than_twenty_levels_are_422(fixtures: Fixtures) -> None:
    part = fixtures.item(StandardCost=1)
    for _ in range(20):
        whole = fixtures.item(StandardCost=1)
        fixtures.bom(ItemRefId=whole["id"], Status="Active", Lines=[line(part)])
        part = whole
    fixtures.client.refusal("createBom", 422, "explosion_too_large", json=fixtures.body(Lines=[line(part)]))


def test_a_refusal_names_where_it_is(fixtures: Fixtures) -> None:
    good, bad = line(fixtures.item()), {"ItemRefId": UNKNOWN, "Quantity": 1}
    body = fixtures.client.refusal(
        "createBom", 422, "unknown_reference", json=fixtures.body(Lines=[good, bad])
    )
    assert body["pointer"] == "/Lines/1/ItemRefId"
