"""Codes and refresh tokens end in time, and what has ended is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from contract_tests.install_flow.app import challenge_of
from mock_server.app import build_app
from mock_server.oauth.forms import FORM_SECONDS
from mock_server.oauth.issuing import ACCESS_SECONDS, CODE_SECONDS, REFRESH_SECONDS
from mock_server.sandbox import Sandbox
from tests.asgi import Client, Reply, driver_of

VERIFIER = "v" * 43
QUERY = urlencode(
    {
        "response_type": "code",
        "client_id": "demo-app",
        "redirect_uri": "http://127.0.0.1:9/cb",
        "scope": "bom:read",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
)


class Shop:
    """A sandbox whose machine's time is set by the test."""

    def __init__(self, sandbox: Sandbox, later: Callable[[float], None]) -> None:
        self.later = later
        self.send = Client(build_app(sandbox))
        self._sandbox = sandbox

    def post(self, path: str, fields: dict[str, str]) -> Reply:
        """Sends a form."""
        form = {"content-type": "application/x-www-form-urlencoded"}
        return self.send("POST", f"/oauth/{path}", raw=urlencode(fields).encode(), headers=form)

    def form(self) -> dict[str, str]:
        """What a person sends who approves."""
        page = self.send("GET", f"/oauth/authorize?{QUERY}").body.decode()
        token = page.partition('name="form" value="')[2].partition('"')[0]
        return {
            "form": token,
            "entity": "org-veloma/ent-veloma-pune",
            "scopes": "bom:read",
            "decision": "approve",
        }

    def code(self) -> str:
        """A new code."""
        back = self.post(f"authorize?{QUERY}", self.form()).headers["location"]
        return parse_qs(urlsplit(back).query)["code"][0]

    def exchange(self, code: str) -> Reply:
        """Sends a code."""
        return self.post(
            "token",
            {
                "grant_type": "authorization_code",
                "client_id": "demo-app",
                "code": code,
                "redirect_uri": "http://127.0.0.1:9/cb",
                "code_verifier": VERIFIER,
            },
        )

    def refresh(self, token: str) -> Reply:
        """Sends a refresh token."""
        fields = {"grant_type": "refresh_token", "client_id": "demo-app", "refresh_token": token}
        return self.post("token", fields)

    def kept(self) -> tuple[int, int]:
        """How many grants and how much of what was issued is kept."""
        driver = driver_of(self._sandbox)
        [grants] = driver.execute("SELECT count(*) FROM oauth_grants").fetchone()
        [issued] = driver.execute("SELECT count(*) FROM oauth_tokens").fetchone()
        return grants, issued


@pytest.fixture
def shop(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The sandbox, at a moment."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(sandbox.clock, "wall", lambda: now[0])

    def later(seconds: float) -> None:
        now[0] += seconds

    return Shop(sandbox, later)


def test_a_code_is_good_for_some_minutes(shop: Shop) -> None:
    early, late = shop.code(), shop.code()
    shop.later(CODE_SECONDS - 1)
    assert shop.exchange(early).status == 200
    shop.later(1)
    assert (shop.exchange(late).status, shop.exchange(late).json()["error"]) == (400, "invalid_grant")
    assert "expired" in shop.exchange(late).json()["error_description"]


def test_a_refresh_token_is_good_for_a_month_each_time_anew(shop: Shop) -> None:
    tokens = shop.exchange(shop.code()).json()
    for _ in range(3):
        shop.later(REFRESH_SECONDS - 1)
        answer = shop.refresh(tokens["refresh_token"])
        assert answer.status == 200
        tokens = answer.json()
    shop.later(REFRESH_SECONDS)
    assert "expired" in shop.refresh(tokens["refresh_token"]).json()["error_description"]


def test_an_access_token_is_good_for_an_hour(shop: Shop) -> None:
    tokens = shop.exchange(shop.code()).json()
    assert tokens["expires_in"] == ACCESS_SECONDS


def test_a_form_may_come_back_for_an_hour_and_is_remembered_as_long(shop: Shop) -> None:
    form, good, stale = shop.form(), shop.form(), shop.form()
    assert shop.post(f"authorize?{QUERY}", form).status == 303
    shop.later(FORM_SECONDS - 1)
    assert shop.post(f"authorize?{QUERY}", good).status == 303
    assert shop.post(f"authorize?{QUERY}", form).status == 400
    shop.later(1)
    assert shop.post(f"authorize?{QUERY}", form).status == 400
    assert shop.post(f"authorize?{QUERY}", stale).status == 400


def test_what_has_ended_is_forgotten_when_the_next_person_approves(shop: Shop) -> None:
    tokens = shop.exchange(shop.code()).json()
    shop.code()
    for _ in range(4):
        tokens = shop.refresh(tokens["refresh_token"]).json()
    assert shop.kept() == (2, 5)
    shop.later(REFRESH_SECONDS - 1)
    shop.code()
    assert shop.kept() == (2, 5)
    shop.later(1)
    shop.code()
    # The grant of a code that was never sent stays as long as its form could come back.
    assert shop.kept() == (2, 0)


def test_nothing_is_kept_of_a_secret_but_a_digest(shop: Shop, sandbox: Any) -> None:
    code = shop.code()
    tokens = shop.exchange(code).json()
    body = {"client_name": "x", "redirect_uris": ["https://a.example/"], "client_type": "confidential"}
    secret = shop.send("POST", "/_sandbox/v1/oauth-clients", body).json()["client_secret"]
    kept = "\n".join(driver_of(sandbox).iterdump())
    for each in (code, tokens["refresh_token"], tokens["access_token"], secret):
        assert each not in kept
