"""Workspaces are sandboxes of their own behind one address: the token decides which one answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.kit import (
    Client,
    Contract,
    Control,
    Fixtures,
    Record,
    Target,
    Tenant,
    database_server,
    new_schema,
    sandbox,
)

PINNED = {"pinned_at": "2026-06-15T06:30:00Z"}
_READS = ("listItem", "listVendor", "listBoms", "listRecipes", "listWorkOrders", "listQualityInspections")


class Shop:
    """A server, and clients of its workspaces."""

    def __init__(self, target: Target, contract: Contract, http: httpx.Client) -> None:
        assert target.control is not None
        self.target = target
        self.root = Control(target.control, http)
        self._contract = contract
        self._http = http

    def asked(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """A request to the control plane, which may refuse it."""
        assert self.target.control is not None
        return self._http.request(method, self.target.control + path, json=body)

    def make(self, **fields: Any) -> tuple[Record, Fixtures]:
        """A new workspace, and the fixtures of its first entity."""
        made = self.root.send("POST", "/workspaces", {"clock": PINNED, **fields})
        return made, self.fixtures(made["id"], made["tokens"][0]["access_token"])

    def fixtures(self, workspace: str, token: str) -> Fixtures:
        """The first entity of a workspace."""
        tenant = replace(self.target.tenant, token=token)
        target = replace(self.target, tenant=tenant)
        return Fixtures(Client(target, self._contract, self._http, token), self.control(workspace), "KIT")

    def control(self, workspace: str) -> Control:
        """The control plane of a workspace."""
        return Control(f"{self.target.control}/workspaces/{workspace}", self._http)


@pytest.fixture(scope="module")
def shop(factory: Target, contract: Contract, http: httpx.Client) -> Shop:
    """A server of the module's own."""
    return Shop(factory, contract, http)


@pytest.fixture
def pair(shop: Shop) -> Iterator[tuple[Fixtures, Fixtures]]:
    """Two workspaces alike."""
    made = [shop.make() for _ in "12"]
    yield made[0][1], made[1][1]
    for record, _ in made:
        shop.root.send("DELETE", f"/workspaces/{record['id']}")


def state_of(fixtures: Fixtures) -> list[bytes]:
    """All lists of an entity."""
    return [fixtures.client.call(name, expect=200).content for name in _READS]


def test_what_one_workspace_does_no_other_shows(shop: Shop, pair: tuple[Fixtures, Fixtures]) -> None:
    one, other = pair
    before, first = state_of(other), state_of(shop.fixtures("default", shop.target.tenant.token))
    bom = one.bom()
    assert one.client.call("getBom", id=bom["id"]).status_code == 200
    assert other.client.call("getBom", id=bom["id"]).status_code == 404
    assert state_of(other) == before
    assert state_of(shop.fixtures("default", shop.target.tenant.token)) == first
    assert before == first, "the same ids, numbers and times everywhere"


def test_the_same_calls_get_the_same_answers_in_every_workspace(pair: tuple[Fixtures, Fixtures]) -> None:
    def told(fixtures: Fixtures) -> list[Any]:
        item = fixtures.control.new_item(fixtures.client.tenant, "ALIKE") if fixtures.control else None
        assert item is not None
        answers = [
            fixtures.client.call("createBom", json=body)
            for body in (
                {"Name": "Alike", "ItemRefId": item["id"], "Lines": []},
                {"Name": "Alike", "ItemRefId": item["id"]},
            )
        ]
        body = {"topics": ["bom.created"], "delivery_mode": "pull"}
        answers.append(fixtures.client.call("createWebhookSubscription", json=body))
        return [(each.status_code, each.content, each.headers["x-request-id"]) for each in answers]

    one, other = pair
    assert told(one) == told(other)


def test_a_token_of_another_workspace_is_of_no_use_in_the_control_plane_of_this_one(shop: Shop) -> None:
    made, fixtures = shop.make()
    token = fixtures.client.token
    revoked = shop.root.send("POST", "/tokens/revoke", {"access_token": token})
    assert revoked["modified"] == 0
    assert fixtures.client.call("getInstallContext").status_code == 200
    shop.control(made["id"]).revoke(str(token))
    assert fixtures.client.call("getInstallContext").status_code == 401


