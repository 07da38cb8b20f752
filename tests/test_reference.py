"""The reference in a browser: what a click on Execute gets, with nothing typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit import process
from mock_server.settings import BUILT
from tests import browser

DOCUMENT = json.loads((BUILT / "openapi.json").read_bytes())
TAGS = {
    item["get"]["operationId"]: item["get"]["tags"][0]
    for item in DOCUMENT["paths"].values()
    if "get" in item and item["get"]["x-stage"] != "stub"
}
# Waits for what a page has to show, for at most a minute.
HELPERS = """
async function until(what) {
  for (let turn = 0; turn < 1200; turn += 1) {
    const found = what();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("nothing came of " + what);
}
"""
READY = HELPERS + "until(() => document.querySelectorAll('.opblock-tag').length > 5).then(() => true)"
# What is open is drawn anew at each change: the tag and the operation are closed again.
EXECUTE = """
(async () => {
  const name = "%s";
  const tag = document.querySelector('.opblock-tag[data-tag="%s"]');
  if (tag.dataset.isOpen === "false") tag.click();
  const find = () => [...document.querySelectorAll(".opblock")].find((each) => each.id.endsWith("-" + name));
  const block = await until(find);
  block.querySelector(".opblock-summary-control").click();
  (await until(() => block.querySelector(".try-out__btn"))).click();
  (await until(() => block.querySelector(".execute"))).click();
  const answer = await until(() => block.querySelector(".live-responses-table tbody .response-col_status"));
  const address = block.querySelector(".request-url pre").textContent;
  const curl = block.querySelector(".curl").textContent;
  if (!%s) { tag.scrollIntoView(); return { status: answer.textContent.trim().slice(0, 3) }; }
  block.querySelector(".opblock-summary-control").click();
  tag.click();
  return { status: answer.textContent.trim().slice(0, 3), address, hasToken: /Bearer [\\w-]+\\./.test(curl) };
})()
"""


OWN = ("getWebhookDelivery", "listPullEvents")


def executed(page: browser.Page, name: str, is_closed: bool = True) -> Any:
    """Opens an operation, clicks Try it out and Execute; what came of it."""
    return page.run(EXECUTE % (name, TAGS[name], "true" if is_closed else "false"))


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Where a sandbox is served."""
    with process.sandbox() as target:
        yield target.origin


@pytest.fixture
def page(origin: str, tmp_path: Path) -> Iterator[browser.Page]:
    """The reference of the sandbox, as it opens."""
    program = browser.find()
    if program is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    with browser.page(program, tmp_path / "profile") as opened:
        opened.open(f"{origin}/reference")
        assert opened.run(READY) is True
        yield opened


def test_every_read_works_at_the_first_click(origin: str, page: browser.Page) -> None:
    answers = {name: executed(page, name) for name in TAGS}
    assert len(answers) > 25
    odd = {name: each for name, each in answers.items() if each["status"] not in {"200", "501"}}
    # They show what a subscription of one's own was sent, and nobody has one at first.
    assert {name: each["status"] for name, each in odd.items()} == dict.fromkeys(OWN, "404")
    # What is not built yet says so.
    assert sum(each["status"] == "200" for each in answers.values()) >= 28
    assert [name for name, each in answers.items() if not each["address"].startswith(origin)] == []
    assert [name for name, each in answers.items() if not each["hasToken"]] == []


def test_a_token_that_was_typed_is_the_one_that_is_sent(page: browser.Page) -> None:
    page.run(
        "const field = document.getElementById('token'); field.value = 'no.such.token';"
        "field.dispatchEvent(new Event('input')); 1"
    )
    assert executed(page, "getInstallContext")["status"] == "401"


def test_the_token_is_there_before_anything_is_clicked(page: browser.Page) -> None:
    script = (
        HELPERS
        + "until(() => document.getElementById('token').value).then((value) => value.split('.').length)"
    )
    assert page.run(script) == 3
