"""Tokens and installs: each documented 401, with its words."""

from __future__ import annotations

import secrets

import pytest

from contract_tests.kit import Client, Control


def test_a_missing_token_is_401(client: Client) -> None:
    body = client.using(None).refusal("healthCheck", 401, "invalid_token")
    assert body["message"] == "Missing or malformed Bearer token."


def test_a_token_of_nobody_is_401(client: Client) -> None:
    body = client.using("not.a.token").refusal("healthCheck", 401, "invalid_token")
    assert body["message"] == "Token invalid or expired."


def test_an_expired_token_is_401(client: Client, control: Control) -> None:
    expired = control.token(client.tenant, expires_in=-60)
    body = client.using(expired).refusal("healthCheck", 401, "invalid_token")
    assert body["message"] == "Access token expired."


def test_a_revoked_token_is_401_and_others_of_its_install_still_work(
    client: Client, control: Control
) -> None:
    revoked, kept = control.token(client.tenant), control.token(client.tenant)
    client.using(revoked).call("healthCheck", expect=200)
    control.revoke(revoked)
    client.using(revoked).refusal("healthCheck", 401, "invalid_token")
    client.using(kept).call("healthCheck", expect=200)


def test_an_inactive_install_is_401_until_it_is_active_again(client: Client, control: Control) -> None:
    install = control.install(client.tenant)
    caller = client.using(control.token(client.tenant, install=install))
    caller.call("healthCheck", expect=200)
    control.change(install, status="inactive")
    caller.refusal("healthCheck", 401, "invalid_install")
    control.change(install, status="active")
    caller.call("healthCheck", expect=200)


def test_a_disabled_client_is_401(client: Client, control: Control) -> None:
    install = control.install(client.tenant, client_disabled=True)
    caller = client.using(control.token(client.tenant, install=install))
    body = caller.refusal("healthCheck", 401, "invalid_client")
    assert body["message"] == "Client disabled."


def test_a_client_is_disabled_with_all_of_its_installs(client: Client, control: Control) -> None:
    name = f"client-{secrets.token_hex(6)}"
    first, second = (control.install(client.tenant, client_id=name) for _ in range(2))
    callers = [client.using(control.token(client.tenant, install=each)) for each in (first, second)]
    for caller in callers:
        caller.call("healthCheck", expect=200)
    control.change(second, client_disabled=True)
    third = control.install(client.tenant, client_id=name)
    callers.append(client.using(control.token(client.tenant, install=third)))
    for caller in callers:
        caller.refusal("healthCheck", 401, "invalid_client")
    client.call("healthCheck", expect=200)
    control.change(first, client_disabled=False)
    for caller in callers:
        caller.call("healthCheck", expect=200)


def test_an_uninstalled_app_is_401(client: Client, control: Control) -> None:
    install = control.install(client.tenant)
    caller = client.using(control.token(client.tenant, install=install))
    control.uninstall(install)
    caller.refusal("healthCheck", 401, "invalid_token")


def test_scopes_that_an_install_loses_are_lost_to_its_tokens(client: Client, control: Control) -> None:
    install = control.install(client.tenant)
    caller = client.using(control.token(client.tenant, install=install))
    caller.call("listItem", expect=200)
    control.change(install, scopes=["contacts:read"])
    caller.refusal("listItem", 403, "insufficient_scope")
    assert caller.call("getInstallContext", expect=200).json()["scopes"] == ["contacts:read"]


def test_me_shows_the_install_and_what_was_granted(client: Client, control: Control) -> None:
    granted = ["book:read"]
    me = client.using(control.token(client.tenant, granted)).call("getInstallContext", expect=200).json()
    assert (me["org_ref_id"], me["entity_ref_id"]) == (client.tenant.org, client.tenant.entity)
    assert me["scopes"] == granted


@pytest.mark.parametrize("scheme", ["Basic", "Token", "JWT"])
def test_only_bearer_is_a_scheme(client: Client, scheme: str) -> None:
    answer = client.using(None).send(
        "GET", client.url("healthCheck"), headers={"Authorization": f"{scheme} {client.token}"}
    )
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