def test_an_ended_workspace_is_gone_with_its_tokens(shop: Shop) -> None:
    made, fixtures = shop.make(id="short-lived")
    assert shop.asked("GET", "/workspaces/short-lived").json()["id"] == "short-lived"
    assert shop.root.send("DELETE", "/workspaces/short-lived") == {"ok": True, "modified": 1}
    assert fixtures.client.call("listBoms").status_code == 401
    for path in ("/workspaces/short-lived", "/workspaces/short-lived/clock"):
        assert shop.asked("GET", path).status_code == 404
    again, fresh = shop.make(id="short-lived")
    assert again["created_at"] >= made["created_at"]
    assert fresh.client.call("listBoms").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"id": "Not-Small"}, 400, "/id"),
        ({"id": "default"}, 409, "/id"),
        ({"seed": "other"}, 400, "/seed"),
        ({"seed": "demo", "from_workspace": "default"}, 400, "/from_workspace"),
        ({"from_snapshot": "a"}, 400, "/from_workspace"),
        ({"clock": {"pinned_at": "0001-01-01T00:00:00Z"}}, 400, "/clock/pinned_at"),
        ({"expires_in": 0}, 400, "/expires_in"),
        ({"from_workspace": "nowhere"}, 404, None),
        ({"from_workspace": "default", "from_snapshot": "none"}, 404, None),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_made(
    shop: Shop, body: Record, status: int, pointer: str | None
) -> None:
    before = shop.root.send("GET", "/workspaces")
    answer = shop.asked("POST", "/workspaces", body)
    assert answer.status_code == status, answer.text
    assert answer.json().get("details", [{}])[0].get("pointer") == pointer
    assert shop.root.send("GET", "/workspaces") == before


def test_the_first_workspace_neither_ends_nor_holds_others(shop: Shop) -> None:
    assert shop.asked("DELETE", "/workspaces/default").json()["error"] == "default_workspace"
    assert shop.asked("PATCH", "/workspaces/default", {"name": "x"}).status_code == 409
    assert shop.asked("GET", "/workspaces/default/clock").status_code == 200
    assert shop.asked("GET", "/workspaces/default/workspaces").status_code == 404


def test_a_reset_brings_back_the_seed_and_the_beginning_of_the_clock(shop: Shop) -> None:
    made, fixtures = shop.make()
    before = state_of(fixtures)
    first = fixtures.bom()
    control = shop.control(made["id"])
    control.advance_clock(86_400)
    control.send("POST", "/reset")
    assert state_of(fixtures) == before
    assert control.clock()["now"] == "2026-06-15T06:30:00.000Z"
    assert fixtures.client.call("getBom", id=first["id"]).status_code == 404
    assert control.send("GET", "/diff")["differences"] == []


def test_an_empty_workspace_has_entities_and_nothing_in_them(shop: Shop) -> None:
    _, fixtures = shop.make(seed="empty")
    assert fixtures.client.every("listItem") == fixtures.client.every("listBoms") == []
    assert fixtures.bom()["BomNumber"] == "BOM-0001"


