"""An app that is installed, and the person who decides: both know nothing but HTTP."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from contract_tests.kit import Tenant

REDIRECT = "http://127.0.0.1:9/callback"
SCOPES = ("bom:read", "workOrder:read")
_FORM = re.compile(r'name="form" value="([^"]+)"')
_ALERT = re.compile(r'role="alert">(.*?)</p>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def alert_of(page: httpx.Response) -> str:
    """What a page says is wrong."""
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    [found] = _ALERT.findall(page.text)
    return unescape(_TAG.sub("", found)).strip()


def led_back(answer: httpx.Response, redirect: str = REDIRECT) -> dict[str, str]:
    """The parameters with which a browser is led back to the app."""
    assert answer.status_code in {302, 303}, answer.text[:600]
    place = answer.headers["location"]
    assert place.startswith(redirect)
    return {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}


@dataclass
class App:
    """A client of a sandbox at an origin; a public one, unless it has a secret."""

    origin: str
    http: httpx.Client
    client_id: str
    secret: str | None = None
    redirect: str = REDIRECT
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def query(self, scopes: Sequence[str] = SCOPES, **more: str | None) -> dict[str, str]:
        """What the app asks the authorize page for; None leaves a parameter out."""
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect,
            "scope": " ".join(scopes),
            "state": "a state+& of mine",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            **more,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def page(self, query: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> httpx.Response:
        """The page, or the way back to the app."""
        return self.http.get(f"{self.origin}/oauth/authorize", params=query, headers=headers)

    def form(self, page: httpx.Response) -> str:
        """The token in the form of a page."""
        assert page.status_code == 200, page.text[:600]
        [found] = _FORM.findall(page.text)
        return str(found)

    def send(
        self, query: Mapping[str, Any], form: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Sends the form of the page."""
        return self.http.post(f"{self.origin}/oauth/authorize", params=query, data=form, headers=headers)

    def decide(
        self, tenant: Tenant, scopes: Sequence[str] = SCOPES, *, decision: str = "approve", **asked: Any
    ) -> httpx.Response:
        """A person opens the page, picks an entity and scopes, and decides."""
        query = self.query(**asked)
        form = {
            "form": self.form(self.page(query)),
            "entity": f"{tenant.org}/{tenant.entity}",
            "scopes": list(scopes),
            "decision": decision,
        }
        return self.send(query, form)

    def code(self, tenant: Tenant, scopes: Sequence[str] = SCOPES, **asked: Any) -> str:
        """A code for what a person approves."""
        return led_back(self.decide(tenant, scopes, **asked), self.redirect)["code"]

    def token(self, **fields: str | None) -> httpx.Response:
        """A request to the token endpoint, authenticated in the body; None leaves a field out."""
        return self._post("token", fields)

    def revoke(self, **fields: str | None) -> httpx.Response:
        """The same to the revocation endpoint."""
        return self._post("revoke", fields)

    def _post(self, path: str, fields: Mapping[str, str | None]) -> httpx.Response:
        sent: dict[str, str | None] = {"client_id": self.client_id, "client_secret": self.secret, **fields}
        data = {name: value for name, value in sent.items() if value is not None}
        return self.http.post(f"{self.origin}/oauth/{path}", data=data)

    def exchange(self, good: str, **fields: str | None) -> httpx.Response:
        """Sends a code, with fields in place of those that are right."""
        sent: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": good,
            "redirect_uri": self.redirect,
            "code_verifier": self.verifier,
            **fields,
        }
        return self.token(**sent)

    def refresh(self, token: str, **fields: str | None) -> httpx.Response:
        """Sends a refresh token."""
        return self.token(**{"grant_type": "refresh_token", "refresh_token": token, **fields})

    def install(self, tenant: Tenant, scopes: Sequence[str] = SCOPES, **asked: Any) -> dict[str, Any]:
        """The tokens of an app that a person has installed."""
        answer = self.exchange(self.code(tenant, scopes, **asked))
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def me(self, access_token: str) -> httpx.Response:
        """What the public API says of a token."""
        headers = {"authorization": f"Bearer {access_token}"}
        return self.http.get(f"{self.origin}/public/v1/me", headers=headers)


def refused(answer: httpx.Response, error: str, status: int = 400) -> str:
    """A refusal of the token endpoint; its description."""
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.json().get("error_description", ""))
