"""PostgreSQL: any number of server processes on one database."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import asyncpg
from sqlalchemy.util import await_only, greenlet_spawn

from mock_server.storage.database import Database, Numbered, Row, Statement, Unavailable
from mock_server.storage.postgres.listener import Branch, Listener
from mock_server.storage.postgres.pool import WAIT_TIMEOUT, Link, Pool, is_lost

T = TypeVar("T")
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_NOTIFY = Numbered("SELECT pg_notify($1, $2)", ("channel", "text"), {})
_AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_link: ContextVar[Link | None] = ContextVar("link", default=None)


def lock_key(schema: str, name: str) -> int:
    """The number of an advisory lock: those belong to the database, names to the schema."""
    digest = hashlib.blake2b(f"{schema}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class PostgresSession:
    """Runs statements on the transaction's connection, or on one that is borrowed for the statement.

    The callers are plain synchronous code inside a greenlet, so that one event loop serves them all.
    """

    def __init__(self, pool: Pool, schema: str, branch: Branch) -> None:
        self._pool = pool
        self.schema = schema
        self._branch = branch

    def one(self, statement: Statement, parameters: Mapping[str, Any]) -> Row | None:
        """The first row, or none."""
        rows = await_only(self.fetch(statement.numbered, parameters))
        return rows[0] if rows else None

    def all(self, statement: Statement, parameters: Mapping[str, Any]) -> list[Row]:
        """Every row."""
        return await_only(self.fetch(statement.numbered, parameters))

    def within(self, statement: Statement, parameters: Mapping[str, Any], size: int) -> list[Row]:
        """Every row: they come in one answer."""
        return self.all(statement, parameters)

    def run(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        """Executes a write; the number of rows it touched."""
        return await_only(self._on_link(lambda link: link.count(statement.numbered, parameters)))

    def lock(self, name: str) -> None:
        """Waits until the transaction is the only holder of the lock, in all processes."""
        await_only(self._on_link(lambda link: link.lock(lock_key(self.schema, name))))

    def signal(self, webhook_id: str) -> None:
        """Notifies all processes on commit, this one too."""
        self.notify(self._branch.signals, webhook_id)

    def notify(self, channel: str, text: str) -> None:
        """Tells all processes on commit, in the name of this schema."""
        await_only(self.fetch(_NOTIFY, {"channel": channel, "text": self._branch.named(text)}))

    def script(self, text: str) -> None:
        """Runs several statements without parameters."""
        await_only(self._on_link(lambda link: link.script(text)))

    async def fetch(self, statement: Numbered, parameters: Mapping[str, Any]) -> list[Row]:
        """Every row, for callers in the event loop."""
        return await self._on_link(lambda link: link.fetch(statement, parameters))

    async def _on_link(self, use: Callable[[Link], Awaitable[T]]) -> T:
        link = _link.get()
        borrowed = link is None or link.schema != self.schema
        if link is None or borrowed:
            link = await self._pool.take()
        try:
            if link.schema != self.schema:
                await link.use(self.schema)
            return await use(link)
        except BaseException as error:
            if is_lost(error):
                link.drop()
                raise Unavailable from error
            if borrowed and not isinstance(error, Exception):
                # Cancelled in the middle: what the server still answers would be the next one's answer.
                link.drop()
            raise
        finally:
            if borrowed:
                self._pool.give(link)


class PostgresDatabase(Database):
    """A schema of a PostgreSQL database, shared with other processes."""

    session: PostgresSession
    is_direct = False

    def __init__(self, pool: Pool, schema: str, listener: Listener, *, is_first: bool = True) -> None:
        """`is_first`: the connections and the listener end with this one."""
        self._pool = pool
        self._listener = listener
        self._is_first = is_first
        self._branch = listener.branch(schema)
        self.session = PostgresSession(pool, schema, self._branch)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def transact(self, work: Callable[[], T]) -> T:
        """Runs the work in a transaction; once again where another transaction was in its way."""
        try:
            return self._in_transaction("BEGIN", work)
        except _AGAIN:
            pass
        try:
            return self._in_transaction("BEGIN", work)
        except _AGAIN as error:
            raise Unavailable from error

    def snapshot(self, work: Callable[[], T]) -> T:
        """Runs reads in a transaction that sees one state."""
        return self._in_transaction(_SNAPSHOT, work)

    async def write(self, work: Callable[[], T], entity: int | None = None) -> T:
        """Runs the work in a transaction of its own; writers of one entity wait without a connection.

        The database lets one of them on at a time: those that waited there would leave none to others.
        """
        if entity is None:
            return await greenlet_spawn(self.transact, work)
        turn = self._turns.setdefault(entity, asyncio.Lock())
        try:
            async with asyncio.timeout(WAIT_TIMEOUT):
                await turn.acquire()
        except TimeoutError as error:
            raise Unavailable from error
        try:
            return await greenlet_spawn(self.transact, work)
        finally:
            turn.release()

    async def run(self, work: Callable[[], T]) -> T:
        """Runs the work; each statement is on its own."""
        return await greenlet_spawn(work)

    def _in_transaction(self, command: str, work: Callable[[], T]) -> T:
        assert _link.get() is None, "a transaction inside a transaction"
        link = await_only(self._pool.take())
        schema = self.session.schema
        if link.schema != schema:
            await_only(self._switched(link, schema))
        link.begin(command)
        token = _link.set(link)
        try:
            result = work()
            await_only(link.commit())
        except BaseException as error:
            if isinstance(error, Exception):
                await_only(link.roll_back())
            else:
                link.drop()
            if is_lost(error):
                link.drop()
                raise Unavailable from error
            raise
        finally:
            _link.reset(token)
            self._pool.give(link)
            announced, link.has_announced = link.has_announced, False
        if announced:
            self._branch.tell()
        return result

    async def _switched(self, link: Link, schema: str) -> None:
        try:
            await link.use(schema)
        except BaseException as error:
            link.drop()
            self._pool.give(link)
            if is_lost(error):
                raise Unavailable from error
            raise

    def beside(self, schema: str) -> PostgresDatabase:
        """Another schema of the same database, over the same connections."""
        return PostgresDatabase(self._pool, schema, self._listener, is_first=False)

    @property
    def hears_changes(self) -> bool:  # type: ignore[override]
        """Whether the listening connection is there."""
        return self._listener.is_open

    def announce(self) -> None:
        """Notifies all processes on commit; this one before the answer goes out."""
        link = _link.get()
        assert link is not None, "a change is announced in its transaction"
        link.has_announced = True
        self.session.notify(self._branch.channel, "")

    def subscribe(self, told: Callable[[], None]) -> None:
        """Calls this after each change, and after each loss of the listening connection."""
        self._branch.subscribe(told)

    def on_signal(self, told: Callable[[str], None]) -> None:
        """Calls this for each signal that is heard; while the listening connection is lost, none is."""
        self._branch.on_signal(told)

    def has_others(self) -> bool:
        """Whether another process listens too."""
        return self._is_first and await_only(self._listener.has_others())

    def close(self) -> None:
        """Closes the connections that are not in use, where no other schema needs them."""
        self._branch.close()
        if not self._is_first:
            return
        self._listener.close()
        self._pool.drop_idle()
