"""Connections to PostgreSQL: few, kept open, each with its prepared statements."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

import asyncpg

from mock_server.storage.database import Numbered, Row, Unavailable

# Seconds. A lost network shows itself by silence, so nothing is waited for without end.
_CONNECT_TIMEOUT = 5
_COMMAND_TIMEOUT = 30
WAIT_TIMEOUT = 10
_SETTINGS = {
    "application_name": "hellobooks-sandbox",
    # What a dead process held is let go.
    "idle_in_transaction_session_timeout": "30s",
    # The statements are small: compiling them costs more than it saves.
    "jit": "off",
}
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


def is_lost(error: BaseException) -> bool:
    """Whether the error says that the server cannot be reached or cannot work now."""
    # Values that do not fit their type are an InterfaceError too.
    return isinstance(error, _LOST) and not isinstance(error, asyncpg.DataError)


async def connect(url: str) -> asyncpg.Connection[Any]:
    """One connection."""
    return await asyncpg.connect(
        url, timeout=_CONNECT_TIMEOUT, command_timeout=_COMMAND_TIMEOUT, server_settings=_SETTINGS
    )


class Link:
    """One connection and the statements prepared on it; losing it raises `Unavailable`."""

    __slots__ = ("_connection", "_is_begun", "_prepared", "_waiting", "has_announced", "schema")

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        # Where its statements find their tables; the server's default at first.
        self.schema = ""
        self._connection = connection
        self._prepared: dict[Numbered, Any] = {}
        self._waiting = ""
        self._is_begun = False
        self.has_announced = False

    @property
    def is_closed(self) -> bool:
        """Whether the connection is gone."""
        return bool(self._connection.is_closed())

    async def fetch(self, statement: Numbered, parameters: Mapping[str, Any]) -> list[Row]:
        """The rows of a statement."""
        rows: list[Row] = await (await self._ready(statement)).fetch(*statement.values(parameters))
        return rows

    async def count(self, statement: Numbered, parameters: Mapping[str, Any]) -> int:
        """The number of rows that a statement touched."""
        prepared = await self._ready(statement)
        await prepared.fetch(*statement.values(parameters))
        return int(prepared.get_statusmsg().rpartition(" ")[2])

    async def _ready(self, statement: Numbered) -> Any:
        if self._waiting:
            await self._begin("")
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = await self._connection.prepare(statement.sql)
        return prepared

    async def use(self, schema: str) -> None:
        """Finds the tables of another schema from now on; outside any transaction."""
        await self._connection.execute(f'SET search_path TO "{schema}"')
        self.schema = schema

    async def script(self, text: str) -> None:
        """Runs several statements without parameters, in one round trip."""
        await self._begin(text)

    def begin(self, command: str) -> None:
        """Begins a transaction with the first statement that follows."""
        self._waiting = command

    async def lock(self, key: int) -> None:
        """Waits for the transaction to be the only holder of an advisory lock."""
        await self._begin(f"SELECT pg_advisory_xact_lock({key})")

    async def _begin(self, more: str) -> None:
        command, self._waiting = self._waiting, ""
        if command:
            self._is_begun = True
        # One message, one round trip.
        await self._connection.execute(f"{command};{more}" if command else more)

    async def commit(self) -> None:
        """Ends the transaction."""
        await self._end("COMMIT")

    async def roll_back(self) -> None:
        """Undoes the transaction; a connection on which that fails is closed, which undoes it too."""
        try:
            await self._end("ROLLBACK")
        except Exception:
            self._connection.terminate()

    async def _end(self, command: str) -> None:
        self._waiting = ""
        if self._is_begun:
            self._is_begun = False
            await self._connection.execute(command)

    def drop(self) -> None:
        """Closes the connection without a word."""
        self._connection.terminate()


class Pool:
    """Lends connections; the last one given back is lent first."""

    def __init__(self, url: str, size: int) -> None:
        self._url = url
        self._free_places = size
        self._idle: list[Link] = []
        self._waiters: deque[asyncio.Future[Link | None]] = deque()

    async def take(self) -> Link:
        """A connection that nobody else uses; `Unavailable` where there is none to be had."""
        while self._idle:
            link = self._idle.pop()
            if not link.is_closed:
                return link
            self._free_places += 1
        if not self._free_places:
            handed = await self._wait()
            if handed is not None:
                return handed
        else:
            self._free_places -= 1
        try:
            return Link(await connect(self._url))
        except BaseException as error:
            self._free_place()
            if is_lost(error) or isinstance(error, asyncpg.PostgresError):
                raise Unavailable from error
            raise

    def give(self, link: Link) -> None:
        """Takes a connection back; one that is closed makes room for another."""
        if link.is_closed:
            self._free_place()
        elif not self._hand_over(link):
            self._idle.append(link)

    def drop_idle(self) -> None:
        """Closes what nobody uses now."""
        while self._idle:
            self._idle.pop().drop()
            self._free_places += 1

    async def _wait(self) -> Link | None:
        waiter: asyncio.Future[Link | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(WAIT_TIMEOUT):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():
                link = waiter.result()
                self._free_place() if link is None else self.give(link)
            if isinstance(error, TimeoutError):
                raise Unavailable from error
            raise

    def _free_place(self) -> None:
        # A waiter that is handed None may open a connection of its own.
        if not self._hand_over(None):
            self._free_places += 1

    def _hand_over(self, link: Link | None) -> bool:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(link)
                return True
        return False
