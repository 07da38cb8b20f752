"""A member that is absent from a request counts as the `default` that the contract has for it."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.factory import Record
from contract_tests.kit import Contract
from contract_tests.shop_floor.floor import Floor, ingredient, line


def defaults(contract: Contract, schema: str) -> Record:
    """The defaults of a schema's members; a schema without any is a fault of the test."""
    members = contract.document["components"]["schemas"][schema]["properties"]
    found = {name: member["default"] for name, member in members.items() if "default" in member}
    assert found, schema
    return found


def shown(record: Record, names: Any) -> Record:
    return {name: record[name] for name in names}


def least_bom(floor: Floor, **fields: Any) -> Record:
    body = {"Name": "Least", "ItemRefId": floor.item(), "Lines": [line(floor.item())], **fields}
    return floor.do("createBom", body)


def test_a_bom_of_the_least(floor: Floor, contract: Contract) -> None:
    stated = defaults(contract, "BomCreate")
    assert shown(least_bom(floor), stated) == stated


@pytest.mark.parametrize(
    ("member", "schema", "entry"),
    [
        ("Lines", "BomLineWrite", {"Quantity": 1}),
        ("ByProducts", "ByProductWrite", {"Quantity": 1}),
        ("Operations", "BomOperationWrite", {"Sequence": 10, "Name": "Cut", "CostPerHour": 60}),
    ],
)
def test_an_entry_of_the_least(
    floor: Floor, contract: Contract, member: str, schema: str, entry: Record
) -> None:
    of_item = {} if member == "Operations" else {"ItemRefId": floor.item()}
    record = least_bom(floor, **{member: [{**entry, **of_item}]})
    stated = defaults(contract, schema)
    assert shown(record[member][0], stated) == stated


def test_a_recipe_of_the_least(floor: Floor, contract: Contract) -> None:
    body = {
        "Name": "Least",
        "ItemRefId": floor.item(Uom="kg"),
        "BatchSize": 100,
        "Ingredients": [ingredient(floor.item(Uom="kg"), 50)],
    }
    stated = defaults(contract, "RecipeCreate")
    assert shown(floor.do("createRecipe", body), stated) == stated


def test_a_work_order_of_the_least(floor: Floor, contract: Contract) -> None:
    stated = defaults(contract, "WorkOrderCreate")
    assert shown(floor.order(), stated) == stated


def test_a_completion_of_the_least(floor: Floor, contract: Contract) -> None:
    stated = defaults(contract, "WorkOrderCompleteRequest")
    assert shown(floor.completed(), stated) == stated


def test_a_criterion_of_the_least(floor: Floor, contract: Contract) -> None:
    body = floor.inspection_body(Criteria=[{"Name": "Colour", "Type": "PassFail"}])
    stated = defaults(contract, "InspectionCriterionWrite")
    assert shown(floor.do("createQualityInspection", body)["Criteria"][0], stated) == stated


def test_a_receipt_of_the_least(floor: Floor, contract: Contract) -> None:
    order = floor.do("receiveSubcontractGoods", {"AcceptedQuantity": 1}, id=floor.issued()["id"])
    stated = defaults(contract, "SubcontractReceiveRequest")
    assert shown(order["Receipts"][0], stated) == stated
