"""An app is installed at one server and gets along at the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx

from contract_tests.install_flow import App, led_back, refused
from contract_tests.kit import Target
from contract_tests.many_servers.test_shared_state import eventually


def apps(servers: list[Target], http: httpx.Client) -> list[App]:
    """The demo app at each server, with one verifier."""
    first, second = (App(target.origin, http, "demo-app") for target in servers)
    second.verifier = first.verifier
    return [first, second]


def is_ended(app: App, access_token: str) -> bool:
    """Whether a server refuses a token."""
    return app.me(access_token).status_code == 401


def test_page_code_tokens_and_their_end_are_of_both(servers: list[Target], http: httpx.Client) -> None:
    one, other = apps(servers, http)
    query = one.query()
    form = {
        "form": one.form(one.page(query)),
        "entity": f"{servers[0].tenant.org}/{servers[0].tenant.entity}",
        "scopes": ["bom:read"],
        "decision": "approve",
    }
    code = led_back(other.send(query, form))["code"]
    assert one.send(query, form).status_code == 400
    first = one.exchange(code).json()
    assert other.me(first["access_token"]).status_code == 200
    second = other.refresh(first["refresh_token"]).json()
    assert one.me(second["access_token"]).status_code == 200
    refused(one.refresh(first["refresh_token"]), "invalid_grant")
    for app in (one, other):
        assert eventually(partial(is_ended, app, second["access_token"]))
        refused(app.refresh(second["refresh_token"]), "invalid_grant")


def test_of_many_refreshes_at_both_one_is_answered_at_most(servers: list[Target], http: httpx.Client) -> None:
    both = apps(servers, http)
    token = both[0].install(servers[0].tenant)["refresh_token"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: both[number % 2].refresh(token), range(8)))
    good = [answer for answer in answers if answer.status_code == 200]
    assert len(good) == 1
    assert eventually(partial(is_ended, both[1], good[0].json()["access_token"]))
