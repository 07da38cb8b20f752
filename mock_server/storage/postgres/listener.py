"""The connection on which a process hears of changes that others make, and shows that it lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg

from mock_server.storage.postgres.pool import connect

# Seconds between two signs of life; a silent loss of the network is noticed after at most twice that.
_BEAT = 5
_RETRY = 0.25


class Branch:
    """What is heard of one schema; whoever notifies of it puts the schema's name before the text."""

    def __init__(self, listener: Listener, schema: str) -> None:
        self._listener = listener
        self._schema = schema
        self._told: list[Callable[[], None]] = []
        self._signalled: list[Callable[[str], None]] = []

    @property
    def is_open(self) -> bool:
        """Whether changes are heard of."""
        return self._listener.is_open

    @property
    def channel(self) -> str:
        """The channel of changes."""
        return self._listener.channel

    @property
    def signals(self) -> str:
        """The channel of signals."""
        return self._listener.signals

    def named(self, text: str) -> str:
        """The text to notify with."""
        return f"{self._schema}/{text}"

    def subscribe(self, told: Callable[[], None]) -> None:
        """Calls this after each change, and when changes may have been missed."""
        self._told.append(told)

    def tell(self) -> None:
        """Calls the subscribers of this process."""
        for told in self._told:
            told()

    def on_signal(self, told: Callable[[str], None]) -> None:
        """Calls this with the text of each signal."""
        self._signalled.append(told)

    def signal(self, text: str) -> None:
        """Calls those that wait for signals."""
        for told in self._signalled:
            told(text)

    async def has_others(self) -> bool:
        """Whether another process is present."""
        return await self._listener.has_others()

    def close(self) -> None:
        """Hears nothing any more."""
        self._listener.leave(self._schema)


class Listener:
    """Listens for all schemas; while it does not, `is_open` is false and nothing may be remembered."""

    def __init__(self, url: str, channel: str, presence: int) -> None:
        self._url = url
        self.channel = channel
        self.signals = f"{channel}_events"
        self._presence = presence
        self._branches: dict[str, Branch] = {}
        self._connection: asyncpg.Connection[Any] | None = None
        self._lost = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.is_open = False

    async def open(self) -> None:
        """Connects and goes on listening, over every loss of the connection, until it is closed."""
        await self._connect()
        self._task = asyncio.create_task(self._keep())

    def branch(self, schema: str) -> Branch:
        """What is heard of a schema."""
        made = self._branches[schema] = Branch(self, schema)
        return made

    def leave(self, schema: str) -> None:
        """Tells the subscribers of a schema no more."""
        self._branches.pop(schema, None)

    def _tell_all(self) -> None:
        for branch in [*self._branches.values()]:
            branch.tell()

    async def has_others(self) -> bool:
        """Whether another process is present."""
        assert self._connection is not None
        # Every process holds the lock shared, so that only the last one gets it for itself.
        alone = await self._connection.fetchval(f"SELECT pg_try_advisory_lock({self._presence})")
        if alone:
            await self._connection.execute(f"SELECT pg_advisory_unlock({self._presence})")
        return not alone

    def close(self) -> None:
        """Stops listening."""
        if self._task is not None:
            self._task.cancel()
        if self._connection is not None:
            self._connection.remove_termination_listener(self._on_loss)
            self._connection.terminate()

    async def _connect(self) -> None:
        connection = await connect(self._url)
        try:
            await connection.add_listener(self.channel, self._on_change)
            await connection.add_listener(self.signals, self._on_signal)
            await connection.execute(f"SELECT pg_advisory_lock_shared({self._presence})")
        except BaseException:
            connection.terminate()
            raise
        connection.add_termination_listener(self._on_loss)
        self._connection = connection
        self._lost.clear()
        self.is_open = True
        self._tell_all()

    def _on_change(self, connection: object, process: int, channel: str, text: object) -> None:
        branch = self._branches.get(str(text).partition("/")[0])
        if branch is not None:
            branch.tell()

    def _on_signal(self, connection: object, process: int, channel: str, text: object) -> None:
        schema, _, webhook_id = str(text).partition("/")
        branch = self._branches.get(schema)
        if branch is not None:
            branch.signal(webhook_id)

    def _on_loss(self, connection: object) -> None:
        self.is_open = False
        self._tell_all()
        self._lost.set()

    async def _keep(self) -> None:
        while True:
            try:
                async with asyncio.timeout(_BEAT):
                    await self._lost.wait()
            except TimeoutError:
                await self._prove_alive()
                continue
            try:
                await self._connect()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(_RETRY)

    async def _prove_alive(self) -> None:
        assert self._connection is not None
        try:
            await self._connection.execute("SELECT 1", timeout=_BEAT)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._connection.terminate()
