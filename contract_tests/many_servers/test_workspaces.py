"""A workspace that one server makes, resets or ends is so at the other one too."""

from __future__ import annotations

import httpx

from contract_tests.kit import Client, Control, Fixtures
from contract_tests.many_servers.test_shared_state import control_of, eventually

BODY = {"clock": {"pinned_at": "2026-06-15T06:30:00Z"}}


def test_one_server_serves_what_the_other_made_until_it_ends(
    pair: list[Fixtures], http: httpx.Client
) -> None:
    made = control_of(pair[0]).send("POST", "/workspaces", BODY)
    token, workspace = made["tokens"][0]["access_token"], made["id"]
    one, other = (fixtures.client.using(token) for fixtures in pair)
    near = [Control(f"{each.client.target.control}/workspaces/{workspace}", http) for each in pair]
    bom = made_at(one, near[0], pair[0])
    assert other.call("getBom", id=bom).status_code == 200
    near[1].send("PUT", "/snapshots/with")
    near[0].send("POST", "/reset")
    assert other.call("getBom", id=bom).status_code == 404
    near[0].send("POST", "/snapshots/with/restore")
    assert other.call("getBom", id=bom).status_code == one.call("getBom", id=bom).status_code == 200
    near[0].advance_clock(3600)
    assert eventually(lambda: near[1].clock()["now"] == "2026-06-15T07:30:00.000Z")
    control_of(pair[1]).send("DELETE", f"/workspaces/{workspace}")
    assert eventually(lambda: one.call("listBoms").status_code == 401)
    assert pair[0].client.call("listBoms").status_code == 200


def made_at(client: Client, control: Control, fixtures: Fixtures) -> str:
    """A BOM in the workspace."""
    found: str = Fixtures(client, control, fixtures.label()).bom()["id"]
    return found
