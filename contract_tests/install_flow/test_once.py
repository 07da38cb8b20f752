"""What works once works once, and whoever comes with it a second time ends all that came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from contract_tests.install_flow.app import App, alert_of, led_back, refused
from contract_tests.install_flow.conftest import Register
from contract_tests.kit import Control, Target


def test_a_code_that_is_used_twice_ends_its_tokens(app: App, target: Target) -> None:
    code = app.code(target.tenant)
    tokens = app.exchange(code).json()
    assert app.me(tokens["access_token"]).status_code == 200
    assert "used before" in refused(app.exchange(code), "invalid_grant")
    assert app.me(tokens["access_token"]).status_code == 401
    refused(app.refresh(tokens["refresh_token"]), "invalid_grant")


def test_a_refresh_token_that_is_used_twice_ends_the_whole_family(app: App, target: Target) -> None:
    first = app.install(target.tenant)
    second = app.refresh(first["refresh_token"]).json()
    third = app.refresh(second["refresh_token"]).json()
    assert "used before" in refused(app.refresh(first["refresh_token"]), "invalid_grant")
    for tokens in (first, second, third):
        assert app.me(tokens["access_token"]).status_code == 401
        refused(app.refresh(tokens["refresh_token"]), "invalid_grant")


def test_what_a_person_approved_another_time_stays(app: App, target: Target) -> None:
    first, second = app.install(target.tenant), app.install(target.tenant)
    app.refresh(first["refresh_token"])
    refused(app.refresh(first["refresh_token"]), "invalid_grant")
    assert app.me(second["access_token"]).status_code == 200
    assert app.refresh(second["refresh_token"]).status_code == 200


def test_of_many_that_come_with_one_code_one_gets_tokens_at_most(app: App, target: Target) -> None:
    code = app.code(target.tenant)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: app.exchange(code), range(8)))
    good = [answer for answer in answers if answer.status_code == 200]
    assert len(good) == 1
    assert app.me(good[0].json()["access_token"]).status_code == 401


def test_a_form_is_sent_once(app: App, target: Target) -> None:
    query = app.query()
    form = {
        "form": app.form(app.page(query)),
        "entity": f"{target.tenant.org}/{target.tenant.entity}",
        "scopes": ["bom:read"],
        "decision": "approve",
    }
    assert "code" in led_back(app.send(query, form))
    again = app.send(query, form)
    assert again.status_code == 400
    assert "sent before" in alert_of(again)


@pytest.mark.parametrize("change", ["no form", "another form", "another request", "another end"])
def test_a_form_that_is_not_the_pages_changes_nothing(
    app: App, target: Target, control: Control, change: str
) -> None:
    query = app.query()
    token = app.form(app.page(query))
    form_id, expires_at, digest = token.split(".")
    sent = {
        "no form": "",
        "another form": f"{form_id[::-1]}.{expires_at}.{digest}",
        "another request": token,
        "another end": f"{form_id}.{int(expires_at) + 1}.{digest}",
    }[change]
    if change == "another request":
        query = app.query(["bom:read", "recipe:read"])
    before = control.send("GET", "/installs?limit=200")["installs"]
    form = {
        "form": sent,
        "entity": f"{target.tenant.org}/{target.tenant.entity}",
        "scopes": ["bom:read"],
        "decision": "approve",
    }
    assert app.send(query, form).status_code == 400
    assert control.send("GET", "/installs?limit=200")["installs"] == before


@pytest.mark.parametrize(
    "change",
    [
        {"entity": ""},
        {"entity": "org-veloma/ent-of-nobody"},
        {"entity": "org-veloma"},
        {"scopes": []},
        {"scopes": ["recipe:read"]},
        {"decision": ""},
        {"decision": "perhaps"},
        {"decision": "rehearse", "error": "no_such_error"},
    ],
)
def test_a_choice_that_is_none_shows_the_page_again_and_changes_nothing(
    app: App, target: Target, control: Control, change: dict[str, object]
) -> None:
    query = app.query()
    form = {
        "form": app.form(app.page(query)),
        "entity": f"{target.tenant.org}/{target.tenant.entity}",
        "scopes": ["bom:read"],
        "decision": "approve",
        **change,
    }
    before = control.send("GET", "/installs?limit=200")["installs"]
    page = app.send(query, form)
    assert page.status_code == 400
    assert alert_of(page)
    assert control.send("GET", "/installs?limit=200")["installs"] == before


def test_a_scope_that_was_not_asked_for_cannot_be_slipped_in(app: App, target: Target) -> None:
    tokens = app.install(target.tenant, ["bom:read", "bom:delete"])
    assert tokens["scope"] == "bom:read"


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "anything"])
def test_a_token_can_be_revoked_whatever_the_hint(app: App, target: Target, hint: str | None) -> None:
    tokens = app.install(target.tenant)
    for _ in range(2):
        answer = app.revoke(token=tokens["access_token"], token_type_hint=hint)
        assert (answer.status_code, answer.json()) == (200, {})
    assert app.me(tokens["access_token"]).status_code == 401
    tokens = app.refresh(tokens["refresh_token"]).json()
    assert app.revoke(token=tokens["refresh_token"], token_type_hint=hint).status_code == 200
    assert app.me(tokens["access_token"]).status_code == 401
    refused(app.refresh(tokens["refresh_token"]), "invalid_grant")


def test_revoking_what_is_no_token_is_fine_and_nothing_is_not(app: App) -> None:
    for token in ("0" * 64, "é\0", "a.b.c"):
        assert app.revoke(token=token).status_code == 200
    refused(app.revoke(), "invalid_request")
    refused(app.revoke(client_id=None, token="0" * 64), "invalid_client", 401)


def test_a_client_that_is_deleted_leaves_nothing_that_works(
    register: Register, target: Target, control: Control
) -> None:
    app = register()
    tokens, code = app.install(target.tenant), app.code(target.tenant)
    control.send("DELETE", f"/oauth-clients/{app.client_id}")
    assert app.me(tokens["access_token"]).status_code == 401
    refused(app.exchange(code), "invalid_client")
    refused(app.refresh(tokens["refresh_token"]), "invalid_client")
    assert app.page(app.query()).status_code == 400
