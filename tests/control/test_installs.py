"""The control plane, and what the gateway makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.app import build_app
from mock_server.tokens import demo_install_id
from tests.asgi import E1, E2, Client, base_of, token_for

INSTALLS = "/_sandbox/v1/installs"
OWN = f"{INSTALLS}/{demo_install_id(*E1)}"


@pytest.fixture
def app(sandbox: Any) -> Any:
    """The whole application."""
    return build_app(sandbox)


@pytest.fixture
def control(app: Any) -> Client:
    """A client on this machine, without a token."""
    return Client(app)


@pytest.fixture
def client(app: Any, sandbox: Any) -> Client:
    """A client of the first entity with all scopes."""
    return Client(app, token_for(sandbox))


def _item(client: Client, code: str) -> Any:
    return client("GET", f"{base_of()}/item?itemCode={code}").json()["items"][0]


def test_the_control_plane_is_closed_to_other_machines(control: Client) -> None:
    assert control("GET", INSTALLS).status == 200
    assert control("GET", INSTALLS, host="192.0.2.7").status == 404


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"status": "inactive"}, 401, "invalid_install"),
        ({"client_disabled": True}, 401, "invalid_client"),
        ({"credits": {"mode": "unavailable"}}, 503, "AI_CREDITS_CHECK_UNAVAILABLE"),
        ({"credits": {"mode": "metered", "balance": 0}}, 402, "INSUFFICIENT_AI_CREDITS"),
        ({"rate_limit": 0}, 429, "rate_limited"),
        ({"scopes": ["bom:create"]}, 403, "insufficient_scope"),
    ],
)
def test_the_state_of_an_install_counts_from_the_next_request(
    client: Client, control: Client, change: Any, status: int, error: str
) -> None:
    assert client("GET", f"{base_of()}/boms").status == 200
    assert control("PATCH", OWN, change).status == 200
    refused = client("GET", f"{base_of()}/boms")
    assert (refused.status, refused.json()["error"]) == (status, error)
    assert ("www-authenticate" in refused.headers) == (status == 401)
    assert ("retry-after" in refused.headers) == (status in {429, 503})


def test_a_plan_refusal_has_the_second_shape_and_spends_no_budget(client: Client, control: Client) -> None:
    control(
        "PATCH", OWN, {"rate_limit": 10, "plan": {"covers_public_api": False, "refusal": "LIMIT_EXCEEDED"}}
    )
    for _ in range(3):
        refused = client("GET", f"{base_of()}/boms")
    assert refused.status == 403
    assert refused.json()["success"] is False
    assert refused.json()["error"]["code"] == "LIMIT_EXCEEDED"
    assert refused.headers["ratelimit-remaining"] == "10"


def test_credits_are_taken_for_each_request_but_health_and_me(client: Client, control: Client) -> None:
    control("PATCH", OWN, {"credits": {"mode": "metered", "balance": 2, "price_per_request": 1}})
    assert client("GET", "/public/v1/health").status == 200
    assert client("GET", "/public/v1/me").status == 200
    assert [client("GET", f"{base_of()}/boms").status for _ in range(3)] == [200, 200, 402]
    assert control("GET", OWN).json()["credits"]["balance"] == 0


def test_an_uninstalled_app_has_no_valid_token(client: Client, control: Client) -> None:
    assert control("DELETE", OWN).json()["status"] == "uninstalled"
    assert client("GET", "/public/v1/me").json()["error"] == "invalid_token"
    assert control("PATCH", OWN, {"status": "active"}).status == 409


def test_a_revoked_token_is_refused_and_others_go_on(app: Any, control: Client) -> None:
    body = {"org_ref_id": E1[0], "entity_ref_id": E1[1]}
    first, second = (control("POST", "/_sandbox/v1/tokens", body).json()["access_token"] for _ in range(2))
    assert control("POST", "/_sandbox/v1/tokens/revoke", {"access_token": first}).json()["modified"] == 1
    assert control("POST", "/_sandbox/v1/tokens/revoke", {"access_token": first}).json()["modified"] == 0
    assert Client(app, first)("GET", "/public/v1/me").status == 401
    assert Client(app, second)("GET", "/public/v1/me").status == 200


def test_a_token_can_be_made_expired(app: Any, control: Client) -> None:
    body = {"org_ref_id": E1[0], "entity_ref_id": E1[1], "expires_in": -1}
    token = control("POST", "/_sandbox/v1/tokens", body).json()["access_token"]
    refused = Client(app, token)("GET", "/public/v1/me")
    assert (refused.status, refused.json()["message"]) == (401, "Access token expired.")


def test_a_new_token_gives_no_new_budget(app: Any, control: Client, sandbox: Any) -> None:
    control("PATCH", OWN, {"rate_limit": 3})
    statuses = [Client(app, token_for(sandbox))("GET", "/public/v1/health").status for _ in range(2)]
    body = {"org_ref_id": E1[0], "entity_ref_id": E1[1]}
    token = control("POST", "/_sandbox/v1/tokens", body).json()["access_token"]
    statuses += [Client(app, token)("GET", "/public/v1/health").status for _ in range(2)]
    assert statuses == [200, 200, 200, 429]


def test_a_new_standard_cost_rolls_up_through_every_bom_above(client: Client, control: Client) -> None:
    bicycle = _item(client, "FG-CITY-28-RED")["id"]
    before = client("GET", f"{base_of()}/items/{bicycle}/active-bom").json()
    rim = _item(client, "PT-RIM-700")
    path = f"/_sandbox/v1/orgs/{E1[0]}/entities/{E1[1]}/items/{rim['id']}"
    assert control("PATCH", path, {"StandardCost": 660}).json()["StandardCost"] == 660
    after = client("GET", f"{base_of()}/items/{bicycle}/active-bom").json()
    assert round(after["UnitCost"] - before["UnitCost"], 6) == 20
    assert after["Revision"] == before["Revision"]


def test_an_inactive_item_is_refused_in_a_new_bom(client: Client, control: Client) -> None:
    rim, wheel = _item(client, "PT-RIM-700"), _item(client, "SF-WHEEL-F")
    control("PATCH", f"/_sandbox/v1/orgs/{E1[0]}/entities/{E1[1]}/items/{rim['id']}", {"IsActive": False})
    body = {"Name": "w", "ItemRefId": wheel["id"], "Lines": [{"ItemRefId": rim["id"], "Quantity": 1}]}
    refused = client("POST", f"{base_of()}/boms", body)
    assert (refused.status, refused.json()["error"]) == (422, "inactive_item")


def test_an_item_of_one_entity_is_unknown_in_another(
    client: Client, control: Client, sandbox: Any, app: Any
) -> None:
    path = f"/_sandbox/v1/orgs/{E2[0]}/entities/{E2[1]}/items"
    made = control("POST", path, {"ItemCode": "NEW", "Name": "New", "Uom": "NOS"})
    assert made.status == 201
    assert control("POST", path, {"ItemCode": "NEW", "Name": "New", "Uom": "NOS"}).status == 409
    assert client("GET", f"{base_of()}/item/{made.json()['id']}").status == 404
    assert Client(app, token_for(sandbox, E2))("GET", f"{base_of(E2)}/item/{made.json()['id']}").status == 200


def test_an_item_that_came_in_at_no_cost_keeps_that_average_when_it_is_gone(
    client: Client, control: Client
) -> None:
    entity = f"/_sandbox/v1/orgs/{E1[0]}/entities/{E1[1]}"
    item = control("POST", f"{entity}/items", {"ItemCode": "GIFT", "Name": "Gift", "Uom": "NOS"}).json()
    assert _item(client, "GIFT")["AverageUnitCost"] is None, "nothing ever came in"
    for quantity in (3, -3):
        body = {"ItemRefId": item["id"], "Quantity": quantity, "UnitCost": 0}
        if quantity < 0:
            del body["UnitCost"]
        assert control("POST", f"{entity}/stock-adjustments", body).status == 201
        assert _item(client, "GIFT")["AverageUnitCost"] == 0
