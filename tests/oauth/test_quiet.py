"""Nothing secret is written where a log may keep it: not by the server, nor by the libraries below it."""

from __future__ import annotations

import base64
from pathlib import Path

import httpx

from contract_tests.durability.server import Server
from contract_tests.install_flow.app import App
from contract_tests.kit import Control


def test_a_server_that_was_used_and_abused_has_told_nothing_secret(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    try:
        target = server.target
        assert target.control is not None
        with httpx.Client(trust_env=False) as http:
            control = Control(target.control, http)
            body = {
                "client_name": "An app",
                "redirect_uris": ["http://127.0.0.1:9/callback"],
                "client_type": "confidential",
            }
            client = control.send("POST", "/oauth-clients", body)
            app = App(target.origin, http, client["client_id"], client["client_secret"])
            code = app.code(target.tenant)
            tokens = app.exchange(code).json()
            made = control.token(target.tenant)
            hook = http.post(
                f"{target.url}/orgs/{target.tenant.org}/entities/{target.tenant.entity}/webhooks",
                headers={"authorization": f"Bearer {made}"},
                json={"topics": ["bom.created"], "target_url": "https://receiver.invalid/hook"},
            ).json()
            secrets = [
                client["client_secret"],
                code,
                tokens["access_token"],
                tokens["refresh_token"],
                made,
                hook["signing_secret"],
                app.verifier,
                base64.b64encode(f"{app.client_id}:{app.secret}".encode()).decode(),
            ]
            # Refused in every way, each with something secret in it.
            for secret in secrets:
                app.exchange(secret)
                app.refresh(secret)
                app.revoke(token=secret)
                app.page(app.query(state=secret, redirect_uri=secret))
                app.me(secret + "x")
                http.get(f"{target.origin}/{secret}", params={"token": secret})
                http.post(f"{target.origin}/oauth/token", content=secret, auth=("x", secret))
                http.get(f"{target.control}/entities", headers={"via": "x", "authorization": secret})
                http.post(f"{target.control}/tokens/revoke", json={"access_token": secret})
            http.request("BREW", target.origin, headers={"authorization": f"Bearer {made}"})
        told = server.told()
    finally:
        server.stop()
    for secret in [*secrets, target.tenant.token]:
        assert secret not in told
    assert "Traceback" not in told
