"""Every error of RFC 6749 (4.1.2.1 and 5.2) and RFC 7009, and who is led back with it."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.install_flow.app import REDIRECT, SCOPES, App, alert_of, led_back, refused
from contract_tests.install_flow.conftest import Register
from contract_tests.kit import Control, Target

_SECRET = "no secret of anybody"


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        ("unsupported_response_type", {"response_type": "token"}),
        ("unsupported_response_type", {"response_type": "code token"}),
        ("unsupported_response_type", {"response_type": 'é"\\'}),
        ("invalid_request", {"response_type": None}),
        ("invalid_scope", {"scope": "bom:write"}),
        ("invalid_scope", {"scope": "bom:read bom:write"}),
        ("invalid_scope", {"scope": None}),
        ("invalid_scope", {"scope": "   "}),
        ("invalid_request", {"code_challenge": None, "code_challenge_method": None}),
        ("invalid_request", {"code_challenge_method": "plain"}),
        ("invalid_request", {"code_challenge_method": None}),
        ("invalid_request", {"code_challenge": None}),
        ("invalid_request", {"code_challenge": "short"}),
    ],
)
def test_a_request_that_is_wrong_is_led_back_with_its_error(
    app: App, error: str, asked: dict[str, Any]
) -> None:
    back = led_back(app.page(app.query(**asked)))
    assert (back["error"], back["state"]) == (error, app.query()["state"])
    assert back["error_description"].isascii()
    assert "code" not in back


def test_a_scope_that_the_client_may_not_ask_for_is_led_back(register: Register) -> None:
    app = register(scopes=["bom:read"])
    assert led_back(app.page(app.query()))["error"] == "invalid_scope"
    assert app.page(app.query(["bom:read"])).status_code == 200


def test_a_client_that_may_not_ask_for_a_code_is_led_back(register: Register) -> None:
    app = register(grant_types=["refresh_token"])
    assert led_back(app.page(app.query()))["error"] == "unauthorized_client"


def test_a_parameter_that_comes_twice_is_led_back(app: App) -> None:
    query = [*app.query().items(), ("state", "another")]
    assert led_back(app.page(dict(query) | {"state": ["one", "another"]}))["error"] == "invalid_request"


def test_a_client_that_was_disabled_is_led_back(app: App, target: Target, control: Control) -> None:
    install = app.me(app.install(target.tenant)["access_token"]).json()["install_id"]
    control.change(install, client_disabled=True)
    assert led_back(app.decide(target.tenant))["error"] == "unauthorized_client"


def test_a_person_who_denies_leads_back(app: App, target: Target) -> None:
    back = led_back(app.decide(target.tenant, decision="deny"))
    assert (back["error"], back["state"]) == ("access_denied", app.query()["state"])


@pytest.mark.parametrize(
    "error",
    [
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    ],
)
def test_each_error_of_the_page_can_be_had_for_the_asking(app: App, error: str) -> None:
    query = app.query()
    form = {"form": app.form(app.page(query)), "decision": "rehearse", "error": error}
    back = led_back(app.send(query, form))
    assert (back["error"], back["state"]) == (error, query["state"])


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        ("invalid_client", {"client_id": "nobody"}),
        ("invalid_client", {"client_id": "é\0"}),
        ("invalid_client", {"client_id": None}),
        ("invalid_request", {"redirect_uri": None}),
        ("invalid_request", {"redirect_uri": "http://127.0.0.1:9/callback/"}),
        ("invalid_request", {"redirect_uri": "http://127.0.0.1:9/Callback"}),
        ("invalid_request", {"redirect_uri": "http://127.0.0.1:9/callback?more=1"}),
        ("invalid_request", {"redirect_uri": "http://127.0.0.1:9/callback#part"}),
        ("invalid_request", {"redirect_uri": "http://127.0.0.1:0/callback"}),
        ("invalid_request", {"redirect_uri": "http://127.0.0.1:65536/callback"}),
        ("invalid_request", {"redirect_uri": "http://127.0.0.1:9@evil.example/callback"}),
        ("invalid_request", {"redirect_uri": "http://127.0.0.1.evil.example/callback"}),
        ("invalid_request", {"redirect_uri": "http://localhost:9/callback"}),
        ("invalid_request", {"redirect_uri": "https://127.0.0.1:9/callback"}),
        ("invalid_request", {"redirect_uri": "https://evil.example/"}),
        ("invalid_request", {"redirect_uri": "javascript:alert(1)"}),
        ("invalid_request", {"redirect_uri": 'http://127.0.0.1:9/callback"><script>'}),
        ("invalid_request", {"redirect_uri": "é\n\\"}),
    ],
)
def test_who_is_not_known_is_led_nowhere(register: Register, error: str, asked: dict[str, Any]) -> None:
    # Two addresses, so that neither of them is the usual one.
    app = register(redirect_uris=[REDIRECT, "http://127.0.0.1/second"])
    page = app.page(app.query(**asked))
    assert page.status_code == 400
    assert "location" not in page.headers
    assert alert_of(page).startswith(error)
    assert "<script" not in page.text


@pytest.mark.parametrize("twice", ["client_id", "redirect_uri"])
def test_who_is_named_twice_is_led_nowhere(app: App, twice: str) -> None:
    page = app.page({**app.query(), twice: [app.query()[twice], "https://evil.example/"]})
    assert (page.status_code, "location" in page.headers) == (400, False)


@pytest.mark.parametrize(
    ("error", "fields"),
    [
        ("invalid_request", {"grant_type": None}),
        ("invalid_request", {"grant_type": ""}),
        ("unsupported_grant_type", {"grant_type": "password"}),
        ("unsupported_grant_type", {"grant_type": 'é"'}),
        ("invalid_request", {"code": None}),
        ("invalid_grant", {"code": "0" * 64}),
        ("invalid_grant", {"code": "é\0"}),
        ("invalid_grant", {"redirect_uri": "http://127.0.0.1:10/callback"}),
        ("invalid_grant", {"redirect_uri": None}),
        ("invalid_request", {"code_verifier": None}),
        ("invalid_request", {"code_verifier": "short"}),
        ("invalid_grant", {"code_verifier": "v" * 43}),
        ("invalid_client", {"client_id": "nobody"}),
    ],
)
def test_a_code_that_is_sent_wrongly_is_refused_and_stays_good(
    app: App, target: Target, error: str, fields: dict[str, str | None]
) -> None:
    code = app.code(target.tenant)
    assert refused(app.exchange(code, **fields), error).isascii()
    assert app.exchange(code).status_code == 200


def test_nothing_of_a_code_is_another_clients(app: App, register: Register, target: Target) -> None:
    other = register()
    other.verifier = app.verifier
    code = app.code(target.tenant)
    refused(other.exchange(code), "invalid_grant")
    tokens = app.exchange(code).json()
    refused(other.refresh(tokens["refresh_token"]), "invalid_grant")
    refused(other.revoke(token=tokens["refresh_token"]), "invalid_grant")
    assert app.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("secret", [None, _SECRET, "é"])
def test_a_confidential_client_has_to_say_its_secret(keeper: App, target: Target, secret: str | None) -> None:
    code = keeper.code(target.tenant)
    answer = keeper.exchange(code, client_secret=secret)
    refused(answer, "invalid_client", 401)
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert keeper.exchange(code).status_code == 200


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Basic //79", "Bearer x", "Basic bm8="])
def test_a_header_that_says_nothing_does_not_authenticate(keeper: App, target: Target, header: str) -> None:
    fields = {"grant_type": "authorization_code", "code": keeper.code(target.tenant)}
    answer = keeper.http.post(f"{keeper.origin}/oauth/token", data=fields, headers={"authorization": header})
    refused(answer, "invalid_client", 401)


def test_a_public_client_has_no_secret_to_say(app: App, target: Target) -> None:
    refused(app.exchange(app.code(target.tenant), client_secret=_SECRET), "invalid_client", 401)


def test_two_ways_of_authenticating_are_one_too_many(keeper: App) -> None:
    assert keeper.secret is not None
    fields = {"grant_type": "refresh_token", "client_id": keeper.client_id, "client_secret": keeper.secret}
    auth = (keeper.client_id, keeper.secret)
    answer = keeper.http.post(f"{keeper.origin}/oauth/token", data=fields, auth=auth)
    refused(answer, "invalid_request")


def test_a_client_that_may_not_refresh_is_told_so(register: Register) -> None:
    app = register(grant_types=["authorization_code"])
    refused(app.refresh("0" * 64), "unauthorized_client")
    app = register(grant_types=["refresh_token"])
    refused(app.exchange("0" * 64), "unauthorized_client")


@pytest.mark.parametrize("scope", ["bom:read recipe:read", "bom:write", 'é"'])
def test_a_refresh_may_not_ask_for_more(app: App, target: Target, scope: str) -> None:
    tokens = app.install(target.tenant)
    refused(app.refresh(tokens["refresh_token"], scope=scope), "invalid_scope")
    assert app.refresh(tokens["refresh_token"]).json()["scope"] == " ".join(SCOPES)


def test_a_refresh_needs_its_token(app: App) -> None:
    refused(app.token(grant_type="refresh_token"), "invalid_request")
    refused(app.refresh("0" * 64), "invalid_grant")


def test_an_app_that_is_not_there_any_more_gets_nothing(app: App, target: Target, control: Control) -> None:
    tokens, code = app.install(target.tenant), app.code(target.tenant)
    install = app.me(tokens["access_token"]).json()["install_id"]
    control.change(install, client_disabled=True)
    refused(app.refresh(tokens["refresh_token"]), "invalid_client", 401)
    control.change(install, client_disabled=False, status="inactive")
    refused(app.exchange(code), "invalid_grant")
    control.change(install, status="active")
    control.uninstall(install)
    refused(app.refresh(tokens["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize("path", ["token", "revoke"])
def test_a_body_that_is_no_form_is_refused(app: App, path: str) -> None:
    url = f"{app.origin}/oauth/{path}"
    refused(app.http.post(url, json={"grant_type": "authorization_code"}), "invalid_request")
    refused(app.http.post(url, content=b""), "invalid_request")
    form = {"content-type": "application/x-www-form-urlencoded"}
    refused(app.http.post(url, content=b"\xff=1", headers=form), "invalid_request")
    refused(app.http.post(url, content=b"&a=1" * 500, headers=form), "invalid_request")
    twice = b"grant_type=refresh_token&grant_type=refresh_token"
    refused(app.http.post(url, content=twice, headers=form), "invalid_request")
    assert app.http.post(url, content=b"a" * 2_000_000, headers=form).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "token", "POST"),
        ("GET", "revoke", "POST"),
        ("PUT", "authorize", "GET, HEAD, POST"),
        ("DELETE", "authorize", "GET, HEAD, POST"),
    ],
)
def test_other_methods_are_refused(app: App, method: str, path: str, allowed: str) -> None:
    answer = app.http.request(method, f"{app.origin}/oauth/{path}")
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/oauth/", "/oauth/nothing", "/oauth/token/", "/oauth/authorize/x"])
def test_other_paths_are_not_there(app: App, path: str) -> None:
    assert app.http.get(app.origin + path).status_code == 404
