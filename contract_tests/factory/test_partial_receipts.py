"""Goods that come back in several receipts use and cost what one receipt of all of them does (INV-F7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contract_tests.factory.api import Api, Record

ORDERED = 12


def _goods(api: Api, name: str) -> tuple[Record, dict[str, str]]:
    """An item with a Subcontract BOM and stock of its two materials."""
    materials = {}
    for word, uom, cost in (("POWDER", "kg", "333.337"), ("HOOK", "NOS", "1.01")):
        item = api.new_item(f"{name}-{word}", Uom=uom, StandardCost=Decimal(cost))
        assert api.adjust(item["id"], 100, Decimal(cost)).status == 201
        materials[word] = item["id"]
    goods = api.new_item(f"{name}-GOODS")
    lines = [
        {"ItemRefId": materials["POWDER"], "Quantity": Decimal("0.07"), "WastagePercent": 10},
        {"ItemRefId": materials["HOOK"], "Quantity": Decimal(5)},
    ]
    body = {"Name": name, "ItemRefId": goods["id"], "Type": "Subcontract", "Status": "Active"}
    answer = api.call("createBom", {**body, "OutputQuantity": 3, "Lines": lines})
    assert answer.status == 201, answer.raw
    return goods, materials


def _received(api: Api, name: str, receipts: list[tuple[int, int]]) -> tuple[Record, dict[str, str], Record]:
    """An order after all its receipts, of accepted and rejected goods; its materials; the goods' record."""
    goods, materials = _goods(api, name)
    vendor = next(each["id"] for each in api.every("listVendor") if each["IsSubcontractor"])
    body = {"SubcontractorRefId": vendor, "ItemRefId": goods["id"], "RatePerUnit": Decimal("7.35")}
    order = api.call("createSubcontractOrder", {**body, "OrderedQuantity": ORDERED}).body
    wanted = [
        {"ItemRefId": each["ItemRefId"], "Quantity": each["RequiredQuantity"]} for each in order["Materials"]
    ]
    issue = {"ChallanNumber": name, "Materials": wanted}
    assert api.call("issueSubcontractMaterials", issue, id=order["id"]).status == 200
    for accepted, rejected in receipts:
        receipt = {"AcceptedQuantity": accepted, "RejectedQuantity": rejected}
        answer = api.call("receiveSubcontractGoods", receipt, id=order["id"])
        assert answer.status == 200, answer.raw
        order = answer.body
    return order, materials, api.read("getItem", id=goods["id"])


def _figures(order: Record, materials: dict[str, str]) -> dict[str, Any]:
    words = {id: word for word, id in materials.items()}
    members = ("IssuedQuantity", "ConsumedQuantity", "BalanceQuantity", "BalanceValue")
    return {
        "state": (order["Status"], order["AcceptedQuantity"], order["RejectedQuantity"]),
        "materials": {
            words[each["ItemRefId"]]: [each[member] for member in members] for each in order["Materials"]
        },
    }


@pytest.mark.parametrize(
    "parts",
    [
        [(3, 0), (4, 1), (4, 0)],
        [(4, 0), (3, 0), (4, 1)],
        [(1, 0)] * 11 + [(0, 1)],
    ],
    ids=["three receipts", "in another order", "one by one"],
)
def test_receipts_in_parts_come_to_one_receipt_of_all(
    api: Api, parts: list[tuple[int, int]], request: pytest.FixtureRequest
) -> None:
    place = request.node.callspec.indices["parts"]
    whole, whole_materials, whole_goods = _received(api, f"WHOLE{place}", [(11, 1)])
    order, materials, goods = _received(api, f"PARTS{place}", parts)
    assert _figures(order, materials) == _figures(whole, whole_materials)
    spent = [each["Cost"]["Material"] + each["Cost"]["RejectedMaterial"] for each in (order, whole)]
    assert spent[0] == spent[1], "all that was consumed, to the paisa"
    assert order["Cost"]["Service"] == whole["Cost"]["Service"]
    for member in ("OnHandQuantity", "QuarantineQuantity"):
        assert goods[member] == whole_goods[member]
