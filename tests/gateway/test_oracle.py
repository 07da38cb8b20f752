"""The stock Connexion stack, with its own validation, gives the answers that our own layers give."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.app import build_app
from tests.asgi import Client, base_of, token_for
from tests.gateway.oracle import build_oracle

RIM, UNKNOWN = "PT-RIM-700", "019e2d80-5a00-7c11-8b3e-0a1b2c3d4e5f"


@pytest.fixture
def pair(sandbox: Any) -> tuple[Client, Client]:
    """Ours and the oracle, on the same sandbox."""
    token = token_for(sandbox)
    return Client(build_app(sandbox), token), Client(build_oracle(sandbox), token)


def _same(pair: tuple[Client, Client], method: str, path: str, body: Any = None, **options: Any) -> Any:
    ours, theirs = (client(method, base_of() + path, body, **options) for client in pair)
    assert (ours.status, ours.body) == (theirs.status, theirs.body), path
    return json.loads(ours.body)


def test_reads_agree_byte_for_byte(pair: tuple[Client, Client]) -> None:
    boms = _same(pair, "GET", "/boms?limit=200")["boms"]
    for bom in boms:
        _same(pair, "GET", f"/boms/{bom['id']}")
        _same(pair, "GET", f"/boms/{bom['id']}/material-requirements?plannedQty=10&levels=single")
        _same(pair, "GET", f"/items/{bom['ItemRefId']}/active-bom")
        _same(pair, "GET", f"/items/{bom['ItemRefId']}/where-used")
    items = _same(pair, "GET", "/item?limit=200")["items"]
    for item in items:
        _same(pair, "GET", f"/item/{item['id']}")
    for path in (
        "/boms",
        "/boms?limit=3&status=Active",
        "/boms?search=wheel&isArchived=true",
        "/bom-reports/cost-analysis",
        "/bom-reports/component-usage?limit=2",
        "/vendor",
        "/webhooks",
        "/webhooks/topics",
        "/invoices",
        f"/boms/{UNKNOWN}",
    ):
        _same(pair, "GET", path)


def test_refusals_agree_in_status(pair: tuple[Client, Client]) -> None:
    ours, theirs = pair
    item = _same(pair, "GET", "/item?limit=1")["items"][0]["id"]
    for method, path, body in (
        ("GET", "/boms/not-a-uuid", None),
        ("GET", "/boms?limit=0", None),
        ("GET", "/boms?limit=many", None),
        ("POST", "/boms", {"Name": "x"}),
        ("POST", "/boms", {"Name": "x", "ItemRefId": item, "Lines": [], "Unknown": 1}),
        (
            "POST",
            "/boms",
            {"Name": "x", "ItemRefId": UNKNOWN, "Lines": [{"ItemRefId": UNKNOWN, "Quantity": 1}]},
        ),
        ("POST", "/boms", {"Name": "x", "ItemRefId": item, "Lines": [{"ItemRefId": item, "Quantity": 1}]}),
        ("PUT", f"/boms/{UNKNOWN}", {"Name": "y"}),
        ("DELETE", "/boms", {"ids": ["x"]}),
    ):
        mine, other = ours(method, base_of() + path, body), theirs(method, base_of() + path, body)
        assert mine.status == other.status, (method, path, mine.body, other.body)


def test_writes_agree_but_for_what_is_new_each_time(pair: tuple[Client, Client]) -> None:
    ours, theirs = pair
    items = {item["ItemCode"]: item["id"] for item in _same(pair, "GET", "/item?limit=200")["items"]}
    body = {
        "Name": "Wheel of the oracle",
        "ItemRefId": items["SF-WHEEL-F"],
        "OutputQuantity": 10,
        "Lines": [
            {"ItemRefId": items[RIM], "Quantity": 10},
            {"ItemRefId": items["PT-RTAPE"], "Quantity": 22.5},
        ],
    }
    answers = [client("POST", base_of() + "/boms", body) for client in (ours, theirs)]
    assert [answer.status for answer in answers] == [201, 201]
    first, second = (answer.json() for answer in answers)
    for made in (first, second):
        assert made.pop("id")
        assert made.pop("BomNumber")
        for line in made["Lines"]:
            assert line.pop("id")
    assert first == second
