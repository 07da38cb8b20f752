"""The server: uvicorn with bounded connections, and an end that nobody can hold up."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

from mock_server.connections.connection import connections_of
from mock_server.connections.limits import Limits
from mock_server.connections.refusals import WireRefusals
from mock_server.connections.shared import SharedState

_SWEEP_SECONDS = 0.1
# What is still under way then is told so, and has the rest of the time to hear it.
_STOP_SHARE = 0.8
_HEADERS = [("x-content-type-options", "nosniff")]


class BoundedServer(uvicorn.Server):
    """Serves one application on a socket that is bound already."""

    def __init__(
        self, app: Any, limits: Limits, refusals: WireRefusals, stopping: Callable[[], None] | None = None
    ) -> None:
        """`stopping` is called when it begins to stop: what would go on without an end ends then."""
        self._stopping = stopping
        self._shared = SharedState(limits, refusals)
        super().__init__(
            uvicorn.Config(
                app,
                http=connections_of(self._shared),  # type: ignore[arg-type]
                ws="none",
                log_level="warning",
                access_log=False,
                server_header=False,
                headers=_HEADERS,
                lifespan="off",
                # Who is asking is who holds the connection, whatever a header says.
                proxy_headers=False,
                timeout_graceful_shutdown=limits.stop_seconds,  # type: ignore[arg-type]
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to listen."""
        self._sweep()
        await super().startup(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Looks at every connection, ten times a second."""
        self._sweep()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finishes what is under way, as long as that may take."""
        if self._stopping is not None:
            self._stopping()
        loop = asyncio.get_running_loop()
        self._shared.stops_at = loop.time() + _STOP_SHARE * self._shared.limits.stop_seconds
        sweeping = loop.create_task(self._keep_sweeping())
        try:
            await super().shutdown(sockets)
        finally:
            sweeping.cancel()

    async def _keep_sweeping(self) -> None:
        while True:
            self._sweep()
            await asyncio.sleep(_SWEEP_SECONDS)

    def _sweep(self) -> None:
        now = self._shared.now = asyncio.get_running_loop().time()
        for connection in list(self.server_state.connections):
            connection.check(now)  # type: ignore[union-attr]
