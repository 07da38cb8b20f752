"""A sandbox in this process with a pinned clock and key, as its seed left it before each story."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx

from mock_server.app import PUBLIC, build_app
from mock_server.clock import Ids
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.token_command import demo_token

PINNED = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)
# Cursors are signed too: with another key the same page would look different.
_KEY = "5a" * 32


class Asked(NamedTuple):
    """A request as it was sent, and its answer."""

    path: str
    headers: dict[str, str]
    answer: httpx.Response


class SeededSandbox:
    """Answers requests in process; `renew` takes back whatever they changed."""

    def __init__(self, pinned: datetime = PINNED) -> None:
        self._database = SqliteDatabase()
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "signing-key").write_text(_KEY)
            settings = Settings(Path(folder), rate_limit=0, pinned=pinned)
            self._sandbox = Sandbox(settings, self._database)
        self._app = build_app(self._sandbox)
        self._seeded = sqlite3.connect(":memory:")
        self._driver.backup(self._seeded)
        self._tokens: dict[tuple[str, str], str] = {}

    @property
    def _driver(self) -> sqlite3.Connection:
        return self._database.session.driver

    def close(self) -> None:
        """Lets the database go."""
        self._seeded.close()
        self._sandbox.close()

    def renew(self) -> None:
        """Puts the seed back, and begins the ids anew."""
        self._seeded.backup(self._driver)
        ids = self._sandbox.ids
        vars(ids).update(vars(Ids(self._sandbox.clock, "start 1")))

    def ask(
        self, method: str, path: str, parameters: Mapping[tuple[str, str], Any], body: Any = None
    ) -> Asked:
        """Sends one request; `parameters` are values by place (`path`, `query`, `header`) and name."""
        values: dict[str, dict[str, str]] = {place: {} for place in ("path", "query", "header")}
        for (place, name), value in parameters.items():
            values[place][name] = str(value)
        for name, value in values["path"].items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        if values["query"]:
            path = f"{path}?{urlencode(values['query'])}"
        org, entity = (values["path"].get(name, default) for name, default in _TENANT.items())
        headers = {"Authorization": f"Bearer {self._token(org, entity)}", **values["header"]}
        return Asked(path, values["header"], asyncio.run(self._send(method, path, headers, body)))

    def events(self, topic: str) -> list[bytes]:
        """The bodies of the events of a topic, oldest first."""
        rows = self._driver.execute("SELECT body FROM outbox WHERE topic = ? ORDER BY row", (topic,))
        return [bytes(row[0]) for row in rows]

    def _token(self, org: str, entity: str) -> str:
        if (org, entity) not in self._tokens:
            key = bytes.fromhex(_KEY)
            self._tokens[org, entity] = demo_token(org, entity, (), 3600, key, f"{org}-{entity}", time.time)
        return self._tokens[org, entity]

    async def _send(self, method: str, path: str, headers: dict[str, str], body: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, PUBLIC + path, headers=headers, json=body)


_TENANT = {"orgId": "org-veloma", "entityId": "ent-veloma-pune"}
