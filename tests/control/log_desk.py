"""A sandbox, clients of both its APIs, and its log."""

from __future__ import annotations

from typing import Any

from mock_server.app import build_app
from mock_server.sandbox import Sandbox
from tests.asgi import E1, Client, Reply, base_of, token_for

LOG = "/_sandbox/v1/requests"
BOMS = f"{base_of()}/boms"


class Desk:
    """A client of the public API, and the log."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.app = build_app(sandbox)
        self.control = Client(self.app)
        self.public = Client(self.app, token_for(sandbox))
        self.bom = self.public("GET", f"{BOMS}?limit=1").json()["boms"][0]

    def log(self, query: str = "") -> list[Any]:
        """The requests of a page."""
        answer = self.control("GET", LOG + query)
        assert answer.status == 200, answer.body
        found: list[Any] = answer.json()["requests"]
        return found

    def told(self, answer: Reply) -> Any:
        """What the log says of the request that was answered so."""
        found = self.control("GET", f"{LOG}/{answer.headers['x-request-id']}")
        assert found.status == 200, found.body
        return found.json()

    def limited(self, **install: Any) -> Client:
        """A client of an install of its own."""
        body = {"org_ref_id": E1[0], "entity_ref_id": E1[1], **install}
        made = self.control("POST", "/_sandbox/v1/installs", body).json()
        token = self.control("POST", "/_sandbox/v1/tokens", {"install_id": made["id"]})
        return Client(self.app, token.json()["access_token"])
