"""What the contract refuses in words rather than by a schema, with the place named."""

from __future__ import annotations

from contract_tests.kit import Client
from contract_tests.shop_floor.floor import Floor


def test_the_operations_of_a_recipe_have_a_sequence_of_their_own_each(floor: Floor, strict: Client) -> None:
    work = {"Sequence": 10, "Name": "Mix", "MinutesPerBatch": 5, "CostPerHour": 60}
    told = strict.refusal(
        "createRecipe",
        400,
        "invalid_request",
        json=floor.recipe_body(Operations=[work, {**work, "Name": "Stir"}]),
    )
    assert [each["pointer"] for each in told["details"]] == ["/Operations/1/Sequence"]


def test_additional_cost_needs_accepted_goods(floor: Floor, strict: Client) -> None:
    order = floor.issued()
    body = {"AcceptedQuantity": 0, "RejectedQuantity": 1, "AdditionalCost": 1}
    told = strict.refusal("receiveSubcontractGoods", 400, "invalid_request", id=order["id"], json=body)
    assert [each["pointer"] for each in told["details"]] == ["/AdditionalCost"]


def test_a_receipt_of_nothing_is_refused(floor: Floor, strict: Client) -> None:
    order = floor.issued()
    body = {"AcceptedQuantity": 0, "RejectedQuantity": 0}
    told = strict.refusal(
        "receiveSubcontractGoods", 422, "quantities_do_not_balance", id=order["id"], json=body
    )
    assert [each["pointer"] for each in told["details"]] == ["/AcceptedQuantity"]
