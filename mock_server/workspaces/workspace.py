"""One workspace that this process has open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mock_server.events import Deliverer
from mock_server.gateway import Endpoint
from mock_server.sandbox import Sandbox
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.subscriptions import next_due
from mock_server.workspaces.record import EVERYTHING, Record

# Bytes of the log of a workspace that nobody uses.
_IDLE_LOG = 512 * 1024
# Before all moments.
_EVER = -1
# Makes the endpoint of an operation, by its plane and id.
Endpoints = Callable[[str, str], Endpoint]


class Workspace:
    """A sandbox, its endpoints as far as they were used, and what delivers its events."""

    def __init__(self, record: Record, sandbox: Sandbox, endpoints: Endpoints) -> None:
        self.sandbox = sandbox
        self.describe(record)
        self.exchanges = sandbox.exchanges
        self._make = endpoints
        self._made: dict[tuple[str, str], Endpoint] = {}
        # One of reset, restore, snapshot and the like at a time.
        self.turn = asyncio.Lock()
        # The count of changes of the registry at which it was there still.
        self.seen = 0
        self._deliverer: Deliverer | None = None
        self._is_ended = False

    def describe(self, record: Record) -> None:
        """Goes by what is said of it from now on."""
        self.record = record
        self.sandbox.pace.is_everything = record.clock_drives == EVERYTHING

    def endpoint(self, plane: str, operation_id: str) -> Endpoint:
        """The endpoint of an operation of one of the contracts."""
        key = (plane, operation_id)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(plane, operation_id)
        return found

    def request_id(self) -> bytes:
        """The id of the next request."""
        return self.sandbox.ids.request_id()

    async def deliver(self) -> None:
        """Delivers its events from this process, from the first one that is to be pushed on."""
        database = self.sandbox.database
        database.on_signal(lambda _: self._begin())
        session = database.session
        if await database.run(lambda: next_due(session, _EVER, True)) is not None:
            self._begin()

    def _begin(self) -> None:
        if self._deliverer is None and not self._is_ended:
            self._deliverer = self.sandbox.deliverer()
            self._deliverer.start()

    def end_streams(self) -> None:
        """Tells those that follow its log that no more will come."""
        if self.exchanges is not None:
            self.exchanges.end()

    def rest(self) -> None:
        """Lets its file and memory go until they are needed, and most of what was kept to be looked at."""
        sandbox = self.sandbox
        sandbox.dry_runs.clear()
        if sandbox.exchanges is not None:
            sandbox.exchanges.shrink(_IDLE_LOG)
        if isinstance(self.sandbox.database, SqliteDatabase):
            self.sandbox.database.rest()

    async def end(self) -> None:
        """Serves it no more."""
        self._is_ended = True
        self.end_streams()
        if self._deliverer is not None:
            await self._deliverer.stop(is_last=False)
        database = self.sandbox.database
        if isinstance(database, SqliteDatabase):
            database.end()
        else:
            await database.run(database.close)
