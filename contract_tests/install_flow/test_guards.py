"""The page is for a person at this machine: no other site, name, frame or proxy gets at it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from contract_tests.install_flow.app import App, led_back, refused
from contract_tests.kit import Target

_ADMIN = "an-admin-token-that-nobody-can-guess"
_VISIT = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "cross-site"}
_FOREIGN: list[Mapping[str, str]] = [
    {"host": "evil.example"},
    {"host": "127.0.0.1.evil.example"},
    {"x-forwarded-for": "127.0.0.1"},
    {"via": "1.1 proxy"},
    {"forwarded": "for=127.0.0.1"},
    {"authorization": f"Bearer {_ADMIN}x"},
]
_OTHER_SITES: list[Mapping[str, str]] = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


def _form(app: App, target: Target) -> dict[str, object]:
    return {
        "form": app.form(app.page(app.query())),
        "entity": f"{target.tenant.org}/{target.tenant.entity}",
        "scopes": ["bom:read"],
        "decision": "approve",
    }


def _is_nothing(answer: httpx.Response) -> bool:
    return answer.status_code == 404 and answer.json()["error"] == "not_found"


@pytest.mark.parametrize("headers", _FOREIGN, ids=str)
def test_who_is_not_at_this_machine_finds_no_page(
    app: App, target: Target, headers: Mapping[str, str]
) -> None:
    if "authorization" in headers:
        headers = {**headers, "via": "1.1 proxy"}
    form = _form(app, target)
    assert _is_nothing(app.page(app.query(), headers))
    assert _is_nothing(app.send(app.query(), form, headers))
    assert "code" in led_back(app.send(app.query(), form))


@pytest.mark.parametrize("headers", _OTHER_SITES, ids=str)
def test_another_site_can_neither_read_the_page_nor_send_its_form(
    app: App, target: Target, headers: Mapping[str, str]
) -> None:
    form = _form(app, target)
    assert _is_nothing(app.page(app.query(), headers))
    assert _is_nothing(app.send(app.query(), form, headers))
    # Nor by a form of its own that a browser sends as a visit.
    assert _is_nothing(app.send(app.query(), form, {**_VISIT, **headers}))
    assert "code" in led_back(app.send(app.query(), form))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none"])
@pytest.mark.parametrize("origin", [None, "null", "https://app.example.com"])
def test_an_app_of_any_site_leads_a_person_to_the_page(app: App, site: str, origin: str | None) -> None:
    headers = {**_VISIT, "sec-fetch-site": site} | ({} if origin is None else {"origin": origin})
    assert app.page(app.query(), headers).status_code == 200


@pytest.mark.parametrize("dest", ["iframe", "frame", "embed", "object", "image", "empty", ""])
def test_no_site_shows_the_page_in_its_own(app: App, dest: str) -> None:
    assert _is_nothing(app.page(app.query(), {**_VISIT, "sec-fetch-dest": dest}))


def test_the_pages_own_form_is_what_is_accepted(app: App, target: Target) -> None:
    own = {
        "origin": target.origin,
        "sec-fetch-site": "same-origin",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }
    answer = app.send(app.query(), _form(app, target), own)
    assert answer.status_code == 303
    assert "code" in led_back(answer)


def test_the_page_runs_nothing_and_is_framed_by_nobody(app: App) -> None:
    for answer in (app.page(app.query()), app.page(app.query(client_id="nobody"))):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "<script" not in answer.text
        assert "access-control-allow-origin" not in answer.headers


def test_the_name_of_an_app_is_a_name_and_nothing_else(register: Callable[..., App]) -> None:
    app = register(client_name='<script>alert("1")</script>')
    page = app.page(app.query(state='"><script>2</script>'))
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(&#34;1&#34;)" in page.text


def test_off_this_machine_the_admin_token_opens_the_page_and_the_control_plane(
    start: Callable[..., Target], http: httpx.Client, tmp_path: Path
) -> None:
    file = tmp_path / "admin-token"
    file.write_text(_ADMIN)
    target = start(options=("--admin-token-file", str(file)))
    app = App(target.origin, http, "demo-app")
    admin = {"authorization": f"Bearer {_ADMIN}", "via": "1.1 proxy", "host": "sandbox.example"}
    form = {**_form(app, target)}
    assert app.page(app.query(), admin).status_code == 200
    assert "code" in led_back(app.send(app.query(), form, admin))
    entities = f"{target.control}/entities"
    assert http.get(entities, headers=admin).status_code == 200
    for wrong in (
        {"authorization": f"Bearer {_ADMIN}x"},
        {"authorization": _ADMIN},
        {"authorization": "Basic x"},
        {},
    ):
        there = {**admin, "authorization": "", **wrong}
        assert _is_nothing(http.get(entities, headers=there))
        assert _is_nothing(app.page(app.query(), there))


@pytest.mark.parametrize("headers", [*_FOREIGN, *_OTHER_SITES], ids=str)
def test_the_control_plane_is_closed_to_all_of_them(
    target: Target, http: httpx.Client, headers: Mapping[str, str]
) -> None:
    if target.control is None:
        pytest.skip("the target has no control plane")
    if "authorization" in headers:
        headers = {**headers, "via": "1.1 proxy"}
    for path in ("/entities", "/oauth-clients", "/installs", "/nothing"):
        assert _is_nothing(http.get(target.control + path, headers=headers))
    made = http.post(f"{target.control}/tokens", json={}, headers=headers)
    assert _is_nothing(made)
    assert http.get(f"{target.control}/entities").status_code == 200


def test_a_server_that_others_can_reach_says_so_and_opens_nothing_to_them(
    start: Callable[..., Target], http: httpx.Client
) -> None:
    target = start(options=("--host", "0.0.0.0"))
    port = urlsplit(target.origin).port
    # The peer is this machine, and asks for another name, as whoever comes by a name from elsewhere does.
    for host in (f"sandbox.example:{port}", f"192.0.2.1:{port}"):
        assert _is_nothing(http.get(f"{target.control}/entities", headers={"host": host}))
        assert http.get(f"{target.url}/me", headers={"host": host}).status_code == 401


def test_whoever_comes_by_the_network_is_nobody_without_the_admin_token(
    start: Callable[..., Target], http: httpx.Client, tmp_path: Path
) -> None:
    file = tmp_path / "admin-token"
    file.write_text(_ADMIN)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            # Sends nothing: it tells which address of this machine would.
            asking.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address beside loopback")
        own = asking.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("this machine has no address beside loopback")
    target = start(options=("--host", "0.0.0.0", "--admin-token-file", str(file)))
    there = f"http://{own}:{urlsplit(target.origin).port}"
    app = App(there, http, "demo-app")
    for host in ({}, {"host": "127.0.0.1"}, {"host": "localhost"}):
        assert _is_nothing(http.get(f"{there}/_sandbox/v1/entities", headers=host))
        assert _is_nothing(app.page(app.query(), host))
        admin = {**host, "authorization": f"Bearer {_ADMIN}"}
        assert http.get(f"{there}/_sandbox/v1/entities", headers=admin).status_code == 200
        assert app.page(app.query(), admin).status_code == 200
    # Tokens are for whoever has a code, wherever that is.
    refused(app.refresh("0" * 64), "invalid_grant")
