"""A wire that can be cut: passes connections on to one server or, in turn, to several."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Address = tuple[str, int]
_CHUNK = 65536


class Forwarder:
    """Listens on a port of its own; lives in a thread with an event loop of its own."""

    def __init__(self, servers: Sequence[Address]) -> None:
        self._turns = itertools.cycle(servers)
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._pass, "127.0.0.1", 0)

    def cut(self) -> None:
        """Cuts all connections in the middle, and every new one."""
        self._do(self._set(True))

    def mend(self) -> None:
        """Passes new connections on again."""
        self._do(self._set(False))

    def close(self) -> None:
        """Ends the thread."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _set(self, is_cut: bool) -> None:
        self._is_cut = is_cut
        if is_cut:
            for writer in self._writers:
                writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        await self._set(True)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            if self._is_cut:
                return
            far_reader, far_writer = await asyncio.open_connection(*next(self._turns))
            self._writers.add(far_writer)
            try:
                await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
            finally:
                self._writers.discard(far_writer)
                far_writer.transport.abort()
        except OSError:
            pass
        finally:
            self._writers.discard(writer)
            self._tasks.discard(task)
            writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


@contextmanager
def forwarder(*servers: Address) -> Iterator[Forwarder]:
    """A forwarder that is gone at the end."""
    made = Forwarder(servers)
    try:
        yield made
    finally:
        made.close()
