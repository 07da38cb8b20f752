"""A small client that calls an ASGI application in process."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from mock_server.sandbox import Sandbox
from mock_server.storage.sqlite.database import SqliteSession
from mock_server.storage.tenancy import read_install
from mock_server.tokens import demo_install_id

E1 = ("org-veloma", "ent-veloma-pune")
E2 = ("org-veloma", "ent-veloma-uk")


@dataclass
class Reply:
    """An answer as it went out."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)


def token_for(sandbox: Sandbox, pair: tuple[str, str] = E1, scopes: list[str] | None = None) -> str:
    """A token of the entity's own install."""
    found = read_install(sandbox.database.session, demo_install_id(*pair))
    assert found is not None
    return sandbox.signer.sign(found[0], scopes, 3600, "a-test")


def driver_of(sandbox: Sandbox) -> sqlite3.Connection:
    """The connection of a sandbox on SQLite, for queries that only a test asks."""
    session = sandbox.database.session
    assert isinstance(session, SqliteSession)
    return session.driver


def base_of(pair: tuple[str, str] = E1) -> str:
    """The path prefix of an entity."""
    return f"/public/v1/orgs/{pair[0]}/entities/{pair[1]}"


class Client:
    """Sends requests to an application, one at a time."""

    def __init__(self, app: Any, token: str | None = None) -> None:
        self._app = app
        self._token = token

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
        host: str = "127.0.0.1",
    ) -> Reply:
        """One request and its answer; `body` is sent as JSON, `raw` as it is."""
        return asyncio.run(self._send(method, path, body, headers or {}, raw, host))

    async def _send(
        self, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes | None, host: str
    ) -> Reply:
        plain, _, query = path.partition("?")
        sent = {"host": "127.0.0.1", **headers}
        if self._token is not None:
            sent.setdefault("authorization", f"Bearer {self._token}")
        if raw is None and body is not None:
            raw = json.dumps(body).encode()
            sent.setdefault("content-type", "application/json")
        if raw is not None:
            sent.setdefault("content-length", str(len(raw)))
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw or b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
            "client": (host, 1),
            "server": ("sandbox", 80),
            "scheme": "http",
            "http_version": "1.1",
            "root_path": "",
            "extensions": {},
        }
        await self._app(scope, receive, send)
        start = messages[0]
        got = {name.decode(): value.decode() for name, value in start["headers"]}
        return Reply(start["status"], got, b"".join(m.get("body", b"") for m in messages[1:]))
