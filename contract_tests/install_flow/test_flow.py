"""A person installs an app, and the app gets along with what was approved."""

from __future__ import annotations

import pytest

from contract_tests.install_flow.app import SCOPES, App, led_back, refused
from contract_tests.install_flow.conftest import Register
from contract_tests.kit import Control, Target, Tenant


def test_what_a_person_picks_is_what_the_token_may(app: App, tenants: list[Tenant], control: Control) -> None:
    for tenant in tenants[:2]:
        tokens = app.install(tenant, ["bom:read"])
        assert tokens["token_type"] == "Bearer"
        assert tokens["scope"] == "bom:read"
        assert 0 < tokens["expires_in"] <= 3600
        me = app.me(tokens["access_token"]).json()
        assert (me["org_ref_id"], me["entity_ref_id"], me["scopes"]) == (
            tenant.org,
            tenant.entity,
            ["bom:read"],
        )
        assert me["client_id"] == app.client_id
        install = control.send("GET", f"/installs/{me['install_id']}")
        assert (install["status"], install["scopes"]) == ("active", ["bom:read"])


def test_the_state_comes_back_as_it_was_sent(app: App, target: Target) -> None:
    back = led_back(app.decide(target.tenant))
    assert back["state"] == app.query()["state"]
    assert back.keys() == {"code", "state"}


def test_without_a_state_none_comes_back(app: App, target: Target) -> None:
    assert led_back(app.decide(target.tenant, state=None)).keys() == {"code"}


def test_who_approves_again_has_one_install_with_what_was_approved_last(app: App, target: Target) -> None:
    first = app.install(target.tenant)
    second = app.install(target.tenant, ["workOrder:read"])
    mine = [app.me(tokens["access_token"]).json() for tokens in (first, second)]
    assert mine[0]["install_id"] == mine[1]["install_id"]
    assert [each["scopes"] for each in mine] == [["workOrder:read"], ["workOrder:read"]]


def test_an_app_that_was_uninstalled_is_installed_anew(app: App, target: Target, control: Control) -> None:
    first = app.me(app.install(target.tenant)["access_token"]).json()["install_id"]
    control.uninstall(first)
    again = app.me(app.install(target.tenant)["access_token"]).json()["install_id"]
    assert again != first


def test_an_install_that_is_inactive_is_active_once_it_is_approved_again(
    app: App, target: Target, control: Control
) -> None:
    tokens = app.install(target.tenant)
    install = app.me(tokens["access_token"]).json()["install_id"]
    control.change(install, status="inactive")
    assert app.me(tokens["access_token"]).status_code == 401
    app.install(target.tenant)
    assert app.me(tokens["access_token"]).status_code == 200


def test_a_refresh_brings_new_tokens_and_the_old_access_token_stays(app: App, target: Target) -> None:
    tokens = app.install(target.tenant)
    seen = {tokens["refresh_token"]}
    for _ in range(3):
        answer = app.refresh(tokens["refresh_token"])
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert app.me(tokens["access_token"]).status_code == 200
        tokens = answer.json()
        seen.add(tokens["refresh_token"])
        assert tokens["scope"] == " ".join(SCOPES)
        assert app.me(tokens["access_token"]).json()["scopes"] == list(SCOPES)
    assert len(seen) == 4


def test_a_refresh_may_ask_for_less_and_the_next_one_for_all_again(app: App, target: Target) -> None:
    tokens = app.install(target.tenant)
    less = app.refresh(tokens["refresh_token"], scope="bom:read").json()
    assert less["scope"] == "bom:read"
    assert app.me(less["access_token"]).json()["scopes"] == ["bom:read"]
    assert app.refresh(less["refresh_token"]).json()["scope"] == " ".join(SCOPES)


def test_a_confidential_client_authenticates_in_the_body_or_in_the_header(
    keeper: App, target: Target
) -> None:
    assert "refresh_token" in keeper.install(target.tenant)
    fields = {
        "grant_type": "authorization_code",
        "code": keeper.code(target.tenant),
        "redirect_uri": keeper.redirect,
        "code_verifier": keeper.verifier,
    }
    assert keeper.secret is not None
    answer = keeper.http.post(
        f"{keeper.origin}/oauth/token", data=fields, auth=(keeper.client_id, keeper.secret)
    )
    assert answer.status_code == 200, answer.text


def test_a_confidential_client_may_go_without_a_challenge(keeper: App, target: Target) -> None:
    code = keeper.code(target.tenant, code_challenge=None, code_challenge_method=None)
    assert keeper.exchange(code, code_verifier=None).status_code == 200
    # What would take a challenge out of the request helps nobody who has a verifier.
    code = keeper.code(target.tenant, code_challenge=None, code_challenge_method=None)
    refused(keeper.exchange(code), "invalid_request")


def test_a_client_without_refresh_tokens_gets_none(register: Register, target: Target) -> None:
    app = register(grant_types=["authorization_code"])
    tokens = app.install(target.tenant)
    assert "refresh_token" not in tokens
    assert app.me(tokens["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:50123/cb"),
        ("http://127.0.0.1:3000/cb", "http://127.0.0.1:50123/cb"),
        ("http://[::1]/cb", "http://[::1]:50123/cb"),
        ("http://localhost", "http://localhost:3000/any/path?with=query"),
        ("https://app.example.com/cb?one=1", "https://app.example.com/cb?one=1"),
        ("com.example.app:/cb", "com.example.app:/cb"),
    ],
)
def test_an_address_that_fits_what_is_registered_is_led_back_to(
    register: Register, target: Target, registered: str, asked: str
) -> None:
    app = register(redirect_uris=[registered])
    app.redirect = asked
    assert app.me(app.install(target.tenant)["access_token"]).status_code == 200


def test_the_only_address_need_not_be_named(register: Register, target: Target) -> None:
    app = register(redirect_uris=["https://app.example.com/cb"])
    app.redirect = "https://app.example.com/cb"
    code = app.code(target.tenant, redirect_uri=None)
    assert app.exchange(code, redirect_uri=None).status_code == 200


def test_the_metadata_lead_to_all_of_it(app: App, target: Target) -> None:
    found = app.http.get(f"{target.origin}/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == target.origin
    for name in ("authorization", "token", "revocation"):
        assert found[f"{name}_endpoint"].startswith(f"{target.origin}/oauth/")
    assert app.http.get(found["authorization_endpoint"], params=app.query()).status_code == 200
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert set(SCOPES) < set(found["scopes_supported"])


def test_the_contract_names_the_sandbox_that_serves_it(app: App, target: Target) -> None:
    document = app.http.get(f"{target.origin}/openapi.json").json()
    flow = document["components"]["securitySchemes"]["marketplaceOAuth2"]["flows"]["authorizationCode"]
    found = app.http.get(f"{target.origin}/.well-known/oauth-authorization-server").json()
    assert flow["authorizationUrl"] == found["authorization_endpoint"]
    assert flow["tokenUrl"] == flow["refreshUrl"] == found["token_endpoint"]
