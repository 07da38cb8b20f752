"""`login` waits for a person's decision in the browser, and exchanges the code."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from contract_tests.install_flow.app import App
from contract_tests.kit import Control, Target
from tests.login.commands import run, running, sentence
from tests.login.test_env import me, of_lines

OPTIONS = ("login", "--no-browser", "--url")


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A browser that follows no way back by itself."""
    with httpx.Client(trust_env=False) as client:
        yield client


def address_of(line: str) -> str:
    """The address of the page, as it is printed."""
    found = re.search(r"http://\S+", line)
    assert found is not None
    return found.group()


def decided(served: Target, http: httpx.Client, address: str, **form: object) -> str:
    """Where the browser of a person who decides is led."""
    sent = {
        "form": App(served.origin, http, "").form(http.get(address)),
        "entity": "org-veloma/ent-veloma-uk",
        "scopes": ["bom:read", "inventory:read"],
        "decision": "approve",
        **form,
    }
    return http.post(address, data=sent).headers["location"]


def test_who_approves_has_what_env_prints(served: Target, http: httpx.Client) -> None:
    with running(*OPTIONS, served.origin, "--json") as process:
        assert process.stderr is not None
        assert process.stdout is not None
        address = address_of(process.stderr.readline())
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["code_challenge_method"] == "S256"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/callback", asked["redirect_uri"])
        back = decided(served, http, address)
        # What somebody else sends to the port is not the answer.
        assert http.get(re.sub(r"state=[^&]+", "state=x", back)).status_code == 404
        assert http.get(asked["redirect_uri"]).status_code == 404
        page = http.get(back)
        assert page.status_code == 200
        assert "can be closed" in page.text
        values = json.loads(process.stdout.read())
        assert process.wait(60) == 0
    assert values["HB_URL"] == served.origin
    assert (values["HB_ORG"], values["HB_ENT"]) == ("org-veloma", "ent-veloma-uk")
    assert me(values)["scopes"] == ["bom:read", "inventory:read"]
    again = App(served.origin, http, "demo-app").refresh(values["refresh_token"])
    assert again.status_code == 200


def test_scopes_and_form_can_be_named_and_no_refresh_token_is_exported(
    served: Target, http: httpx.Client
) -> None:
    with running(*OPTIONS, served.origin, "--scope", "bom:read") as process:
        assert process.stderr is not None
        assert process.stdout is not None
        address = address_of(process.stderr.readline())
        assert dict(parse_qsl(urlsplit(address).query))["scope"] == "bom:read"
        http.get(decided(served, http, address))
        values = of_lines(process.stdout.read(), "export ")
        assert process.wait(60) == 0
    assert list(values) == ["HB_URL", "HB_TOKEN", "HB_ORG", "HB_ENT"]
    assert me(values)["scopes"] == ["bom:read"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"decision": "deny"}, "access_denied"),
        ({"decision": "rehearse", "error": "temporarily_unavailable"}, "temporarily_unavailable"),
    ],
)
def test_who_denies_is_told_so_in_one_sentence(
    served: Target, http: httpx.Client, form: dict[str, str], error: str
) -> None:
    with running(*OPTIONS, served.origin) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        http.get(decided(served, http, address_of(process.stderr.readline()), **form))
        assert process.wait(60) == 1
        assert process.stdout.read() == ""
        assert error in process.stderr.read()


def test_the_browser_is_opened_at_the_page(served: Target, http: httpx.Client, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {opened}.part\nmv {opened}.part {opened}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with running("login", "--url", served.origin, BROWSER=f"{program} %s") as process:
        assert process.stderr is not None
        address = address_of(process.stderr.readline())
        http.get(decided(served, http, address))
        assert process.wait(60) == 0
    assert opened.read_text() == address


def test_nobody_who_decides_and_nobody_who_answers_is_one_sentence(served: Target) -> None:
    late = run(*OPTIONS, served.origin, "--timeout", "1")
    assert late.returncode == 1
    assert "Nobody has decided" in late.stderr
    assert "does not answer" in sentence(run(*OPTIONS, "http://127.0.0.1:1"))


def test_a_client_of_ones_own_can_be_named(served: Target, http: httpx.Client) -> None:
    assert served.control is not None
    body = {"client_name": "Mine", "redirect_uris": ["http://127.0.0.1/callback"], "scopes": ["bom:read"]}
    client = Control(served.control, http).send("POST", "/oauth-clients", body)["client_id"]
    with running(*OPTIONS, served.origin, "--client-id", client, "--scope", "bom:read") as process:
        assert process.stderr is not None
        assert process.stdout is not None
        http.get(decided(served, http, address_of(process.stderr.readline())))
        values = of_lines(process.stdout.read(), "export ")
    assert me(values)["client_id"] == client
