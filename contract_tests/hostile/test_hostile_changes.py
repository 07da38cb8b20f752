"""What is taken away while a body is still on its way is gone when it is there."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from contract_tests.hostile.lines import Line
from contract_tests.kit import Client, Control, Fixtures, unchanged

Change = Callable[[Control, str, str], None]


def revoked(control: Control, install: str, token: str) -> None:
    """The token is revoked."""
    control.revoke(token)


def uninstalled(control: Control, install: str, token: str) -> None:
    """The app is uninstalled."""
    control.uninstall(install)


def inactive(control: Control, install: str, token: str) -> None:
    """The install is made inactive."""
    control.change(install, status="inactive")


def disabled(control: Control, install: str, token: str) -> None:
    """The client is disabled."""
    control.change(install, client_disabled=True)


def narrowed(control: Control, install: str, token: str) -> None:
    """A scope is lost."""
    control.change(install, scopes=["bom:read"])


def unplanned(control: Control, install: str, token: str) -> None:
    """The plan covers the API no more."""
    control.change(install, plan={"covers_public_api": False})


@pytest.mark.parametrize(
    ("change", "status"),
    [(revoked, 401), (uninstalled, 401), (inactive, 401), (disabled, 401), (narrowed, 403), (unplanned, 403)],
)
def test_a_body_that_comes_after_the_change_does_nothing(
    client: Client, control: Control, fixtures: Fixtures, change: Change, status: int
) -> None:
    install = control.install(client.tenant)
    token = control.token(client.tenant, install=install)
    body = json.dumps(fixtures.body()).encode()
    path = client.url("createBom").removeprefix(client.target.url)
    headers = [
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    with unchanged(client), Line(client.target) as line:
        line.ask("POST", path, *headers, "Expect: 100-continue", has_token=False)
        # The head is accepted: the server asks for the body.
        line.expect(b"HTTP/1.1 100 Continue\r\n\r\n")
        line.say(body[:10])
        change(control, install, token)
        answer = line.say(body[10:]).hear_one()
    assert answer.status == status, answer
