"""`env` sets what clients and other commands read."""

from __future__ import annotations

import json
import shlex
import subprocess

import httpx
import pytest

from contract_tests.kit import Target
from mock_server.commands.exports import exports
from tests.login.commands import run, sentence

NAMES = ["HB_URL", "HB_TOKEN", "HB_ORG", "HB_ENT"]


def me(values: dict[str, str]) -> dict[str, object]:
    """What the public API says to a client that has read the variables."""
    url, token = values["HB_URL"], values["HB_TOKEN"]
    answer = httpx.get(f"{url}/public/v1/me", headers={"authorization": f"Bearer {token}"}, trust_env=False)
    found: dict[str, object] = answer.json()
    return found


def of_lines(text: str, prefix: str = "") -> dict[str, str]:
    """The variables of lines such as NAME=value."""
    return dict(line.removeprefix(prefix).split("=", 1) for line in text.splitlines())


def test_a_shell_that_evaluates_it_has_all_that_a_client_needs(served: Target) -> None:
    done = run("env", "--url", served.origin)
    assert (done.returncode, done.stderr) == (0, "")
    script = f'eval {shlex.quote(done.stdout)}; printf "%s\\n" "$HB_URL" "$HB_TOKEN" "$HB_ORG" "$HB_ENT"'
    shown = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    values = dict(zip(NAMES, shown.stdout.splitlines(), strict=True))
    assert values["HB_URL"] == served.origin
    assert (values["HB_ORG"], values["HB_ENT"]) == (served.tenant.org, served.tenant.entity)
    assert me(values)["entity_ref_id"] == served.tenant.entity


def test_entity_scopes_and_life_can_be_named(served: Target) -> None:
    options = (
        "--entity",
        "ent-veloma-uk",
        "--scope",
        "bom:read",
        "--scope",
        "inventory:read",
        "--expires",
        "15m",
    )
    done = run("env", *options, "--url", served.origin, "--json")
    values = json.loads(done.stdout)
    assert list(values) == [*NAMES, "expires_at"]
    assert me(values)["scopes"] == ["bom:read", "inventory:read"]
    assert me(values)["entity_ref_id"] == "ent-veloma-uk"


def test_what_was_exported_finds_the_sandbox_and_an_entity_that_is_named_beats_it(served: Target) -> None:
    exported = {"HB_URL": served.origin, "HB_ORG": "org-veloma", "HB_ENT": "ent-veloma-uk"}
    assert of_lines(run("env", **exported).stdout, "export ")["HB_ENT"] == "ent-veloma-uk"
    done = run("env", "--entity", "ent-sahyadri-nashik", **exported)
    assert of_lines(done.stdout, "export ")["HB_ORG"] == "org-sahyadri"
    refused = run("env", "--org", "org-veloma", "--entity", "ent-sahyadri-nashik", **exported)
    assert "has no entity" in sentence(refused)


def test_a_file_of_variables_is_lines_without_export(served: Target) -> None:
    values = of_lines(run("env", "--dotenv", "--url", served.origin).stdout)
    assert list(values) == NAMES
    assert me(values)["org_ref_id"] == values["HB_ORG"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--entity", "ent-of-nobody"), "has no entity ent-of-nobody"),
        (("--scope", "bom:write"), "bom:write is no scope"),
        (("--expires", "2000d"), "expires_in"),
        (("--url", "http://127.0.0.1:1"), "does not answer"),
        (("--url", "nowhere"), "is no address of a sandbox"),
    ],
)
def test_what_cannot_be_had_is_one_sentence_and_nothing_to_evaluate(
    served: Target, options: tuple[str, ...], reason: str
) -> None:
    assert reason in sentence(run("env", *options, HB_URL=served.origin))


def test_values_that_a_shell_would_read_are_quoted() -> None:
    values = {"HB_URL": "http://host/$(id)`x`'\" y", "HB_TOKEN": "a.b-c_d"}
    script = exports(None, values, {}) + '; printf "%s|%s" "$HB_URL" "$HB_TOKEN"'
    shown = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout == "|".join(values.values())
    assert exports("dotenv", values, {}).splitlines()[1] == "HB_TOKEN=a.b-c_d"
    assert json.loads(exports("json", values, {"more": 1})) == {**values, "more": 1}
