"""All workspaces of a server: found by the token of a request or the path of one, opened, and ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from mock_server.clock import Clock
from mock_server.gateway import Grant, Scope, decoded, digest_of, segments_of, token_of
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.storage import Database, Unavailable
from mock_server.storage.workspaces import (
    drop_snapshot,
    drop_workspace,
    expired_workspaces,
    read_snapshots,
    read_workspace,
    read_workspaces,
)
from mock_server.tokens import DEFAULT
from mock_server.wire import instant
from mock_server.workspaces.record import Record, copy_name, pinned_text
from mock_server.workspaces.where import places_of
from mock_server.workspaces.workspace import Endpoints, Workspace

# How many of them keep their files open, or their data in memory as it is; others wake when they are used.
_MAX_AWAKE = 64
_MAX_REMEMBERED = 4_096
_SWEEP = 30.0
# `/_sandbox/v1/workspaces/{id}/…`: what stands before the id.
_PREFIX = [b"_sandbox", b"v1"]
_WORKSPACES = b"workspaces"


class Workspaces:
    """Those that this process has open, and how the others are opened."""

    def __init__(
        self,
        first: Sandbox,
        endpoints: Callable[[Sandbox], Endpoints],
        limit: int,
    ) -> None:
        """`endpoints` gives those of a sandbox; `limit` is how many workspaces may be made."""
        self._endpoints = endpoints
        self.limit = limit
        created_at = instant(Clock.wall_now())
        record = Record(
            DEFAULT, "", created_at, None, first.settings.seed, pinned_at=pinned_text(first.clock.setting)
        )
        self.first = Workspace(record, first, endpoints(first))
        self.base = first.database
        self.places = places_of(first)
        self._open: dict[str, Workspace] = {DEFAULT: self.first}
        self._by_token: dict[bytes, Workspace] = {}
        self._awake: OrderedDict[str, Workspace] = OrderedDict()
        self._turn = asyncio.Lock()
        self._changes = 0
        self._delivers = False
        self._task: asyncio.Task[None] | None = None
        self.base.subscribe(self._forget)

    def _forget(self) -> None:
        """Another server may have made or ended some."""
        self._changes += 1

    def start(self) -> None:
        """Delivers the events of all, and ends those whose time is over, until it is stopped."""
        self._delivers = True
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Ends what this process does for them; they stay."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for workspace in [*self._open.values()]:
            if workspace is not self.first:
                await workspace.end()
        self._open = {DEFAULT: self.first}

    async def enter(self, scope: Scope, header: bytes | None) -> Grant:
        """Lets a request of the public API in, into the workspace of its token."""
        digest = digest_of(header)
        workspace = self._by_token.get(digest)
        if workspace is None:
            workspace = await self._of_token(header, digest)
        if workspace is not self.first:
            await self._use(workspace)
        scope["hellobooks.workspace"] = workspace
        grants = scope["hellobooks.grants"] = workspace.sandbox.grants
        return await grants.of(header, digest)

    async def _of_token(self, header: bytes | None, digest: bytes) -> Workspace:
        claims = self.first.sandbox.signer.genuine(token_of(header).decode("latin-1"))
        if claims is None:
            # The first one says what is wrong with it.
            return self.first
        try:
            workspace = await self.get(claims.workspace)
        except Refused:
            raise Refused("invalid_token") from None
        if len(self._by_token) >= _MAX_REMEMBERED:
            self._by_token.clear()
        self._by_token[digest] = workspace
        return workspace

    async def place(self, scope: Scope) -> None:
        """Finds the workspace that a path of the control plane is in, and cuts that part off."""
        segments = segments_of(scope)
        workspace = self.first
        if segments[2:3] == [_WORKSPACES] and len(segments) > 4 and segments[:2] == _PREFIX:
            if segments[4] == _WORKSPACES:
                raise Refused("not_found", "No such path.")
            workspace = await self.get(decoded(segments[3]))
            segments = [*_PREFIX, *segments[4:]]
        scope["hellobooks.workspace"] = workspace
        scope["hellobooks.segments"] = segments

    async def get(self, workspace_id: str) -> Workspace:
        """A workspace by its id; a Refused (404) where there is none, or its time is over."""
        workspace = self._open.get(workspace_id)
        if workspace is None:
            async with self._turn:
                workspace = self._open.get(workspace_id) or await self._opened(workspace_id)
        if workspace is not self.first:
            try:
                await self._use(workspace)
            except Refused:
                raise _unknown() from None
        return workspace

    async def _use(self, workspace: Workspace) -> None:
        """Makes sure that it is there still; a Refused (401) where it is not."""
        record = workspace.record
        if workspace.seen != self._changes:
            changes = self._changes
            state = await self.base.run(lambda: read_workspace(self.base.session, record.id))
            if state is None:
                await self._close(record.id)
                raise Refused("invalid_token")
            workspace.record = record = Record(**state)
            workspace.seen = changes
        if record.has_expired(Clock.wall()):
            raise Refused("invalid_token")
        self._wake(workspace)

    def _wake(self, workspace: Workspace) -> None:
        """Lets the one that was used least lately rest, where one too many is awake."""
        awake, workspace_id = self._awake, workspace.record.id
        awake[workspace_id] = workspace
        awake.move_to_end(workspace_id)
        while len(awake) > _MAX_AWAKE:
            awake.popitem(last=False)[1].rest()

    async def _opened(self, workspace_id: str) -> Workspace:
        state = await self.base.run(lambda: read_workspace(self.base.session, workspace_id))
        if state is None:
            raise _unknown()
        database = await self.base.run(lambda: self.places.open(workspace_id))
        return await self._served(Record(**state), database)

    async def _served(self, record: Record, database: Database) -> Workspace:
        first = self.first.sandbox
        settings = replace(first.settings, seed=record.seed, pinned=None, is_reset=False)
        sandbox = await self.base.run(
            lambda: Sandbox(settings, database, workspace=record.id, shared=first.shared)
        )
        workspace = Workspace(record, sandbox, self._endpoints(sandbox))
        workspace.seen = self._changes
        self._open[record.id] = workspace
        self._wake(workspace)
        if self._delivers:
            await workspace.deliver()
        return workspace

    async def all(self) -> list[Record]:
        """The first one, then the others by id."""
        states = await self.base.run(lambda: read_workspaces(self.base.session))
        wall = Clock.wall()
        made = [record for record in (Record(**state) for state in states) if not record.has_expired(wall)]
        return [self.first.record, *made]

    async def begin(self, record: Record, database: Database) -> Workspace:
        """Serves one that was just made."""
        async with self._turn:
            return await self._served(record, database)

    async def end(self, workspace_id: str) -> bool:
        """Destroys a workspace; whether there was one."""
        session = self.base.session

        def forget() -> bool:
            was_there = drop_workspace(session, workspace_id)
            self.base.announce()
            return was_there

        async with self._turn:
            was_there = await self.base.write(forget)
            await self._close(workspace_id)
            for snapshot in await self.base.run(lambda: read_snapshots(session, workspace_id)):
                await self.base.write(partial(drop_snapshot, session, workspace_id, snapshot["name"]))
                await self.base.run(partial(self.places.forget, copy_name(workspace_id, snapshot["name"])))
            if was_there:
                await self.base.run(lambda: self.places.drop(workspace_id))
        return was_there

    async def _close(self, workspace_id: str) -> None:
        workspace = self._open.pop(workspace_id, None)
        if workspace is not None:
            self._awake.pop(workspace_id, None)
            self._by_token.clear()
            await workspace.end()

    async def _keep(self) -> None:
        """Opens those of earlier starts, as they may have something to deliver; then sweeps."""
        with contextlib.suppress(Unavailable):
            for record in (await self.all())[1:]:
                with contextlib.suppress(Refused):
                    await self.get(record.id)
                await asyncio.sleep(0)
        while True:
            await asyncio.sleep(_SWEEP)
            with contextlib.suppress(Unavailable):
                await self.sweep()

    async def sweep(self) -> None:
        """Ends those whose time is over."""
        session, moment = self.base.session, int(Clock.wall())
        for workspace_id in await self.base.run(lambda: expired_workspaces(session, moment)):
            await self.end(workspace_id)
        for workspace_id, workspace in self._open.items():
            if workspace is not self.first and workspace_id not in self._awake:
                # A delivery may have woken it.
                workspace.rest()


def _unknown() -> Refused:
    return Refused("not_found", "There is no such workspace.")
