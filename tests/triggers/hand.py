"""Uses `trigger` as a person does, and looks at what came of it over HTTP."""

from __future__ import annotations

from typing import Any, NamedTuple

import click
import httpx
from click.testing import CliRunner

from contract_tests.kit import Target
from mock_server.cli import cli

CLEAN = {name: None for name in ("HB_URL", "HB_ORG", "HB_ENT", "HB_TOKEN", "HELLOBOOKS_ADMIN_TOKEN_FILE")}


class Done(NamedTuple):
    """What a command printed, and the sentence with which it failed."""

    code: int
    lines: list[str]
    sentence: str

    @property
    def steps(self) -> list[str]:
        """The steps, without what came of them."""
        return [line.partition(" → ")[0] for line in self.lines if " → " in line]


def command(*arguments: str) -> Done:
    """`hellobooks-sandbox trigger …`."""
    result = CliRunner().invoke(cli, ["trigger", *arguments], env=CLEAN, standalone_mode=False)
    lines, error = result.stdout.splitlines(), result.exception
    if isinstance(error, click.ClickException):
        sentence = error.format_message()
        assert "\n" not in sentence
        return Done(error.exit_code, lines, sentence)
    if error is not None:
        raise error
    return Done(0, lines, "")


class Hand:
    """One entity of a sandbox."""

    def __init__(self, target: Target) -> None:
        self.target = target
        tenant = target.tenant
        self._path = f"/orgs/{tenant.org}/entities/{tenant.entity}"
        self._headers = {"Authorization": f"Bearer {tenant.token}"}

    def trigger(self, *arguments: str) -> Done:
        """Brings an event about, or tries to."""
        return command(*arguments, "--url", self.target.origin)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the public API that succeeds."""
        url = self.target.url + self._path + path
        return httpx.request(method, url, headers=self._headers, json=body).raise_for_status().json()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the control plane that succeeds."""
        url = f"{self.target.control}{self._path}{path}"
        return httpx.request(method, url, json=body).raise_for_status().json()

    def event(self, event_id: str) -> Any:
        """An event as the control plane knows it."""
        return self.control("GET", f"/events/{event_id}")

    def state(self) -> Any:
        """How much there is of what a path may write."""
        lists = ("/item", "/boms", "/work-orders", "/subcontract-orders", "/quality-inspections", "/vendor")
        shown = [self.call("GET", f"{path}?limit=200") for path in lists]
        return [*shown, self.control("GET", "/movements?limit=200"), self.control("GET", "/events?limit=200")]

    def stocked(self, code: str, quantity: int = 0) -> str:
        """A new item with stock; its id."""
        body = {"ItemCode": code, "Name": code, "Uom": "NOS", "StandardCost": 10}
        made: str = self.control("POST", "/items", body)["id"]
        if quantity:
            self.control("POST", "/stock-adjustments", {"ItemRefId": made, "Quantity": quantity})
        return made

    def bom(self, code: str, part: str, **fields: Any) -> Any:
        """An Active BOM of a new item, of two pieces of a part."""
        lines = [{"ItemRefId": part, "Quantity": 2}]
        body = {"Name": code, "ItemRefId": self.stocked(code), "Lines": lines, "Status": "Active"}
        return self.call("POST", "/boms", {**body, **fields})

    def order(self, bom: Any, **fields: Any) -> Any:
        """A Draft work order of 5."""
        body = {"ItemRefId": bom["ItemRefId"], "BomRefId": bom["id"], "PlannedQuantity": 5, **fields}
        return self.call("POST", "/work-orders", body)

    def job(self, bom: Any, **fields: Any) -> Any:
        """A Draft subcontract order of 5."""
        vendor = self.call("GET", "/vendor?isSubcontractor=true&limit=1")["vendors"][0]["id"]
        body = {"SubcontractorRefId": vendor, "ItemRefId": bom["ItemRefId"], "OrderedQuantity": 5, **fields}
        return self.call("POST", "/subcontract-orders", body)
