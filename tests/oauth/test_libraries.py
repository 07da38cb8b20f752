"""Clients that nobody here wrote install an app: requests-oauthlib, and oauth4webapi in Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from requests_oauthlib import OAuth2Session

from contract_tests.install_flow.app import App, led_back
from contract_tests.kit import Control, Target, process
from scripts.contract import PROJECT

REDIRECT = "https://app.example.com/callback"
SCOPES = ["bom:read", "workOrder:read"]
# Reads what it is to do from its input, a line for each step, and answers each with a line.
NODE = """
import * as oauth from "oauth4webapi";
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await lines.next()).value);
const write = (what) => console.log(JSON.stringify(what));
const insecure = { [oauth.allowInsecureRequests]: true };

const given = await read();
const issuer = new URL(given.origin);
const server = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure }));
const client = { client_id: given.client_id };
const authentication = {
  none: () => oauth.None(),
  client_secret_post: () => oauth.ClientSecretPost(given.client_secret),
  client_secret_basic: () => oauth.ClientSecretBasic(given.client_secret),
}[given.method]();

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const address = new URL(server.authorization_endpoint);
for (const [name, value] of Object.entries({
  client_id: client.client_id,
  redirect_uri: given.redirect_uri,
  response_type: "code",
  scope: given.scope,
  state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
})) address.searchParams.set(name, value);
write({ address: address.href });

const back = oauth.validateAuthResponse(server, client, new URL((await read()).location), state);
const codes = () => oauth.authorizationCodeGrantRequest(
  server, client, authentication, back, given.redirect_uri, verifier, insecure);
const first = await oauth.processAuthorizationCodeResponse(server, client, await codes());
const refreshes = (token) => oauth.refreshTokenGrantRequest(server, client, authentication, token, insecure);
const second = await oauth.processRefreshTokenResponse(server, client, await refreshes(first.refresh_token));
const revoked = await oauth.revocationRequest(server, client, authentication, second.refresh_token, insecure);
await oauth.processRevocationResponse(revoked);
let error;
try {
  await oauth.processRefreshTokenResponse(server, client, await refreshes(second.refresh_token));
} catch (refused) {
  error = refused.error;
}
write({ first, second, error });
process.exit(0);
"""


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A sandbox."""
    with process.sandbox() as served:
        yield served


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """Connections that are kept open."""
    with httpx.Client(trust_env=False) as client:
        yield client


def registered(target: Target, http: httpx.Client, client_type: str) -> dict[str, Any]:
    """A client of its own."""
    assert target.control is not None
    body = {"client_name": "An app", "redirect_uris": [REDIRECT], "client_type": client_type}
    client: dict[str, Any] = Control(target.control, http).send("POST", "/oauth-clients", body)
    return client


def approved(target: Target, http: httpx.Client, address: str) -> str:
    """Where a person who approves at an address is led."""
    page = http.get(address)
    app = App(target.origin, http, "")
    form = {
        "form": app.form(page),
        "entity": f"{target.tenant.org}/{target.tenant.entity}",
        "scopes": SCOPES,
        "decision": "approve",
    }
    answer = http.post(address, data=form)
    assert "code" in led_back(answer, REDIRECT)
    return answer.headers["location"]


@pytest.mark.parametrize("client_type", ["public", "confidential"])
def test_requests_oauthlib_installs_refreshes_and_reads(
    target: Target, http: httpx.Client, monkeypatch: pytest.MonkeyPatch, client_type: str
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = registered(target, http, client_type)
    client_id, secret = client["client_id"], client.get("client_secret")
    token_url = f"{target.origin}/oauth/token"
    with OAuth2Session(client_id, redirect_uri=REDIRECT, scope=SCOPES, pkce="S256") as session:
        session.trust_env = False
        address, _ = session.authorization_url(f"{target.origin}/oauth/authorize")
        back = approved(target, http, address)
        tokens = session.fetch_token(
            token_url, authorization_response=back, client_secret=secret, include_client_id=True
        )
        assert tokens["scope"] == SCOPES
        me = session.get(f"{target.url}/me").json()
        assert (me["client_id"], me["scopes"]) == (client_id, SCOPES)
        extra = {"client_id": client_id} | ({} if secret is None else {"client_secret": secret})
        renewed = session.refresh_token(token_url, **extra)
        assert renewed["refresh_token"] != tokens["refresh_token"]
        assert session.get(f"{target.url}/me").status_code == 200


@pytest.mark.parametrize(
    ("client_type", "method"),
    [
        ("public", "none"),
        ("confidential", "client_secret_post"),
        ("confidential", "client_secret_basic"),
    ],
)
def test_oauth4webapi_discovers_installs_refreshes_and_revokes(
    target: Target, http: httpx.Client, client_type: str, method: str
) -> None:
    node = shutil.which("node")
    if node is None or not (PROJECT / "node_modules" / "oauth4webapi").is_dir():
        pytest.skip("Node.js or its packages are not here: scripts/lint installs them. It runs in CI.")
    client = registered(target, http, client_type)
    asked = {
        "origin": target.origin,
        "client_id": client["client_id"],
        "client_secret": client.get("client_secret"),
        "method": method,
        "redirect_uri": REDIRECT,
        "scope": " ".join(SCOPES),
    }
    with subprocess.Popen(
        [node, "--input-type=module", "--eval", NODE],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        print(json.dumps(asked), file=running.stdin, flush=True)
        address = json.loads(running.stdout.readline())["address"]
        location = approved(target, http, address)
        print(json.dumps({"location": location}), file=running.stdin, flush=True)
        done = json.loads(running.stdout.readline())
    assert running.returncode == 0
    assert done["first"]["scope"] == done["second"]["scope"] == " ".join(SCOPES)
    assert done["first"]["refresh_token"] != done["second"]["refresh_token"]
    assert done["error"] == "invalid_grant"
    app = App(target.origin, http, client["client_id"])
    assert app.me(done["second"]["access_token"]).status_code == 401
