"""An app is installed in one workspace, and gets to no other."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from contract_tests.install_flow.app import App, alert_of, refused
from contract_tests.kit import Control, Target


@pytest.fixture
def workspace(target: Target, control: Control) -> Iterator[str]:
    """A workspace of the test's own."""
    made: str = control.send("POST", "/workspaces", {})["id"]
    yield made
    control.send("DELETE", f"/workspaces/{made}")


def test_the_address_of_the_page_chooses_the_workspace(
    app: App, target: Target, control: Control, http: httpx.Client, workspace: str
) -> None:
    inside = Control(f"{target.control}/workspaces/{workspace}", http)
    demo = App(target.origin, http, "demo-app")
    installs = control.send("GET", "/installs?limit=200")
    first = demo.install(target.tenant, workspace=workspace)
    second = demo.refresh(first["refresh_token"]).json()
    install = demo.me(second["access_token"]).json()["install_id"]
    assert inside.send("GET", f"/installs/{install}")["client_id"] == "demo-app"
    assert control.send("GET", "/installs?limit=200") == installs
    # Each end is found by the token alone.
    assert demo.revoke(token=first["access_token"]).status_code == 200
    assert demo.me(first["access_token"]).status_code == 401
    assert demo.me(second["access_token"]).status_code == 200
    refused(demo.refresh(first["refresh_token"]), "invalid_grant")
    assert demo.me(second["access_token"]).status_code == 401


def test_a_client_is_of_the_workspace_that_it_was_registered_in(
    app: App, target: Target, http: httpx.Client, workspace: str
) -> None:
    page = app.page(app.query(workspace=workspace))
    assert page.status_code == 400
    assert alert_of(page).startswith("invalid_client")
    inside = Control(f"{target.control}/workspaces/{workspace}", http)
    body = {"client_name": "Inside", "redirect_uris": [app.redirect], "client_type": "confidential"}
    client = inside.send("POST", "/oauth-clients", body)
    there = App(target.origin, http, client["client_id"], client["client_secret"])
    assert there.me(there.install(target.tenant, workspace=workspace)["access_token"]).status_code == 200
    assert there.page(there.query()).status_code == 400


@pytest.mark.parametrize("name", ["nowhere", "é\0", "a/b", "x" * 500])
def test_a_workspace_that_is_none_is_said_on_a_page(app: App, target: Target, name: str) -> None:
    page = app.page(app.query(workspace=name))
    assert page.status_code == 400
    assert "no such workspace" in alert_of(page)
    refused(app.exchange(f"{name}~{'0' * 64}"), "invalid_grant")


def test_a_form_of_one_workspace_is_none_of_another(
    target: Target, http: httpx.Client, workspace: str
) -> None:
    demo = App(target.origin, http, "demo-app")
    form = {
        "form": demo.form(demo.page(demo.query(workspace=workspace))),
        "entity": f"{target.tenant.org}/{target.tenant.entity}",
        "scopes": ["bom:read"],
        "decision": "approve",
    }
    assert demo.send(demo.query(), form).status_code == 400
    assert demo.send(demo.query(workspace=workspace), form).status_code == 303
