"""What docs/install-flow.md shows does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from contract_tests.install_flow.app import App
from contract_tests.kit import Target, process

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "install-flow.md").read_text("utf-8")
REGISTER, APPROVE = (text for text in re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S) if "curl" in text)
[PROGRAM] = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A sandbox."""
    with process.sandbox() as served:
        yield served


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """A browser that follows no way back by itself."""
    with httpx.Client(trust_env=False) as client:
        yield client


def shell(target: Target, script: str) -> str:
    """What a script prints."""
    environment = {**os.environ, "HB_URL": target.origin}
    done = subprocess.run(
        ["sh", "-euc", script], capture_output=True, text=True, env=environment, timeout=60, check=True
    )
    return done.stdout


def test_an_app_is_registered_and_installed_as_shown(target: Target, http: httpx.Client) -> None:
    secret = re.search(r'"client_secret":"(\w+)"', shell(target, REGISTER))
    assert secret is not None
    environment = {
        **os.environ,
        "HB_URL": target.origin,
        "CLIENT_SECRET": secret[1],
        "OAUTHLIB_INSECURE_TRANSPORT": "1",
        "NO_PROXY": "*",
    }
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        address = running.stdout.readline().split()[1]
        form = {
            "form": App(target.origin, http, "").form(http.get(address)),
            "entity": "org-veloma/ent-veloma-uk",
            "scopes": "bom:read",
            "decision": "approve",
        }
        print(http.post(address, data=form).headers["location"], file=running.stdin, flush=True)
        told = running.stdout.read()
    assert running.returncode == 0
    assert told.endswith("ent-veloma-uk\n")


def test_a_job_approves_as_shown(target: Target, http: httpx.Client) -> None:
    back = urlsplit(shell(target, APPROVE).strip())
    app = App(target.origin, http, "demo-app", redirect="http://127.0.0.1/cb", verifier=VERIFIER)
    answer = app.exchange(parse_qs(back.query)["code"][0])
    assert answer.status_code == 200
    assert app.me(answer.json()["access_token"]).json()["scopes"] == ["bom:read"]


def test_a_job_is_led_back_with_an_error_as_shown(target: Target) -> None:
    for decision, error in (("deny", "access_denied"), ("rehearse -d error=server_error", "server_error")):
        back = shell(target, APPROVE.replace("decision=approve", f"decision={decision}")).strip()
        assert parse_qs(urlsplit(back).query)["error"] == [error]