def test_a_snapshot_is_restored_compared_and_forked(shop: Shop) -> None:
    made, fixtures = shop.make()
    control = shop.control(made["id"])
    orders = fixtures.client.every("listWorkOrders", {"status": "InProgress"})
    [order] = [each for each in orders if each["WorkOrderNumber"] == "WO-0003"]
    taken = shop.asked("PUT", f"/workspaces/{made['id']}/snapshots/before")
    assert taken.status_code == 201, taken.text
    assert taken.headers["location"] == f"/_sandbox/v1/workspaces/{made['id']}/snapshots/before"
    body = {"CompletedQuantity": order["PlannedQuantity"]}
    fixtures.client.call("completeWorkOrder", expect=200, id=order["id"], json=body)
    diff = control.send("GET", "/diff?from=before")
    [told] = [each for each in diff["differences"] if each["kind"] == "work order"]
    assert told["id"] == order["id"]
    assert f"{order['WorkOrderNumber']}: " in told["text"]
    states = [each for each in told["members"] if each["pointer"] == "/Status"]
    assert states == [{"pointer": "/Status", "from": '"InProgress"', "to": '"Completed"'}]
    assert any("on hand" in each["text"] for each in diff["differences"] if each["kind"] == "item")
    now = state_of(fixtures)
    copy, forked = shop.make(from_workspace=made["id"], clock={"pinned_at": "2026-06-15T06:30:00Z"})
    assert state_of(forked) == now
    control.send("POST", "/snapshots/before/restore")
    assert control.send("GET", "/diff?from=before")["differences"] == []
    assert state_of(forked) == now != state_of(fixtures)
    old, kept = shop.make(from_workspace=made["id"], from_snapshot="before")
    assert state_of(kept) == state_of(fixtures)
    assert (copy["from_workspace"], old["from_snapshot"]) == (made["id"], "before")
    assert shop.asked("PUT", f"/workspaces/{made['id']}/snapshots/before").status_code == 200
    control.send("DELETE", "/snapshots/before")
    assert shop.asked("POST", f"/workspaces/{made['id']}/snapshots/before/restore").status_code == 404


def test_there_are_no_more_than_the_server_was_started_for(
    start: Callable[..., Target], contract: Contract, http: httpx.Client
) -> None:
    shop = Shop(start(options=["--max-workspaces", "1"]), contract, http)
    made, _ = shop.make()
    answer = shop.asked("POST", "/workspaces", {})
    assert (answer.status_code, answer.json()["error"]) == (409, "too_many_workspaces")
    shop.root.send("DELETE", f"/workspaces/{made['id']}")
    assert shop.asked("POST", "/workspaces", {}).status_code == 201


def test_a_workspace_ends_when_its_time_is_over(shop: Shop) -> None:
    made, fixtures = shop.make(expires_in=2)
    token = shop.control(made["id"]).token(fixtures.client.tenant)
    deadline = time.monotonic() + 20
    while shop.asked("GET", f"/workspaces/{made['id']}").status_code == 200:
        assert time.monotonic() < deadline
    assert fixtures.client.using(token).call("listBoms").status_code == 401
    assert made["id"] not in [each["id"] for each in shop.root.send("GET", "/workspaces")["workspaces"]]


def test_workspaces_outlive_the_server(tmp_path: Path, contract: Contract, http: httpx.Client) -> None:
    with ExitStack() as opened:
        server = database_server()
        place: dict[str, Any] = {"options": ["--data-dir", str(tmp_path)]}
        if server is not None:
            place = {"database": opened.enter_context(new_schema(server))}
        made, bom = begun(place, contract, http)
        with sandbox(**place) as second:
            shop = Shop(second, contract, http)
            fixtures = shop.fixtures("kept", made["tokens"][0]["access_token"])
            assert fixtures.read(bom)["id"] == bom["id"]
            shop.control("kept").send("POST", "/snapshots/a/restore")
            assert fixtures.read(bom)["id"] == bom["id"]


def begun(place: dict[str, Any], contract: Contract, http: httpx.Client) -> tuple[Record, Record]:
    """A workspace of a server that has ended since, and a BOM in it."""
    with sandbox(**place) as first:
        shop = Shop(first, contract, http)
        made, fixtures = shop.make(id="kept")
        bom = fixtures.bom()
        shop.asked("PUT", "/workspaces/kept/snapshots/a")
    return made, bom


def test_tenants_of_a_workspace_are_kept_apart_as_ever(shop: Shop) -> None:
    made, fixtures = shop.make()
    foreign = made["tokens"][1]
    tenant = Tenant(foreign["org_ref_id"], foreign["entity_ref_id"], foreign["access_token"])
    answer = fixtures.client.using(tenant.token).call("listBoms")
    assert (answer.status_code, answer.json()["error"]) == (403, "tenant_scope_violation")
