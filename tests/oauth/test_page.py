"""The authorize page in a browser: without a script, by keyboard, in light and dark."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from contract_tests.install_flow.app import App
from contract_tests.kit import process
from tests import browser

# The luminances of WCAG 2, and by them the contrast of each text with what is behind it.
CONTRASTS = """
(() => {
  const parse = (text) => text.match(/[0-9.]+/g).map(Number);
  const luminance = ([red, green, blue]) => [red, green, blue]
    .map((each) => each / 255)
    .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
  const over = (front, back) => {
    const alpha = front[3] ?? 1;
    return [0, 1, 2].map((place) => front[place] * alpha + back[place] * (1 - alpha));
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const found = [];
  for (const each of document.querySelectorAll("h1, p, dt, dd, label span, legend, button, summary, code")) {
    const chain = [];
    for (let node = each; node; node = node.parentElement) chain.unshift(node);
    let back = dark ? [18, 18, 18] : [255, 255, 255];
    let opacity = 1;
    for (const node of chain) {
      const style = getComputedStyle(node);
      back = over(parse(style.backgroundColor), back);
      opacity *= Number(style.opacity);
    }
    const color = parse(getComputedStyle(each).color);
    const front = over([color[0], color[1], color[2], (color[3] ?? 1) * opacity], back);
    const [high, low] = [luminance(front), luminance(back)].sort((one, other) => other - one);
    found.push((high + 0.05) / (low + 0.05));
  }
  return Math.min(...found);
})()
"""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Where a sandbox is served."""
    with process.sandbox() as target:
        yield target.origin


@pytest.fixture
def page(tmp_path: Path) -> Iterator[browser.Page]:
    """An empty page of a browser that runs no scripts of pages."""
    program = browser.find()
    if program is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    with browser.page(program, tmp_path / "profile") as opened:
        opened.ask("Emulation.setScriptExecutionDisabled", value=True)
        yield opened


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Where the app waits for the browser to be led back."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        opened.settimeout(60)
        yield opened


def brought(listener: socket.socket) -> dict[str, str]:
    """The parameters with which a browser comes to the app."""
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as reading:
            line = reading.readline().decode()
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        if line.startswith("GET /callback"):
            found = parse_qs(urlsplit(line.split(" ")[1]).query)
            return {name: values[0] for name, values in found.items()}


def opened(page: browser.Page, address: str) -> None:
    """Goes to an address, and waits until it is there."""
    page.open(address)
    for _ in range(1200):
        if page.run("document.readyState === 'complete' && location.href !== 'about:blank'"):
            return
        page.run("1")
    raise AssertionError("the page does not come")


def press(page: browser.Page, key: str, code: int, text: str = "") -> None:
    """Presses a key."""
    for kind in ("keyDown", "keyUp"):
        page.ask(
            "Input.dispatchKeyEvent",
            type=kind,
            key=key,
            windowsVirtualKeyCode=code,
            **({"text": text} if kind == "keyDown" else {}),
        )


def test_a_person_installs_the_app_by_keyboard(
    page: browser.Page, origin: str, listener: socket.socket
) -> None:
    redirect = f"http://127.0.0.1:{listener.getsockname()[1]}/callback"
    with httpx.Client(trust_env=False) as http, ThreadPoolExecutor(1) as pool:
        app = App(origin, http, "demo-app", redirect=redirect)
        waiting = pool.submit(brought, listener)
        opened(page, f"{origin}/oauth/authorize?{urlencode(app.query())}")
        # The first entity, then the second one by the arrow; past its scopes; to the button.
        press(page, "Tab", 9)
        press(page, "ArrowDown", 40)
        press(page, "Tab", 9)
        press(page, " ", 32, " ")
        press(page, "Tab", 9)
        press(page, "Tab", 9)
        assert page.run("document.activeElement.textContent") == "Approve"
        press(page, "Enter", 13, "\r")
        back = waiting.result(60)
        assert back["state"] == app.query()["state"]
        tokens = app.exchange(back["code"]).json()
        me = app.me(tokens["access_token"]).json()
    assert me["entity_ref_id"] == "ent-veloma-uk"
    assert me["scopes"] == ["workOrder:read"]


def test_a_person_who_denies_is_led_back_too(
    page: browser.Page, origin: str, listener: socket.socket
) -> None:
    redirect = f"http://127.0.0.1:{listener.getsockname()[1]}/callback"
    with httpx.Client(trust_env=False) as http, ThreadPoolExecutor(1) as pool:
        app = App(origin, http, "demo-app", redirect=redirect)
        waiting = pool.submit(brought, listener)
        opened(page, f"{origin}/oauth/authorize?{urlencode(app.query())}")
        page.run("document.querySelector('button[value=deny]').click()")
        assert waiting.result(60)["error"] == "access_denied"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("client", ["demo-app", "nobody"])
def test_every_text_can_be_read_and_every_field_has_a_name(
    page: browser.Page, origin: str, scheme: str, client: str
) -> None:
    page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    with httpx.Client(trust_env=False) as http:
        opened(page, f"{origin}/oauth/authorize?{urlencode(App(origin, http, client).query())}")
    assert page.run("document.documentElement.lang") == "en"
    assert page.run("document.title") != ""
    assert page.run(CONTRASTS) >= 4.5
    fields = "[...document.querySelectorAll('input:not([type=hidden])')]"
    assert page.run(f"{fields}.every((each) => each.labels.length === 1)") is True
    groups = "[...document.querySelectorAll('fieldset')]"
    assert page.run(f"{groups}.every((each) => each.firstElementChild.tagName === 'LEGEND')") is True
    assert page.run("document.querySelectorAll('main h1').length") == 1


def test_on_a_small_screen_nothing_is_cut_off(page: browser.Page, origin: str) -> None:
    page.ask("Emulation.setDeviceMetricsOverride", width=320, height=640, deviceScaleFactor=1, mobile=True)
    with httpx.Client(trust_env=False) as http:
        opened(page, f"{origin}/oauth/authorize?{urlencode(App(origin, http, 'demo-app').query())}")
    assert page.run("document.documentElement.scrollWidth") <= 320
